using System.Collections.Concurrent;
using Holdfast.Fleet;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>
/// Which regions are braked, and which of those an operator has confirmed. A memory of this process: after a restart the
/// first pass that sees the silence brakes again, and a confirmation has to be given again.
/// </summary>
internal sealed partial class BrakeBoard(Publisher publisher, TimeProvider time, ILogger<BrakeBoard> logger)
{
    private readonly ConcurrentDictionary<string, Engaged> _engaged = new(StringComparer.Ordinal);
    private readonly Queue<(SetBrake Brake, string Occurrence)> _released = new();
    private readonly Sayings<string> _said = new(TimeSpan.FromSeconds(60));

    private sealed record Engaged(SetBrake Brake, string Occurrence, bool Confirmed);

    internal IReadOnlyDictionary<string, BrakeState> States =>
        _engaged.ToDictionary(e => e.Key, e => new BrakeState(true, e.Value.Confirmed), StringComparer.Ordinal);

    internal void Set(SetBrake brake)
    {
        LogBrake(brake.Region, brake.Engaged ? "engaged" : "released", brake.Silent, brake.Hosts);
        if (brake.Engaged)
        {
            _engaged.TryAdd(brake.Region, new Engaged(brake, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss}", false));
        }
        else if (_engaged.TryRemove(brake.Region, out var over))
        {
            _released.Enqueue((brake, over.Occurrence));
        }
    }

    /// <summary>Tells of every brake while it holds, again and again, and of its end until that is told.</summary>
    internal async Task Say(TimeSpan elapsed, CancellationToken cancel)
    {
        foreach (var (_, engaged) in _engaged.Where(e => _said.IsDue(Key(e.Value.Brake, e.Value.Occurrence), elapsed)))
        {
            await Publish(engaged.Brake, engaged.Occurrence, cancel);
            _said.Said(Key(engaged.Brake, engaged.Occurrence), elapsed);
        }

        while (_released.TryPeek(out var over))
        {
            await Publish(over.Brake, over.Occurrence, cancel);
            _said.Forget(Key(over.Brake, over.Occurrence));
            _released.Dequeue();
        }
    }

    private static string Key(SetBrake brake, string occurrence) => $"{brake.Region}:{occurrence}";

    private Task Publish(SetBrake brake, string occurrence, CancellationToken cancel) => publisher.Publish(
        HostAlerts.Braked(brake.Region, brake.Silent, brake.Hosts, brake.Engaged, time.GetUtcNow(), occurrence), null, cancel);

    /// <summary>False when that region is not braked.</summary>
    internal bool Confirm(string region, string by)
    {
        if (!_engaged.TryGetValue(region, out var engaged))
        {
            return false;
        }

        LogConfirmed(region, by);
        return _engaged.TryUpdate(region, engaged with { Confirmed = true }, engaged);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Brake of region {Region} {Change}: {Silent} of {Hosts} hosts are silent")]
    private partial void LogBrake(string region, string change, int silent, int hosts);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Brake of region {Region} confirmed: {By}; held moves go on")]
    private partial void LogConfirmed(string region, string by);
}
