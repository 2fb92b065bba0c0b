using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Registry;

/// <summary>The memory of a host for the next decision about it. Times are uptime of this process.</summary>
internal readonly record struct Known
{
    /// <summary>A fence takes a whole lease without an answer; the rest is for reports that were long on their way.</summary>
    private const double FenceShare = 0.75;

    /// <summary>A host that nobody has heard yet.</summary>
    internal static Known Nobody { get; } = new() { StrayIncarnation = -1, StraySequence = -1 };

    /// <summary>
    /// A host that was deleted. The life that was deleted keeps its number if it goes on, and any other gets one above it. Another
    /// collector or a scheduler that has heard that number would hold a lower one for a report of the past.
    /// </summary>
    internal static Known After(PastLife? past) => past is null ? Nobody : Nobody with
    {
        Incarnation = past.Incarnation,
        Claimed = past.Name == past.Incarnation ? null : past.Name,
    };

    /// <summary>The number of its present life: it only grows, whatever the host's clock did.</summary>
    internal long Incarnation { get; init; }

    /// <summary>
    /// The name of that life in its own reports, where the registry had to hand out a number above it; null: they are the same.
    /// </summary>
    internal long? Claimed { get; init; }

    /// <summary>The present life as it names itself.</summary>
    internal long Name => Claimed ?? Incarnation;

    internal long Sequence { get; init; }

    /// <summary>The address of the present life; null: nobody was heard.</summary>
    internal string? Address { get; init; }

    /// <summary>The time at which the last lease was granted; for a host from the store, when this process read it.</summary>
    internal TimeSpan Granted { get; init; }

    /// <summary>The last time at which another collector's row said that this life is heard there; null: none has.</summary>
    internal TimeSpan? HeardElsewhere { get; init; }

    /// <summary>The writing of the row that said so: read once more it says nothing new. Null: none has.</summary>
    internal (string By, DateTimeOffset At)? SaidElsewhere { get; init; }

    /// <summary>The lease that was granted then.</summary>
    internal TimeSpan Lease { get; init; }

    /// <summary>Leftovers of an earlier incarnation may run until then, so this one is given nothing to run.</summary>
    internal TimeSpan WithheldUntil { get; init; }

    /// <summary>
    /// Its lease had lapsed, or it held no list, while the desired lists could not be read afresh: they may be out of date for it.
    /// </summary>
    internal bool Unverified { get; init; }

    /// <summary>The older incarnation last heard of, and the highest sequence ever seen from it.</summary>
    internal long StrayIncarnation { get; init; }

    internal long StraySequence { get; init; }

    /// <summary>The moment since which both that one and the present life are known.</summary>
    internal TimeSpan StraySince { get; init; }

    internal TimeSpan? ConflictTold { get; init; }

    /// <summary>
    /// With a row that another collector or a former life of this one wrote; older news changes nothing. Two collectors may have
    /// handed out one number at the same moment: then the life with the later name has it, everywhere. The last rows that a collector
    /// wrote are read every second, even long after its death: only a row that was written anew says that the life is heard.
    /// </summary>
    internal Known With(HostRow row, TimeSpan now, TimeSpan lease)
    {
        var named = row.Claimed ?? row.Incarnation;
        var isNews = Address is null || (row.Incarnation, named).CompareTo((Incarnation, Name)) > 0;
        var known = !isNews ? this : this with
        {
            Incarnation = row.Incarnation,
            Claimed = row.Claimed,
            Sequence = row.Sequence,
            Address = row.Address,
            Granted = now,
            Lease = lease,
        };
        var isWrittenAnew = known.SaidElsewhere != (row.By, row.At);
        return isWrittenAnew && (row.Incarnation, named) == (known.Incarnation, known.Name)
            ? known with { HeardElsewhere = now, SaidElsewhere = (row.By, row.At) } : known;
    }

    /// <summary>
    /// The same life under a number above one that was handed out and forgotten: as the life of a higher number, or of the past, nobody
    /// would heed it. One without a lease is left alone: it may be the one that is over.
    /// </summary>
    internal Known Above(long number, TimeSpan now) =>
        Address is null || Incarnation > number || number == long.MaxValue || now - Granted >= Lease ? this
        : this with { Incarnation = number + 1, Claimed = Name };

    /// <summary>
    /// Whether the host may have stopped everything since it was granted its last lease. Another collector may have ended a list-less
    /// time that this one heard the two ends of.
    /// </summary>
    /// <param name="lease">As it is granted now.</param>
    internal bool MayHaveFenced(TimeSpan lease, TimeSpan now) => now - Granted >= (Lease < lease ? Lease : lease) * FenceShare;

    /// <summary>Takes a mark of the heartbeat sequence; older news changes nothing.</summary>
    internal Known With(Mark mark) => (mark.Incarnation, mark.Sequence).CompareTo((Incarnation, Sequence)) <= 0 ? this : this with
    {
        Incarnation = mark.Incarnation,
        Sequence = mark.Sequence,
        Claimed = mark.Incarnation == Incarnation ? Claimed : null,
    };
}
