using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Publishing;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Pass;

/// <summary>Records the decisions of a pass, says what is not acknowledged, and tells people what they should know.</summary>
internal sealed class PassNews(
    StoreState state, SubtopicViews subtopicViews, StatePublisher statePublisher, StoreDecisionLog decisionLog, DecisionsPublisher told)
{
    /// <param name="views">As the pass has seen them, after its changes.</param>
    /// <param name="decisions">One for each view.</param>
    /// <param name="redundant">Of each view, in the same order.</param>
    /// <param name="terms">By which it was decided.</param>
    /// <param name="moment">Of the pass.</param>
    /// <param name="runsWithin">A Store that was fenced may run again within this time.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task Tell(List<SubtopicView> views, StoreDecision[] decisions, IReadOnlyList<RedundantStore>[] redundant,
        SubtopicTerms terms, Moment moment, TimeSpan runsWithin, CancellationToken cancel)
    {
        var now = moment.Now;
        // Before what a broker that is away would cut off, and before a ticket says that it is done.
        await decisionLog.Record(decisions, redundant, now, cancel);
        await statePublisher.Say(subtopicViews.MineVersioned, cancel);
        var found = Finding.Of(views, decisions, terms, now);
        await told.Say(views, Finding.Gaps(found), now, cancel);
        await state.Tickets.Follow(subtopicViews, statePublisher, moment, cancel);
        await state.Findings.Say(
            found, IsSeen(views), subtopic => views.Find(v => v.Document.Subtopic == subtopic), runsWithin, now, cancel);
    }

    /// <summary>
    /// Subtopics of which it can be said that something is over. This pass has looked at them, and none of their Stores is still to be
    /// heard for the first time. A process that has just started knows less than the one that told of it. A subtopic that has become this
    /// replica's during a slow pass was not looked at. One of this replica's that is gone has nothing left to look at.
    /// </summary>
    private Func<string, bool> IsSeen(IReadOnlyCollection<SubtopicView> views)
    {
        HashSet<string>? seen = null;
        return subtopic => (seen ??= [.. views
            .Where(v => !Array.Exists(v.Stores, s => s is { Health: StoreHealth.Unheard or StoreHealth.Starting, End: null }))
            .Select(v => v.Document.Subtopic)]).Contains(subtopic)
            || (subtopicViews.IsMine(subtopic) && subtopicViews.Document(subtopic) is null);
    }
}
