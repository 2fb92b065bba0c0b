namespace Holdfast.Rules.StoreManager;

/// <summary>Something about a subtopic that people should know, as long as it holds.</summary>
internal sealed record Finding(string Event, string Subtopic, string Region, AlertLevel Level, string Summary, string Description)
{
    private const int NamedMax = 10;

    internal string Id => $"{Event}:{Subtopic}";

    /// <summary>Tags of the tasks that need the subtopic; null: none has any.</summary>
    public IReadOnlyList<string>? TaskTags { get; init; }

    /// <summary>Sentence about the end of a finding that does not hold any more. Pure.</summary>
    /// <param name="view">Its subtopic as it is now; null: it is gone.</param>
    internal string EndOf(SubtopicView? view, DateTimeOffset now) => (Event, view) switch
    {
        (_, null) or (_, { Document.Tasks.Count: 0 }) => $"No task needs {Subtopic} any more",
        (AlertEvents.StoreGap, _) when Coverage.GapOf(view, null, now) is { } gap && Coverage.IsOnPurpose(view, gap) =>
            $"An operator has deleted the Stores of {Subtopic} that had what is missing: nobody is told of it any more",
        _ => $"Over: {Summary}",
    };

    /// <summary>All findings of a pass. Pure.</summary>
    /// <param name="decisions">Of each view, in the same order.</param>
    internal static List<Finding> Of(
        IReadOnlyList<SubtopicView> views, IReadOnlyList<StoreDecision> decisions, SubtopicTerms terms, DateTimeOffset now)
    {
        var found = new List<Finding>();
        for (var i = 0; i < views.Count; i++)
        {
            var by = terms.For(views[i].Document);
            if (!IsQuiet(views[i], decisions[i], by, now))
            {
                found.AddRange(Of(views[i], decisions[i], by, now));
            }
        }

        return found;
    }

    /// <summary>Subtopics of which a task needs a position that no Store serves.</summary>
    internal static IReadOnlySet<string> Gaps(IReadOnlyList<Finding> found) =>
        found.Where(f => f.Event == AlertEvents.StoreGap).Select(f => f.Subtopic).ToHashSet(StringComparer.Ordinal);

    /// <summary>As nearly all are in nearly every pass: nothing below would be found.</summary>
    private static bool IsQuiet(SubtopicView view, StoreDecision decision, StoreTerms terms, DateTimeOffset now)
    {
        var document = view.Document;
        if (decision is not Hold { Reason: var reason } || !ReferenceEquals(reason, StoreReason.Healthy)
            || document.Stores.Count > terms.Threshold(document))
        {
            return document.Tasks.Count == 0;
        }

        return view.Earliest(visibleOnly: false) is not { } earliest || (Reach.AllCovered(view)
            && !(Coverage.RetentionLeft(earliest, document.Source, now) < Coverage.RetentionWarning(document.Source?.RetentionSec ?? 0)));
    }

    internal static IEnumerable<Finding> Of(SubtopicView view, StoreDecision? decision, StoreTerms terms, DateTimeOffset now)
    {
        if (view.Document.Tasks.Count == 0)
        {
            return [];
        }

        var found = Untagged(view, decision, terms, now).ToList();
        var tags = found.Count == 0 ? [] : view.Document.Needs.SelectMany(n => n.Tags ?? [])
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return tags.Count == 0 ? found : found.Select(f => f with { TaskTags = tags });
    }

    private static IEnumerable<Finding> Untagged(SubtopicView view, StoreDecision? decision, StoreTerms terms, DateTimeOffset now)
    {
        var document = view.Document;

        if (Coverage.GapOf(view, (decision as Create)?.Start, now) is { } gap && !Coverage.IsOnPurpose(view, gap))
        {
            yield return new Finding(AlertEvents.StoreGap, document.Subtopic, document.Region, AlertLevel.Critical,
                $"No Store of {document.Subtopic} serves from {StartTimestamp.Clock(gap.From)} to {StartTimestamp.Clock(gap.To)}",
                $"Needed by {Names(gap.Tasks)}{(gap.After is { } after ? $", after position {after}" : "")}. {WhyNot(decision)} "
                + $"See GET /api/v1/stores/coverage?subtopic={document.Subtopic}.");
        }

        if (document.Source?.RetentionSec is { } kept && view.Earliest(visibleOnly: false) is { } earliest
            && Coverage.RetentionLeft(earliest, document.Source, now) < Coverage.RetentionWarning(kept))
        {
            var limit = Coverage.RetentionWarning(kept);
            // The earliest one is among them.
            var close = view.Consumers.Where(c => Coverage.RetentionLeft(c.Position, document.Source, now) < limit).ToList();
            var least = close.MinBy(c => c.Position);
            var left = Math.Max(0, Coverage.RetentionLeft(least.Position, document.Source, now)!.Value);
            yield return new Finding(AlertEvents.StoreRetention, document.Subtopic, document.Region, AlertLevel.Critical,
                $"The source of {document.Subtopic} will soon have thrown away what {least.Task} needs next",
                $"It keeps its log for {kept} s; {least.Task} is at {StartTimestamp.Clock(least.Position)}, which has {left} s left "
                + $"(limit {limit} s); concerned: "
                + $"{Names([.. close.Select(c => c.Task)])}. Make it catch up, or lengthen the source's retention.");
        }

        foreach (var told in OfDecision(document, decision, terms))
        {
            yield return told;
        }
    }

    private static IEnumerable<Finding> OfDecision(SubtopicDocument document, StoreDecision? decision, StoreTerms terms)
    {
        var (there, limit) = (document.StoreCount, terms.Threshold(document));
        if (there > limit || decision is Hold { Reason.Code: var code } && code == StoreReason.Threshold.Code)
        {
            yield return new Finding(AlertEvents.StoreThreshold, document.Subtopic, document.Region, AlertLevel.Warning,
                $"{document.Subtopic} has {Counted.Of(there, "Store")}, and HA may make {limit}",
                $"{WhyNot(decision)} {StoreReason.Threshold.Workaround}");
        }

        if (decision is Hold { Plan: { } plan } hold && ReferenceEquals(hold.Reason, StoreReason.Recommended))
        {
            yield return new Finding(AlertEvents.Recommendation, document.Subtopic, document.Region, AlertLevel.Warning,
                $"HA recommends a new Store for {document.Subtopic}", $"{hold.Because}. Plan: {plan}. {hold.Reason.Workaround}");
        }

        if (decision is Hold { Plan: { } waiting, Ticket: { } ticket } asks)
        {
            var link = $"/api/v1/stores/tickets/{Uri.EscapeDataString(ticket)}";
            yield return new Finding(AlertEvents.ApprovalNeeded, document.Subtopic, document.Region, AlertLevel.Warning,
                $"HA waits for approval to make a Store for {document.Subtopic}",
                $"{asks.Because}. Plan: {waiting}. See {link}; let HA do it with POST {link}/approve, decline it with POST {link}/skip.");
        }
    }

    private static string WhyNot(StoreDecision? decision) => decision is Hold hold
        ? $"{hold.Reason.Name}: {hold.Because}. {hold.Reason.Workaround}"
        : "";

    private static string Names(IReadOnlyList<string> tasks) => string.Join(", ", tasks.Take(NamedMax))
        + (tasks.Count > NamedMax ? $" and {tasks.Count - NamedMax} more" : "");
}
