using System.Collections.Concurrent;
using Holdfast.Contracts;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler;

/// <summary>
/// Which regions are braked, and which of those an operator has confirmed. A memory of this process: after a restart the
/// first pass that sees the silence brakes again, and a confirmation has to be given again.
/// </summary>
internal sealed partial class BrakeBoard(Publisher publisher, TimeProvider time, ILogger<BrakeBoard> logger)
{
    private readonly ConcurrentDictionary<string, Engaged> _engaged = new(StringComparer.Ordinal);

    private sealed record Engaged(string Occurrence, bool Confirmed);

    internal IReadOnlyDictionary<string, BrakeState> States =>
        _engaged.ToDictionary(e => e.Key, e => new BrakeState(true, e.Value.Confirmed), StringComparer.Ordinal);

    internal async Task Set(SetBrake brake, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var occurrence = _engaged.GetOrAdd(brake.Region, _ => new Engaged($"{now:yyyyMMdd'T'HHmmss}", false)).Occurrence;
        LogBrake(brake.Region, brake.Engaged ? "engaged" : "released", brake.Silent, brake.Hosts);
        if (!brake.Engaged)
        {
            _engaged.TryRemove(brake.Region, out _);
        }

        await publisher.Publish(HostAlerts.Braked(brake.Region, brake.Silent, brake.Hosts, brake.Engaged, now, occurrence), null, cancel);
    }

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
