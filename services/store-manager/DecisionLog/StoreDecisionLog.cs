using System.Collections.Concurrent;
using System.Globalization;
using Holdfast.Platform.State;
using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager.State;

namespace Holdfast.StoreManager.DecisionLog;

/// <summary>Remembers each subtopic's latest decision and stores it when its code changes.</summary>
internal sealed class Why(IDocuments<StoreDecisionRecord> documents, TimeProvider time)
{
    private const string Act = "act";
    private const int PruneMax = 10_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, StoreDecisionRecord> _latest = new(StringComparer.Ordinal);
    private long _sequence;
    private DateTimeOffset _prunedAt = time.GetUtcNow();

    internal StoreDecisionRecord? Latest(string subtopic) => _latest.GetValueOrDefault(subtopic);

    internal Task<Page<StoreDecisionRecord>> History(string? subtopic, string? cursor, int limit, CancellationToken cancel)
    {
        var query = DocumentQuery<StoreDecisionRecord>.All.OrderBy(d => d.At, descending: true).Take(limit).After(cursor);
        return documents.Query(subtopic is null ? query : query.Where(d => d.Subtopic, Match.Equal, subtopic), cancel);
    }

    /// <summary>The one that was stored last, by whichever replica; null: none is kept.</summary>
    internal async Task<StoreDecisionRecord?> Newest(string subtopic, CancellationToken cancel) =>
        (await History(subtopic, null, 1, cancel)).Items is [var newest] ? newest.Document : null;

    /// <param name="redundant">Of each decision's subtopic, in the same order.</param>
    internal async Task Record(StoreDecision[] decisions, IReadOnlyList<RedundantStore>[] redundant, DateTimeOffset now,
        CancellationToken cancel)
    {
        var changed = new List<StoreDecisionRecord>();
        for (var i = 0; i < decisions.Length; i++)
        {
            var decision = decisions[i];
            var subtopic = decision.Document.Subtopic;
            var known = _latest.TryGetValue(subtopic, out var before);
            var may = redundant[i].Count > 0 ? redundant[i] : null;
            if (known && IsSame(before!, decision) && (before!.Surplus?.Count ?? 0) == (may?.Count ?? 0))
            {
                continue;
            }

            var record = Describe(decision, may, now);
            var isNews = !known ? record.Code != StoreReason.Healthy.Code : before!.Code != record.Code || record.Code == Act;
            record = record with
            {
                Id = isNews
                    ? string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMddHHmmssffffff}-{++_sequence:d6}-{subtopic}")
                    : before?.Id ?? "",
                At = isNews || !known ? now : before!.At,
            };
            _latest[subtopic] = record;
            if (isNews)
            {
                changed.Add(record);
            }
        }

        if (changed.Count > 0)
        {
            await documents.UpsertMany(changed, cancel);
        }

        if (now - _prunedAt > PruneEvery)
        {
            _prunedAt = now;
            await documents.DeleteMany(
                DocumentQuery<StoreDecisionRecord>.All.Where(d => d.At, Match.Less, now - Kept).Take(PruneMax), cancel);
        }
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
