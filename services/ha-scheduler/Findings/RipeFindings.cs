using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.Rules.HaScheduler.Forecast;

namespace Holdfast.HaScheduler.Findings;

/// <summary>
/// Holds back what rests on hearing. After a pause of the server, or a restart, much looks bad that is well a moment later, and nobody is
/// to be woken for that. Findings that people have been told of go on.
/// </summary>
internal sealed class RipeFindings(LivenessFeed feed, HaConfigStore config)
{
    private readonly Patience<(string Event, string Target)> _patience = new();

    /// <param name="found">All that this pass has found.</param>
    /// <param name="firing">Findings that were announced and are not over.</param>
    /// <param name="snapshot">The snapshot of this pass.</param>
    internal List<Finding> Of(
        IReadOnlyList<Finding> found, IReadOnlyDictionary<(string Event, string Target), Finding> firing, Snapshot snapshot)
    {
        _patience.Look(found.Where(f => RestsOnHearing(f.Event)).Select(f => f.Of).Distinct(), feed.Elapsed,
            config.Current.InspectionInterval + FeedLimits.GapMax);
        if (found.Count == 0)
        {
            return [];
        }

        var runsWithin = Rehearing.RunsWithin(config.HeartbeatInterval, snapshot.Feed.Lease);
        var sinceBreak = feed.CompleteFor;
        return
        [
            .. found.Where(f => !RestsOnHearing(f.Event) || firing.ContainsKey(f.Of)
                || IsRipe(f.Event, sinceBreak, runsWithin) || _patience.HasHeld(f.Of, LeastOf(f.Event, runsWithin))),
        ];
    }

    /// <summary>The feed has been complete for so long that everybody was heard, and what was fenced runs again. Pure.</summary>
    internal static bool IsRipe(string @event, TimeSpan sinceBreak, TimeSpan runsWithin) =>
        @event != AlertEvents.Headroom && sinceBreak >= runsWithin;

    /// <summary>
    /// For how long it must have held to be told nevertheless: a feed that breaks off again and again must not silence it for ever.
    /// Headroom always waits, for one host that pauses for a moment changes it. Its answer is made anew now and then, and an old one must
    /// not outlive what it rests on. Pure.
    /// </summary>
    internal static TimeSpan LeastOf(string @event, TimeSpan runsWithin) =>
        @event == AlertEvents.Headroom ? runsWithin + StandingHeadroom.Every : runsWithin;

    private static bool RestsOnHearing(string @event) => @event is AlertEvents.Headroom or AlertEvents.SyncDelay
        or AlertEvents.MigrationDelay or AlertEvents.SyncFailed or AlertEvents.MigrationFailed or AlertEvents.SyncStatusInconsistent;
}
