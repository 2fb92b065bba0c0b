using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>People are told when the feed of heartbeats is interrupted, since no failure of a host is found meanwhile. Pure.</summary>
internal static class FeedAlerts
{
    /// <summary>
    /// A collector that is gone is dropped within ten seconds of its end. A broker that is started anew and a server that is paused for
    /// 20 s are back in time. Nobody is told of what ends by itself so soon.
    /// </summary>
    internal static readonly TimeSpan ToldAfter = TimeSpan.FromSeconds(30);

    /// <summary>One for each region whose hosts are not judged.</summary>
    internal static IEnumerable<Finding> Of(Snapshot snapshot) => snapshot.Feed.InterruptedFor <= ToldAfter
        ? []
        : snapshot.Hosts.Select(h => h.Verdict.Region).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(region => Of(region, snapshot));

    private static Finding Of(string region, Snapshot snapshot) => new()
    {
        Event = AlertEvents.FeedInterrupted,
        Scope = AlertScope.System,
        Target = region,
        Level = AlertLevel.Critical,
        Summary = $"Heartbeats of region {region} do not all arrive: no host is judged",
        Description = string.Create(CultureInfo.InvariantCulture,
            $"For {snapshot.Feed.InterruptedFor.TotalSeconds:0} s the scheduler has not heard every collector without a gap: ")
            + $"{snapshot.Feed.Why}. Until it does, a host that fails is not found Down and nothing moves. "
            + Reason.FeedInterrupted.Workaround,
        Over = $"Heartbeats of region {region} arrive without a gap again: silence counts from now on",
        Region = region,
        Since = snapshot.Now - snapshot.Feed.InterruptedFor,
    };
}
