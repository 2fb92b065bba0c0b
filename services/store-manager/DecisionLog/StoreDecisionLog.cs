using Holdfast.Platform.Explain;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.DecisionLog;

/// <summary>The decisions about this replica's subtopics. A decision is news when its code is another one than before.</summary>
internal sealed class StoreDecisionLog(IDocuments<StoreDecisionRecord> documents, TimeProvider time)
    : DecisionLog<StoreDecisionRecord>(documents, new DecisionFields<StoreDecisionRecord>(d => d.Subtopic, d => d.At), time)
{
    private const string Act = "act";

    private long _sequence;

    /// <param name="redundant">Of each decision's subtopic, in the same order.</param>
    internal async Task Record(StoreDecision[] decisions, IReadOnlyList<RedundantStore>[] redundant, DateTimeOffset now,
        CancellationToken cancel)
    {
        var changed = new List<StoreDecisionRecord>();
        for (var i = 0; i < decisions.Length; i++)
        {
            var decision = decisions[i];
            var subtopic = decision.Document.Subtopic;
            var before = Latest(subtopic);
            var may = redundant[i].Count > 0 ? redundant[i] : null;
            if (before is not null && IsSame(before, decision) && (before.Surplus?.Count ?? 0) == (may?.Count ?? 0))
            {
                continue;
            }

            var record = Describe(decision, may, now);
            var isNews = before is null ? record.Code != StoreReason.Healthy.Code : before.Code != record.Code || record.Code == Act;
            record = record with
            {
                Id = isNews
                    ? string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMddHHmmssffffff}-{++_sequence:d6}-{subtopic}")
                    : before?.Id ?? "",
                At = isNews || before is null ? now : before.At,
            };
            Remember(record);
            if (isNews)
            {
                changed.Add(record);
            }
        }

        if (changed.Count > 0)
        {
            await Documents.UpsertMany(changed, cancel);
        }

        await Prune(now, cancel);
    }

    /// <summary>Thousands of subtopics are as well as they were: nothing is written for them, not even a sentence.</summary>
    private static bool IsSame(StoreDecisionRecord before, StoreDecision now) =>
        now is Hold hold && before.Code == hold.Reason.Code && before.Ticket == hold.Ticket
        && before.Sentence.EndsWith(hold.Because, StringComparison.Ordinal);

    internal static StoreDecisionRecord Describe(StoreDecision decision, IReadOnlyList<RedundantStore>? redundant, DateTimeOffset now) =>
        decision switch
        {
            Create c => new StoreDecisionRecord
            {
                Id = "",
                Subtopic = c.Document.Subtopic,
                Code = Act,
                Sentence = $"a Store on {c.Host} from {StartTimestamp.Clock(c.From)}: {c.Because}",
                Surplus = redundant,
                At = now,
            },
            Hold h => new StoreDecisionRecord
            {
                Id = "",
                Subtopic = h.Document.Subtopic,
                Code = h.Reason.Code,
                Sentence = $"{h.Reason.Name}: {h.Because}",
                Earliest = h.Earliest,
                Workaround = h.Reason.Workaround,
                Plan = h.Plan,
                Ticket = h.Ticket,
                Surplus = redundant,
                At = now,
            },
            _ => throw new System.Diagnostics.UnreachableException(decision.GetType().Name),
        };
}
