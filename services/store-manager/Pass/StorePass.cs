using Holdfast.Fleet;
using Holdfast.Platform.Explain;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Pass;

/// <summary>
/// A reconcile pass over this replica's subtopics: forget what is gone, clear what nobody needs, make what is missing, say what is
/// not acknowledged, tell people what they should know.
/// </summary>
internal sealed class StorePass(
    StoreState state, SubtopicViews subtopicViews, HostsHeard hosts, StoreExecutor executor, PassNews news)
{
    private static readonly TimeSpan KeepPositionsEvery = TimeSpan.FromSeconds(30);

    private TimeSpan _positionsKeptAt = TimeSpan.MinValue;
    private TimeSpan _positionsHeardAt = TimeSpan.MinValue;

    internal PassProgress Progress { get; } = new(() => hosts.Elapsed);

    internal async Task Run(CancellationToken cancel)
    {
        var (terms, moment) = (subtopicViews.Terms(), hosts.Moment());
        var now = moment.Now;
        if (_positionsHeardAt == TimeSpan.MinValue || hosts.Elapsed - _positionsHeardAt >= KeepPositionsEvery)
        {
            state.Positions.Hear(subtopicViews.Mine(terms, moment));
            _positionsHeardAt = hosts.Elapsed;
        }

        // Before anything is decided: a Store that was made without an answer is there.
        await state.Settle(cancel);
        var views = await executor.Settle(subtopicViews.Mine(terms, moment), terms, moment, cancel);
        await executor.OpenRemovals(views, now, cancel);
        if (executor.IsOld(moment))
        {
            return;
        }

        var redundant = await executor.Clear(views, terms, now, cancel);
        var decisions = StoreDecider.Decide(
            views, subtopicViews.Judged(terms), region => hosts.Candidates(region, subtopicViews.StoresByHost()), now);
        Progress.Decide(decisions, d => (d as Hold)?.Reason.Code);
        await executor.Make(decisions, moment, cancel);
        await executor.Ask(decisions, now, cancel);
        await news.Tell(views, decisions, redundant, terms, moment,
            Rehearing.RunsWithin(hosts.HeartbeatInterval, terms.Config.Lease), cancel);
        if (_positionsKeptAt == TimeSpan.MinValue || hosts.Elapsed - _positionsKeptAt >= KeepPositionsEvery)
        {
            await state.Positions.Keep(views, cancel);
            _positionsKeptAt = hosts.Elapsed;
        }

        Progress.Finish();
    }
}
