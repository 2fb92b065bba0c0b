using System.Collections.Concurrent;
using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>What was decided about an object, and when that changed. Key: id.</summary>
internal sealed record DecisionRecord
{
    public required string Id { get; init; }
    public required string Object { get; init; }

    /// <summary>An act (<c>act</c>) or the code of the reason why nothing was done.</summary>
    public required string Code { get; init; }

    /// <summary>One sentence with the figures in it.</summary>
    public required string Sentence { get; init; }

    /// <summary>When time alone can change it.</summary>
    public DateTimeOffset? Earliest { get; init; }

    public string? Workaround { get; init; }

    /// <summary>What would be done if it were not held.</summary>
    public string? Plan { get; init; }

    /// <summary>Where a person approves it.</summary>
    public string? Ticket { get; init; }

    /// <summary>The maintenance that holds it, by key.</summary>
    public string? Maintenance { get; init; }

    /// <summary>The values that it was decided from, by name.</summary>
    public IReadOnlyDictionary<string, string>? Inputs { get; init; }
    public required DateTimeOffset At { get; init; }

    internal static Collection<DecisionRecord> Collection { get; } =
        new Collection<DecisionRecord>("ha-scheduler.decisions", 1, d => d.Id).Index(d => d.Object, d => d.At).Index(d => d.At);
}

/// <summary>Remembers each object's latest decision and stores it when its code changes.</summary>
internal sealed class Why(IDocuments<DecisionRecord> documents, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromMinutes(10);

    /// <summary>At most so many are pruned at a time.</summary>
    private const int PruneMax = 10_000;

    private readonly ConcurrentDictionary<string, DecisionRecord> _latest = new(StringComparer.Ordinal);
    private long _sequence;
    private DateTimeOffset _prunedAt = time.GetUtcNow();

    /// <summary>Another replica decides now: what was remembered is not the latest any more.</summary>
    internal void Forget() => _latest.Clear();

    internal DecisionRecord? Latest(string @object) => _latest.GetValueOrDefault(@object);

    internal Task<Page<DecisionRecord>> History(string? @object, string? cursor, int limit, CancellationToken cancel)
    {
        var query = DocumentQuery<DecisionRecord>.All.OrderBy(d => d.At, descending: true).Take(limit).After(cursor);
        return documents.Query(@object is null ? query : query.Where(d => d.Object, Match.Equal, @object), cancel);
    }

    internal async Task Record(IReadOnlyList<Decision> decisions, DateTimeOffset now, CancellationToken cancel)
    {
        var changed = new List<DecisionRecord>();
        var seen = new HashSet<string>(decisions.Count, StringComparer.Ordinal);
        foreach (var decision in decisions)
        {
            seen.Add(decision.Object);
            Note(Describe(decision, now), changed);
        }

        foreach (var (over, _) in _latest.Where(l => l.Value.Code != Reason.Healthy.Code && !seen.Contains(l.Key)))
        {
            Note(Describe(new Hold(over, Reason.Healthy, "stands where it should"), now), changed);
        }

        if (changed.Count > 0)
        {
            await documents.UpsertMany(changed, cancel);
        }

        if (now - _prunedAt > PruneEvery)
        {
            _prunedAt = now;
            await documents.DeleteMany(
                DocumentQuery<DecisionRecord>.All.Where(d => d.At, Match.Less, now - Kept).Take(PruneMax), cancel);
        }
    }

    private void Note(DecisionRecord record, List<DecisionRecord> changed)
    {
        var isNew = !_latest.TryGetValue(record.Object, out var before);
        if (isNew && record.Code == Reason.Healthy.Code)
        {
            _latest[record.Object] = record;
        }
        else if (isNew || before!.Code != record.Code || record.Code == ActCode && before.Sentence != record.Sentence)
        {
            record = record with { Id = $"{record.At:yyyyMMddHHmmssffffff}-{Interlocked.Increment(ref _sequence):d6}" };
            _latest[record.Object] = record;
            changed.Add(record);
        }
        else
        {
            _latest[record.Object] = record with { Id = before.Id, At = before.At };
        }
    }

    private const string ActCode = "act";

    private static DecisionRecord Describe(Decision decision, DateTimeOffset now) => decision switch
    {
        DeclareDown d => Act(d, $"declared Down after {d.Host.Silence.TotalSeconds:0.0} s of silence, incident {d.Incident}", now),
        Quarantine d => Act(d, "heard again, quarantined until its inventory is clean", now),
        BringOnline d => Act(d, "Online: its inventory is clean", now),
        Admit d => Act(d, "given its desired list", now),
        Place d => Act(d, d.From.Host is null ? $"placed on {d.Host}" : $"moved from {d.From.Host} to {d.Host}", now),
        BeginMove d => Act(d, $"stops on {d.From.Host} in order to go to {d.To.Target} ({d.To.Cause})", now),
        CancelMove d => Act(d, $"stays on {d.From.Host} after all: {d.Because}", now),
        Restart d => Act(d, $"restarted on {d.From.Host}, number {d.Restarts} in a row", now),
        NoteFailure d => Act(d, $"has failed on {d.From.Host}", now),
        NoteRecovery d => Act(d, $"runs again on {d.From.Host}, by itself", now),
        SetBrake { After.CalmSince: not null } d => Act(d, $"brake calms down: {d.Silent} of {d.Hosts} hosts silent", now),
        SetBrake d => Act(d, $"brake {(d.After.Engaged ? "engaged" : "released")}: {d.Silent} of {d.Hosts} hosts silent", now),
        Hold d => new DecisionRecord
        {
            Id = "",
            Object = d.Object,
            Code = d.Reason.Code,
            Sentence = $"{d.Reason.Name}: {d.Because}",
            Earliest = d.Earliest,
            Workaround = d.Reason.Workaround,
            Plan = d.Plan,
            Ticket = d.Ticket,
            Maintenance = d.Maintenance,
            Inputs = d.Inputs?.ByName,
            At = now,
        },
        _ => throw new System.Diagnostics.UnreachableException(decision.GetType().Name),
    };

    private static DecisionRecord Act(Decision decision, string sentence, DateTimeOffset now) =>
        new() { Id = "", Object = decision.Object, Code = ActCode, Sentence = sentence, At = now };
}
