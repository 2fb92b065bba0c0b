using System.Text.Json.Serialization;

namespace Holdfast.Data.Reports;

/// <summary>The report of a component about itself: status.json (docs/components.md).</summary>
internal sealed record Status
{
    /// <summary>The year 2100: what the rules of docs/components.md allow.</summary>
    private const long SecondsMax = 4_102_444_800;

    public required string State { get; init; }
    public long? Checkpoint { get; init; }
    public long? Begin { get; init; }
    public long? End { get; init; }
    public double? DelaySeconds { get; init; }
    public IReadOnlyList<StatusConsumer>? Consumers { get; init; }
    public string? Endpoint { get; init; }
    public string? PositionBegin { get; init; }
    public string? PositionEnd { get; init; }
    public string? SystemId { get; init; }
    public long? Bytes { get; init; }
    public long? SourceLagMs { get; init; }
    public long? Barrier { get; init; }
    public long? Term { get; init; }
    public string? Error { get; init; }

    /// <summary>Unix seconds that a status may say, of a clock that may be wrong; null: before 1970.</summary>
    internal static long? Seconds(long? microseconds) =>
        microseconds is >= 0 ? Math.Min(microseconds.Value / 1_000_000, SecondsMax) : null;

    /// <summary>A number that a status may say; null: a higher one, which nobody gives.</summary>
    internal static long? Number(ulong? number) => number <= long.MaxValue ? (long?)number : null;

    /// <summary>Replaces the file as one.</summary>
    internal void Write(string folder)
    {
        var fresh = Path.Combine(folder, "status.json.new");
        File.WriteAllBytes(fresh, JsonSerializer.SerializeToUtf8Bytes(this, ReportJson.Default.Status));
        File.Move(fresh, Path.Combine(folder, "status.json"), overwrite: true);
    }
}

/// <summary>A consumer of a Store.</summary>
internal sealed record StatusConsumer(string Task, long Checkpoint, string Position);

/// <summary>Writes a status once a second, for as long as a component lives, and once more at its end.</summary>
internal sealed class StatusLoop(string folder, Func<Status> status, TimeProvider time, Action<string> complain)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly RestingMemory _memory = new();

    internal async Task Run(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                Write();
                _memory.Tick();
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            Write();
        }
    }

    private void Write()
    {
        try
        {
            status().Write(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full disk: the component goes on, its supervisor says that it is silent.
            complain($"status.json cannot be written: {error.Message}");
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(DiagnosisReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
