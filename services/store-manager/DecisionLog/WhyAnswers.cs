using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.DecisionLog;

/// <summary>
/// Explains a subtopic, on any replica. The replica that looks after it answers with its last decision. Another one hears and reads the
/// same and so decides the same, but acts on nothing.
/// </summary>
internal sealed class WhyAnswers(SubtopicViews subtopicViews, HostsHeard hosts, StoreDecisionLog decisionLog)
{
    /// <summary>Null: there is no such subtopic.</summary>
    internal async Task<StoreDecisionRecord?> Of(string subtopic, CancellationToken cancel)
    {
        if (subtopicViews.Document(subtopic) is not { } document)
        {
            return null;
        }

        // A subtopic that was this replica's once has no answer here any more.
        if (subtopicViews.IsMine(subtopic) && decisionLog.Latest(subtopic) is { } latest)
        {
            return latest;
        }

        var decided = Decide(document);
        return await decisionLog.StoredLast(subtopic, null, cancel) is { } stored && stored.Code == decided.Code
            ? decided with { Id = stored.Id, At = stored.At }
            : decided;
    }

    private StoreDecisionRecord Decide(SubtopicDocument document)
    {
        var (terms, moment) = (subtopicViews.Terms(), hosts.Moment());
        var view = subtopicViews.At(document, terms, moment);
        var decisions = StoreDecider.Decide(
            [view], subtopicViews.Judged(terms), region => hosts.Candidates(region, subtopicViews.StoresByHost()), moment.Now);
        var redundant = Cleanup.Of(view, terms.For(document), moment.Now);
        return StoreDecisionLog.Describe(decisions[0], redundant.Count > 0 ? redundant : null, moment.Now);
    }
}
