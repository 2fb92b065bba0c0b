using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Transactions;

namespace Holdfast.App.Fleet;

/// <summary>
/// A sample task: what it shows, and where its files are. Source and sink are made alike, and the source's changes are captured from
/// then on, so the sink lacks nothing whenever the task starts.
/// </summary>
/// <param name="Id">Of the task, and the name of its folder.</param>
/// <param name="Protection">Its protection.</param>
/// <param name="Desired">Running or Stopped, at first.</param>
/// <param name="IsBusy">The workload writes to its source; else it is at rest, and a Store can always begin where the task stands.</param>
internal sealed record SampleTask(string Id, string Protection, string Desired, bool IsBusy) : DemoTask(Id, Protection, Desired)
{
    /// <summary>For how long SQLite's capture keeps what all have read.</summary>
    private const long RetentionSeconds = 3600;

    internal static IReadOnlyList<SampleTask> All { get; } =
    [
        new("orders", "HIGH", "Running", IsBusy: true), new("customers", "MEDIUM", "Running", IsBusy: true),
        new("stock", "LOW", "Running", IsBusy: true), new("archive", "LOW", "Stopped", IsBusy: false),
    ];

    internal override long? KeptSeconds => IsBusy ? RetentionSeconds : null;

    internal override string Counter => SampleBank.Counter;

    internal override string Subtopic => $"{Id}-db";

    internal string Folder(string data) => Path.Combine(data, "samples", Id);

    internal string Source(string data) => Path.Combine(Folder(data), "source.db");

    internal string Sink(string data) => Path.Combine(Folder(data), "sink.db");

    /// <summary>Its source and sink were made in this data directory; a task of this name that an older version made has none.</summary>
    internal override bool IsIn(string data) => File.Exists(Source(data)) && File.Exists(Sink(data));

    internal override JsonObject SourceIn(string data) => Sqlite(Source(data));

    internal override JsonObject SinkIn(string data) => Sqlite(Sink(data));

    /// <summary>Makes source and sink anew.</summary>
    /// <returns>From when on the source's changes are captured, as the task's start: unix seconds.</returns>
    internal async Task<long> Make(string data, TimeProvider time, CancellationToken cancel)
    {
        Directory.CreateDirectory(Folder(data));
        SampleBank.Create(Source(data));
        SampleBank.Create(Sink(data));
        await SqliteCapture.Install(Source(data), StreamFilter.None, time, cancel);
        // A full second: whoever asks for it asks for no moment of before.
        return time.GetUtcNow().ToUnixTimeSeconds() + 1;
    }

    /// <summary>
    /// Stores that are gone for good read no source any more, and a source keeps its log for whoever has read it. So those Stores are
    /// forgotten, or the log would grow until the workload rests.
    /// </summary>
    internal async Task Forget(string data, IReadOnlyCollection<string> known, CancellationToken cancel)
    {
        foreach (var gone in SampleBank.Readers(Source(data)).Except(known, StringComparer.Ordinal))
        {
            await SqliteCapture.Forget(Source(data), gone, cancel);
        }
    }

    private static JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = file };
}
