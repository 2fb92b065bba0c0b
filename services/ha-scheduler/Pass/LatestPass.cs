using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.Platform.Explain;
using Holdfast.Rules.HaScheduler.Forecast;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// The last reconcile pass, for everybody who asks: what it saw and decided, when it ended. The pass and its loop alone write it.
/// </summary>
internal sealed class LatestPass(LivenessFeed feed, HaConfigStore config, StandingHeadroom headroom)
{
    private volatile Snapshot? _snapshot;
    private volatile string? _listening;
    private volatile bool _hasHeard;
    private TimeSpan? _brokenSince;

    /// <summary>The newest snapshot, of all regions whoever leads them; null before the first one.</summary>
    internal Snapshot? Snapshot => _snapshot;

    /// <summary>When passes ended and what the last one decided; nothing while this replica leads no region.</summary>
    internal PassProgress Progress { get; } = new(() => feed.Elapsed);

    /// <summary>
    /// Somebody who lives is still to be heard since the feed broke off, in a sentence: what is known may be of before. Null: nobody is,
    /// or a feed that stays interrupted says so itself.
    /// </summary>
    internal string? Listening => _listening;

    /// <summary>
    /// Everybody who lives has been heard in this life, with what runs there; or had the time for it. Until then nothing is said
    /// of what runs where.
    /// </summary>
    internal bool HasHeard => _hasHeard || feed.Elapsed > 2 * Rehearing.HeardWithin(config.HeartbeatInterval, config.Current.Lease);

    /// <summary>The reason why nothing was done; null: something was.</summary>
    internal static string? CodeOf(Decision decision) => (decision as Hold)?.Reason.Code;

    /// <summary>From the start of one pass to the start of the next.</summary>
    internal TimeSpan Every => config.Current.InspectionInterval;

    /// <summary>Keeps what a pass saw, and forecasts from it what the regions would survive.</summary>
    /// <param name="whole">The snapshot, of all regions.</param>
    /// <param name="started">The start of the pass, on the feed's clock.</param>
    internal void See(Snapshot whole, TimeSpan started)
    {
        if (!IsKnown(whole))
        {
            // The hosts that are up are not known: the last answer stands.
            return;
        }

        headroom.Look(started, () => StandingHeadroom.Of(
            whole, [.. CandidateHosts.Of(whole, config.Current).Where(c => c.Avoided is null)],
            c => whole.Tasks.GetValueOrDefault(c.Task)?.Tags));
    }

    /// <summary>True: the feed is complete and everybody who lives has been heard, so what is up is known.</summary>
    private bool IsKnown(Snapshot whole)
    {
        _snapshot = whole;
        var awaited = Awaited.Of(whole).Count;
        _brokenSince = whole.Feed.IsComplete ? null : _brokenSince ?? feed.Elapsed;
        _listening = Awaited.InWords(whole, awaited, feed.Elapsed - (_brokenSince ?? feed.Elapsed));
        _hasHeard |= whole.Feed.IsComplete && awaited == 0 && Awaited.SayWhatTheyRun(whole);
        return whole.Feed.IsComplete && awaited == 0;
    }
}
