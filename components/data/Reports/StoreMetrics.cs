using Holdfast.Log.Contract;
using Holdfast.Store;
using Microsoft.Extensions.Logging;

namespace Holdfast.Data.Reports;

/// <summary>Says every ten seconds how fast a Store collects and how far its consumers are; one at rest says so once a minute.</summary>
internal sealed partial class StoreMetrics(TimeProvider time, ILogger<StoreMetrics> logger)
{
    private const int RestingTicks = 6;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    internal async Task Run(Func<StoreFigures?> figures, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var (earlier, at) = ((LogRange?)null, time.GetTimestamp());
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(cancel); tick++)
            {
                if (figures() is not { Range: { } range } now)
                {
                    continue;
                }

                if (range.Last != earlier?.Last || tick % RestingTicks == 0)
                {
                    LogLine(Line(now, range, earlier, time.GetElapsedTime(at)));
                }

                (earlier, at) = (range, time.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>One line for a log. Segments that went meanwhile make the rate of bytes smaller, never negative.</summary>
    internal static string Line(StoreFigures now, LogRange range, LogRange? earlier, TimeSpan span)
    {
        var rate = earlier is null || span <= TimeSpan.Zero ? 0 : Math.Max(0, (range.Bytes - earlier.Bytes) / span.TotalSeconds);
        var age = now.SourceLag is { } lag ? $", {lag.TotalMilliseconds:0} ms after its newest commit" : "";
        var slowest = now.Consumers.MinBy(c => c.Applied);
        var readers = slowest is null ? "no consumer is connected"
            : $"consumers {now.Consumers.Count}, the slowest {slowest.Task} at {slowest.Applied}, "
                + $"{Math.Max(0, (Status.Seconds(range.LastTime) ?? slowest.Seconds) - slowest.Seconds)} s behind";
        return string.Create(CultureInfo.InvariantCulture,
            $"{rate:0} bytes/s, at {range.Last}{age}; from {range.After} on {range.Bytes} bytes in {range.Segments} segments; {readers}")
            + (now.Fault is { } fault ? $"; does not collect: {fault}" : "");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Line}")]
    private partial void LogLine(string line);
}
