using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>The hold-off of a host from new work at present.</summary>
/// <param name="Until">Then it takes work again.</param>
/// <param name="Returns">It has come back so often in a row.</param>
internal sealed record HoldOff(DateTimeOffset Until, int Returns)
{
    internal string Sentence => string.Create(CultureInfo.InvariantCulture,
        $"it was Down {Returns} times in a row and is back; no new work comes to it until {Iso.Seconds(Until)}");
}

/// <summary>
/// Hosts that go Down again and again. One that is back runs what still stands there; new work comes to it later and later. A host
/// that was up for long enough, or that an operator releases, begins anew (docs/decisions/0036). Pure.
/// </summary>
internal static class Flapping
{
    /// <summary>Returns in a row from which an alert is raised: a single return is a crash.</summary>
    internal const int ReturnsMin = 2;

    /// <summary>Null: it takes work, or is not up.</summary>
    internal static HoldOff? Of(HostVerdict verdict, HaConfig config, DateTimeOffset now) => verdict.State == HostState.Online
        && StoredTime.Rest(verdict.Since, config.HoldOffAfter(verdict.Returns), now) is { } rest
            ? new HoldOff(now + rest, verdict.Returns)
            : null;

    /// <summary>Returns that still count once it has fallen.</summary>
    internal static int Kept(HostVerdict verdict, HaConfig config, DateTimeOffset now) =>
        verdict.State == HostState.Online && !IsRecent(verdict, config, now) ? 0 : verdict.Returns;

    /// <summary>It is back for the second time or more, or fell again soon after that: the single falls are no news any more.</summary>
    internal static bool Flaps(HostVerdict verdict, HaConfig config, DateTimeOffset now) =>
        verdict.Returns >= ReturnsMin && (verdict.State == HostState.Quarantined || IsRecent(verdict, config, now));

    private static bool IsRecent(HostVerdict verdict, HaConfig config, DateTimeOffset now) =>
        StoredTime.Rest(verdict.Since, config.QuietAfter(verdict.Returns), now) is not null;

    internal static IEnumerable<Finding> Findings(Snapshot snapshot, HaConfig config)
    {
        foreach (var host in snapshot.Hosts)
        {
            if (host.Verdict is { Returns: >= ReturnsMin } verdict && config.ForRegion(verdict.Region) is var of
                && Flaps(verdict, of, snapshot.Now))
            {
                yield return Finding(verdict, of, snapshot.Now);
            }
        }
    }

    private static Finding Finding(HostVerdict host, HaConfig config, DateTimeOffset now) => new()
    {
        Event = AlertEvents.HostFlaps,
        Scope = AlertScope.System,
        Target = host.Host,
        Level = AlertLevel.Critical,
        Summary = $"Host {host.Host} flaps: Down again and again",
        Description = $"Host {host.Host} ({host.Address}, {host.Region}/{host.Idc}) came back {host.Returns} times in a row, "
            + $"without having been up for long in between, and is {host.State} now"
            + (Of(host, config, now) is { } hold ? $"; no new work comes to it until {Iso.Seconds(hold.Until)}" : "")
            + ". What still stands there runs while it is up. Its single falls are not told while this holds. Look at its power, "
            + $"memory and network; once it is mended, POST /api/v1/hosts/{host.Host}/release lets it take work at once. "
            + $"See /api/v1/ha/why/{host.Host}.",
        Over = $"Host {host.Host} does not flap any more",
        Region = host.Region,
        Since = host.Since,
        Host = host.Host,
        HostIp = host.Address,
    };
}
