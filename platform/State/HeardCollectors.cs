namespace Holdfast.Platform.State;

/// <summary>
/// The batches that one life of a scheduler replica has heard: the last sequence of each collector. The scheduler writes it, collectors
/// read it: one that does not reach the broker must know whether the scheduler hears another one (docs/decisions/0034). Key: the life.
/// </summary>
public sealed record HeardCollectors(string Id, IReadOnlyDictionary<string, long> Sequences, DateTimeOffset At)
{
    /// <summary>
    /// The scheduler counts a silence only while what it hears was written, and had news, at most this long ago. So a reader that reads
    /// for longer than this and sees no news knows that nobody is counting.
    /// </summary>
    public static readonly TimeSpan GapMax = FeedLimits.GapMax;

    public static Collection<HeardCollectors> Collection { get; } =
        new Collection<HeardCollectors>("ha-scheduler.heard", 1, h => h.Id).Index(h => h.At);
}
