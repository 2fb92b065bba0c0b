using System.Collections.Concurrent;
using Holdfast.Engine.Sqlite.Source;

namespace Holdfast.DataPlane.Tests;

/// <summary>A source, a sink, a Store and an Incr-Sync as real processes, and who answers resolve.</summary>
internal sealed class BankScene : IAsyncDisposable
{
    internal const string Task = "t1";

    private readonly TempDirectory _folder = new();
    private readonly ResolveServer _api;
    private readonly PointRequests? _points;
    private readonly List<DataProcess> _started = [];
    private DataProcess? _sync;
    private long _epoch;

    /// <param name="isPointed">Its processes die and stop where they are asked to.</param>
    internal BankScene(bool isPointed = false)
    {
        _points = isPointed ? new PointRequests(_folder.File("points")) : null;
        Source = Bank.Create(_folder.File("source.db"));
        Sink = Bank.Create(_folder.File("sink.db"));
        _api = new ResolveServer((_, _) => ("st1", _folder.File("store")));
        Configure("store", new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = Sqlite("source.db"),
                ["subtopic"] = "bank",
                ["tables"] = new JsonArray([.. Bank.Collected.Select(t => (JsonNode)t)]),
            },
        });
        Configure("sync", new JsonObject
        {
            ["incrSync"] = new JsonObject { ["api"] = _api.Address, ["subtopic"] = "bank", ["sink"] = Sqlite("sink.db") },
        });
    }

    /// <summary>The positions, in unix seconds, for which a Store was asked.</summary>
    internal ConcurrentQueue<long> Asked => _api.Asked;

    /// <summary>The place where the Incr-Sync said that it is, unix seconds; also once it has ended.</summary>
    internal long? Checkpoint => (long?)DataProcess.Read(_folder.File("sync"))["checkpoint"];

    internal PointRequests Points => _points!;

    internal Bank Source { get; }

    internal Bank Sink { get; }

    internal DataProcess Store { get; private set; } = null!;

    internal DataProcess Sync => _sync!;

    internal async Task Start()
    {
        StartStore();
        await Eventually.Holds(() => (string?)Store.Status["state"] == "Running" ? null : $"{Store.Status} {Store.Output}",
            TimeSpan.FromSeconds(60));
        StartSync();
    }

    internal void StartStore() =>
        Store = Kept(DataProcess.Start("store", "st1", "", 1, _folder.File("store"), _points?.Folder));

    /// <summary>Starts the Incr-Sync as the scheduler does it: under a higher epoch.</summary>
    /// <param name="from">The start that the scheduler tells it, unix seconds.</param>
    internal void StartSync(long? from = null) => _sync = Kept(DataProcess.Start(
        "incr-sync", "is1", Task, ++_epoch, _folder.File("sync"), _points?.Folder, from));

    /// <summary>Text for messages: what the two say.</summary>
    internal string Told => $"{Store.Status} {_sync?.Status}\n{Store.Output}\n{_sync?.Output}";

    /// <summary>Writes a barrier into the source's log.</summary>
    internal async Task Barrier(ulong number)
    {
        await using var source = new SqliteSource(_folder.File("source.db"), "", TimeProvider.System);
        await source.Beat(number, CancellationToken.None);
    }

    /// <summary>Notes each transaction of the sink there, from now on.</summary>
    internal Task Watched() => Witness.Install(Sink, _folder.File("sink.db"));

    /// <summary>Waits until the Incr-Sync of now has said something.</summary>
    internal Task StartedSync() =>
        Eventually.Holds(() => Sync.Status.Count > 0 ? null : $"it says nothing: {Told}", TimeSpan.FromSeconds(60));

    /// <summary>Somebody else has written to the sink, much and wrong, and is killed before the commit.</summary>
    internal Task<int> WriterDies() => DataProcess.WriteAndDie(Points.Folder, _folder.File("sink.db"));

    /// <summary>The sink is the source, and each committed state on the way there was right.</summary>
    internal void IsWhole()
    {
        Assert.Equal(Source.Rows(), Sink.Rows());
        Assert.True(Witness.Check(Sink) > 0, "nobody has noted anything");
    }

    /// <summary>Waits until the sink has as many transfers as the source.</summary>
    internal Task Converged(TimeSpan max) => Eventually.Holds(() =>
    {
        var (source, sink) = (Source.State(), Sink.State());
        return source == sink ? null : $"source {source}, sink {sink}; {Told}";
    }, max);

    /// <summary>Compares source and sink, as a person does: the exit code, what was found, and what went wrong.</summary>
    internal async Task<(int Exit, JsonObject Report, string Error)> Verify(double limitSeconds = 60, string sink = "sink.db")
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "holdfast-data"), ["verify", "--config", "/dev/stdin"])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(new JsonObject
        {
            ["verify"] = new JsonObject
            {
                ["task"] = Task, ["source"] = Sqlite("source.db"), ["sink"] = Sqlite(sink), ["counter"] = "main.journal.no",
                ["limitSeconds"] = limitSeconds,
            },
        }.ToJsonString());
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output.Length > 0 ? JsonNode.Parse(output)!.AsObject() : [], await error);
    }

    public async ValueTask DisposeAsync()
    {
        // Stopped ones of the past too, when a test has failed.
        _started.ForEach(p => p.Dispose());
        await _api.DisposeAsync();
        _folder.Dispose();
    }

    private DataProcess Kept(DataProcess process)
    {
        _started.Add(process);
        return process;
    }

    private JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = _folder.File(file) };

    private void Configure(string folder, JsonObject config)
    {
        Directory.CreateDirectory(_folder.File(folder));
        var file = Path.Combine(_folder.File(folder), "config.json");
        File.WriteAllText(file, config.ToJsonString());
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
