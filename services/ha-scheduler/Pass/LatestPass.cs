using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Measures;
using Holdfast.Platform.Telemetry;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.HaScheduler.Pass;

/// <summary>The last pass for everybody who asks: what it saw and decided, when it ended. The inspection loop alone writes it.</summary>
internal sealed class LatestPass(LivenessFeed feed, HaConfigStore config)
{
    private volatile Snapshot? _snapshot;
    private volatile Tally<string> _decided = DecisionFigures.Of([]);
    private volatile string? _listening;
    private volatile bool _hasHeard;
    private TimeSpan? _brokenSince;
    private long _finished;
    private long _finishedAt;

    /// <summary>The newest look, at all regions whoever leads them; null before the first one.</summary>
    internal Snapshot? Snapshot => _snapshot;

    /// <summary>The decisions of the last pass, by code; nothing while this replica leads no region.</summary>
    internal Tally<string> Decided => _decided;

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

    /// <summary>Passes that have come to their end.</summary>
    internal long Finished => Interlocked.Read(ref _finished);

    /// <summary>Since a pass came to its end, or since the process started.</summary>
    internal TimeSpan SinceFinished => feed.Elapsed - new TimeSpan(Interlocked.Read(ref _finishedAt));

    /// <summary>From the start of one pass to the start of the next.</summary>
    internal TimeSpan Every => config.Current.InspectionInterval;

    /// <summary>True: the feed is complete and everybody who lives has been heard, so what is up is known.</summary>
    internal bool See(Snapshot whole)
    {
        _snapshot = whole;
        var awaited = Awaited.Of(whole).Count;
        _brokenSince = whole.Feed.IsComplete ? null : _brokenSince ?? feed.Elapsed;
        _listening = Awaited.InWords(whole, awaited, feed.Elapsed - (_brokenSince ?? feed.Elapsed));
        _hasHeard |= whole.Feed.IsComplete && awaited == 0 && Awaited.SayWhatTheyRun(whole);
        return whole.Feed.IsComplete && awaited == 0;
    }

    internal void Decide(IReadOnlyList<Decision> decisions) => _decided = DecisionFigures.Of(decisions);

    internal void Finish()
    {
        Interlocked.Increment(ref _finished);
        Interlocked.Exchange(ref _finishedAt, feed.Elapsed.Ticks);
    }
}
