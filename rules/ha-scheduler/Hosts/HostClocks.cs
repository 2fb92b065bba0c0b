using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>
/// Hosts whose wall clock is off by more than clocks may run apart. Nothing is decided by it; positions, logs and what people read are
/// stamped by it. Pure.
/// </summary>
internal static class HostClocks
{
    /// <summary>A finding is over at this part of the limit, so that a clock near it does not flutter.</summary>
    private const double OverShare = 0.5;

    /// <param name="firing">Findings that were reported and are not over.</param>
    internal static IEnumerable<Finding> Of(
        Snapshot snapshot, HaConfig config, IReadOnlyDictionary<(string Event, string Target), Finding> firing)
    {
        foreach (var host in snapshot.Hosts)
        {
            if (host is { Reported.Report: { ClockAheadSec: { } ahead } report, Verdict: { State: not HostState.Down } verdict }
                && IsOff(ahead, config, firing.ContainsKey((AlertEvents.HostClock, verdict.Host))))
            {
                yield return Of(verdict, report, ahead, config, snapshot.Now);
            }
        }
    }

    internal static bool IsOff(double aheadSec, HaConfig config, bool isTold) =>
        Math.Abs(aheadSec) > config.ClockDriftSec * (isTold ? OverShare : 1);

    internal static string InWords(double aheadSec) =>
        $"its wall clock is {Seconds(aheadSec)} s {(aheadSec > 0 ? "ahead of" : "behind")} the heartbeat service's";

    private static string Seconds(double ahead) => Math.Abs(ahead).ToString("0.#", CultureInfo.InvariantCulture);

    private static Finding Of(HostVerdict host, HostReport report, double ahead, HaConfig config, DateTimeOffset now) => new()
    {
        Event = AlertEvents.HostClock,
        Scope = AlertScope.System,
        Target = host.Host,
        Level = AlertLevel.Warning,
        Summary = $"The clock of host {host.Host} is wrong: {Seconds(ahead)} s {(ahead > 0 ? "ahead" : "behind")}",
        Description = $"Host {host.Host} ({report.Address}): {InWords(ahead)}, which is more than clockDriftSec {config.ClockDriftSec}. "
            + "Leases and failures do not count on it; logs, checkpoints and delays of what runs there do. "
            + "Let a time server keep the clocks of "
            + "hosts and services.",
        Over = $"The clock of host {host.Host} is right again",
        Region = host.Region,
        Since = now,
        Host = host.Host,
        HostIp = report.Address,
        Parts = [ahead > 0 ? "ahead" : "behind"],
    };
}
