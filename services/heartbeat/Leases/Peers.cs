namespace Holdfast.Heartbeat.Leases;

/// <summary>
/// The other collectors, by successive readings of their rows and of what schedulers have heard of them. A value: each reading
/// gives the next.
/// </summary>
internal sealed record Peers
{
    /// <summary>
    /// A reading sooner than this after our last confirm may still show what another collector confirmed before it. Only readings past
    /// this are compared, or one outage of the whole broker would look like progress of somebody else.
    /// </summary>
    internal static readonly TimeSpan Settle = TimeSpan.FromSeconds(1.5);

    /// <summary>A collector whose sequence has not grown for so long is not taken for alive.</summary>
    internal static readonly TimeSpan AliveMax = TimeSpan.FromSeconds(10);

    internal static Peers None { get; } = new();

    /// <summary>Last sequence seen of each other collector, and when it was seen to grow.</summary>
    internal IReadOnlyDictionary<string, (long Sequence, TimeSpan Grew)> Seen { get; private init; } =
        new Dictionary<string, (long, TimeSpan)>(StringComparer.Ordinal);

    /// <summary>Our confirm that <see cref="Baseline"/> belongs to.</summary>
    private TimeSpan BaselineConfirmed { get; init; } = TimeSpan.MinValue;

    /// <summary>The first settled reading after that confirm, and when it was answered: what was written until then may be in it.</summary>
    private IReadOnlyDictionary<string, long>? Baseline { get; init; }

    private TimeSpan BaselineAnswered { get; init; }

    /// <summary>The time from the first settled reading after our last confirm to the latest one.</summary>
    internal TimeSpan Watched => Baseline is not null && Asked > BaselineAnswered ? Asked.Value - BaselineAnswered : TimeSpan.Zero;

    /// <summary>
    /// Another collector has got through since our last confirm; holds until we get through ourselves.
    /// </summary>
    internal bool Advanced { get; private init; }

    internal TimeSpan? Asked { get; private init; }

    private TimeSpan AliveUntil { get; init; } = TimeSpan.MinValue;

    /// <summary>
    /// Tells whether another one may live; true as well while the store does not answer: one may have come, or gone on, unseen.
    /// </summary>
    internal bool AnyAlive(TimeSpan now) => now <= AliveUntil || now - Asked > Granting.AnswerMax;

    /// <param name="rows">All collectors but this one, each with the highest sequence that it or a scheduler has told.</param>
    /// <param name="asked">The beginning of the reading.</param>
    /// <param name="answered">The end of the reading.</param>
    /// <param name="confirmed">The end of the window whose batch was confirmed last.</param>
    internal Peers Read(IReadOnlyDictionary<string, long> rows, TimeSpan asked, TimeSpan answered, TimeSpan confirmed)
    {
        var seen = rows.ToDictionary(
            row => row.Key,
            row => (row.Value, Seen.TryGetValue(row.Key, out var before) && before.Sequence >= row.Value
                ? before.Grew
                : asked),
            StringComparer.Ordinal);
        var aliveUntil = seen.Count == 0 ? TimeSpan.MinValue : seen.Values.Max(peer => peer.Item2) + AliveMax;
        var next = this with { Seen = seen, Asked = asked, AliveUntil = aliveUntil };
        if (confirmed != BaselineConfirmed)
        {
            next = next with { BaselineConfirmed = confirmed, Baseline = null, Advanced = false };
        }

        if (asked < confirmed + Settle)
        {
            return next;
        }

        return next.Baseline is { } baseline
            ? next with { Advanced = next.Advanced || rows.Any(row => row.Value > baseline.GetValueOrDefault(row.Key)) }
            : next with { Baseline = rows, BaselineAnswered = answered };
    }
}
