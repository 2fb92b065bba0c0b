using System.Collections.Immutable;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// The lease terms that count: granted now, granted next, and those that a host may still run by. A value: each
/// event gives the next. Times are uptime of this process.
/// Shorter terms hold at once; the longer ones before them count until they have run out. Longer terms are granted only
/// after they were published: or a collector that dies first would leave leases that nobody waits for.
/// </summary>
internal sealed record LeaseTermsRollout
{
    /// <summary>Others read a row within this after it was written; only then may it be granted by.</summary>
    internal static readonly TimeSpan Settle = Peers.Settle;

    /// <summary>
    /// A collector writes its row twice a second, and schedulers write as often whom they hear; one of whom neither says anything for
    /// longer grants nothing more. Of what was not read for so long nothing is concluded.
    /// </summary>
    internal static readonly TimeSpan RowAgeMax = Peers.AliveMax;

    /// <summary>Longer terms on their way: since when this collector's row says it, whether a batch has.</summary>
    private sealed record Raise(int Version, LeaseTerms What, TimeSpan? RowSince, bool InBatch);

    /// <summary>Terms that are granted no more; counted from the first pass after that.</summary>
    private sealed record Former(LeaseTerms What, TimeSpan? Until);

    /// <summary>The content of another collector's row, its sign of life, and when that was last seen to change.</summary>
    private sealed record Theirs(LeaseTerms What, (DateTimeOffset Row, long Sequence) Sign, TimeSpan Changed)
    {
        internal bool Counts { get; init; } = true;

        internal Theirs Until(TimeSpan now) => Counts && now >= Changed + What.MayRun + RowAgeMax ? this with { Counts = false } : this;
    }

    private Raise? Waiting { get; init; }

    private ImmutableList<Former> Ended { get; init; } = [];

    private ImmutableDictionary<string, Theirs> Others { get; init; } =
        ImmutableDictionary<string, Theirs>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The last time at which the others' rows were read.</summary>
    private TimeSpan? Asked { get; init; }

    /// <summary>Version of ha.config that <see cref="Granted"/> is from; 0: the profile.</summary>
    internal required int Version { get; init; }

    internal required LeaseTerms Granted { get; init; }

    /// <summary>The highest version heard of, granted yet or not.</summary>
    internal (int Version, LeaseTerms What) Newest => Waiting is { } raise ? (raise.Version, raise.What) : (Version, Granted);

    /// <summary>Covers all that this collector has granted, grants, or will grant once it is said.</summary>
    internal LeaseTerms Own => Ended.Aggregate(Waiting is { } raise ? Granted.Or(raise.What) : Granted,
        (longest, former) => longest.Or(former.What));

    /// <summary>Covers all that may still be running, whoever granted it.</summary>
    internal LeaseTerms Longest => Others.Values.Where(theirs => theirs.Counts)
        .Aggregate(Own, (longest, theirs) => longest.Or(theirs.What));

    /// <summary>Takes the store's memory before anything was granted: it needs not be said first.</summary>
    internal LeaseTermsRollout Begin(int version, LeaseTerms what) =>
        version <= Newest.Version ? this : this with { Version = version, Granted = what, Waiting = null };

    /// <summary>An older or the same version changes nothing.</summary>
    internal LeaseTermsRollout Change(int version, LeaseTerms what)
    {
        if (version <= Newest.Version)
        {
            return this;
        }

        return Granted.Covers(what)
            ? Grant(version, what)
            : this with { Waiting = new Raise(version, what, RowSince: null, InBatch: false) };
    }

    private LeaseTermsRollout Grant(int version, LeaseTerms what) => this with
    {
        Version = version,
        Granted = what,
        Waiting = null,
        Ended = what.Covers(Granted) ? Ended : Ended.Add(new Former(Granted, Until: null)),
    };

    /// <summary>This collector's row has said <paramref name="said"/> since then.</summary>
    internal LeaseTermsRollout SaidInRow(LeaseTerms said, TimeSpan at) =>
        Waiting is { RowSince: null } raise && said.Covers(raise.What)
        ? this with { Waiting = raise with { RowSince = at } }
        : this;

    /// <summary>A batch that said <paramref name="said"/> was confirmed.</summary>
    internal LeaseTermsRollout SaidInBatch(LeaseTerms said) => Waiting is { InBatch: false } raise && said.Covers(raise.What)
        ? this with { Waiting = raise with { InBatch = true } }
        : this;

    /// <summary>Takes the terms in the other collectors' rows; null: no host runs by them. A row that is gone says nothing.</summary>
    /// <param name="rows">All collectors but this one, each with what changes while it lives.</param>
    /// <param name="asked">The beginning of the reading.</param>
    internal LeaseTermsRollout Read(
        IEnumerable<(string Id, LeaseTerms? What, (DateTimeOffset Row, long Sequence) Sign)> rows, TimeSpan asked)
    {
        var isFirstAfterLong = asked - Asked > RowAgeMax;
        return this with
        {
            Asked = asked,
            Others = rows.Where(row => row.What is not null).ToImmutableDictionary(
                row => row.Id,
                row => !isFirstAfterLong && Others.TryGetValue(row.Id, out var before) && before.Sign == row.Sign && before.What == row.What
                    ? before
                    : new Theirs(row.What!, row.Sign, asked),
                StringComparer.Ordinal),
        };
    }

    /// <summary>Others whose rows still say what has run out.</summary>
    internal IReadOnlySet<string> RunOut =>
        Others.Where(o => !o.Value.Counts).Select(o => o.Key).ToImmutableHashSet(StringComparer.Ordinal);

    /// <summary>Time has passed: what has been said is granted, what has run out is forgotten.</summary>
    internal LeaseTermsRollout Pass(TimeSpan now)
    {
        var isSaid = Waiting is { InBatch: true, RowSince: { } since } && now >= since + Settle;
        var next = isSaid ? Grant(Waiting!.Version, Waiting.What) : this;
        return next with
        {
            Ended =
            [
                .. next.Ended.Where(f => f.Until is not { } until || now < until)
                    .Select(f => f.Until is null ? f with { Until = now + f.What.MayRun } : f),
            ],
            Others = now - next.Asked > RowAgeMax ? next.Others
                : next.Others.ToImmutableDictionary(o => o.Key, o => o.Value.Until(now), StringComparer.Ordinal),
        };
    }
}
