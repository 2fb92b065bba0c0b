using Holdfast.Contracts;

namespace Holdfast.Heartbeat;

/// <summary>The memory of a host for the next decision about it. Times are uptime of this process.</summary>
internal readonly record struct Known
{
    /// <summary>A host that nobody has heard yet.</summary>
    internal static Known Nobody { get; } = new() { StrayIncarnation = -1, StraySequence = -1 };

    internal long Incarnation { get; init; }
    internal long Sequence { get; init; }

    /// <summary>Null: nobody was heard.</summary>
    internal string? Address { get; init; }

    /// <summary>When the last lease was granted; for a host from the store, when this process read it.</summary>
    internal TimeSpan Granted { get; init; }

    /// <summary>The lease that was granted then.</summary>
    internal TimeSpan Lease { get; init; }

    /// <summary>Until then leftovers of an earlier incarnation may run, so this one is given nothing to run.</summary>
    internal TimeSpan WithheldUntil { get; init; }

    /// <summary>
    /// Its lease had lapsed, or it held no list, while the desired lists could not be read afresh: they may be out of date for it.
    /// </summary>
    internal bool Unverified { get; init; }

    /// <summary>The older incarnation last heard of, and the highest sequence ever seen from it.</summary>
    internal long StrayIncarnation { get; init; }

    internal long StraySequence { get; init; }
    internal TimeSpan? ConflictTold { get; init; }
}

/// <summary>
/// The circumstances besides the host: the time, whether other collectors live, whether the desired lists are fresh.
/// </summary>
internal readonly record struct Circumstances(TimeSpan Now, bool Peers, bool Fresh);

internal enum Step
{
    Apply,

    /// <summary>A duplicate or late report: answered, nothing granted, nothing changed.</summary>
    Recognise,

    /// <summary>A newer incarnation elsewhere while the known one may still run.</summary>
    RefuseElsewhere,

    /// <summary>The same incarnation from two addresses: a cloned machine.</summary>
    RefuseClone,

    /// <summary>An incarnation that was superseded.</summary>
    RefuseSuperseded,
}

/// <summary>The decision about one report; <paramref name="Withhold"/>: the host must run nothing yet.</summary>
internal readonly record struct Verdict(Step Step, bool Withhold, bool Conflict, Known Next);

/// <summary>
/// Whether a report is applied, so that one host id never has two supervisors with a lease that run the same list.
/// Pure; a host's whole history that matters is in <see cref="Known"/>.
/// </summary>
internal static class Admission
{
    internal static Verdict Decide(in Known known, HostReport report, in Circumstances at, Terms terms)
    {
        if (known.Address is null)
        {
            return Apply(known, report, at, terms, known.WithheldUntil);
        }

        return report.Incarnation.CompareTo(known.Incarnation) switch
        {
            < 0 => Superseded(known, report, at, terms),
            0 => Same(known, report, at, terms),
            > 0 => Newer(known, report, at, terms),
        };
    }

    private static Verdict Same(in Known known, HostReport report, in Circumstances at, Terms terms)
    {
        if (IsElsewhere(known, report) && MayRun(known, at, terms))
        {
            return Refuse(Step.RefuseClone, known, at, terms, conflict: true);
        }

        return report.Sequence > known.Sequence
            ? Apply(known, report, at, terms, known.WithheldUntil)
            : new Verdict(Step.Recognise, Withhold: false, Conflict: false, known);
    }

    /// <summary>
    /// A restarted supervisor. It gets its list at once only when it says that it killed what the known incarnation
    /// left. With other collectors alive the known incarnation may have got a lease there a moment ago.
    /// </summary>
    private static Verdict Newer(in Known known, HostReport report, in Circumstances at, Terms terms)
    {
        if (IsElsewhere(known, report) && MayRun(known, at, terms))
        {
            return Refuse(Step.RefuseElsewhere, known, at, terms, conflict: true);
        }

        var mayRunUntil = (at.Peers ? at.Now : known.Granted) + terms.MayRun;
        var isVouchedFor = report.Succeeds == known.Incarnation || mayRunUntil < known.WithheldUntil;
        var until = isVouchedFor ? known.WithheldUntil : mayRunUntil;
        var superseded = known with { StrayIncarnation = known.Incarnation, StraySequence = known.Sequence };
        return Apply(superseded, report, at, terms, until);
    }

    /// <summary>
    /// One late report of a former life is nothing; one that goes on beyond what was ever seen from it means that two
    /// supervisors live under one id.
    /// </summary>
    private static Verdict Superseded(in Known known, HostReport report, in Circumstances at, Terms terms)
    {
        var goesOn = report.Incarnation == known.StrayIncarnation && report.Sequence > known.StraySequence;
        var isNewStray = report.Incarnation != known.StrayIncarnation;
        var next = goesOn || isNewStray
            ? known with { StrayIncarnation = report.Incarnation, StraySequence = report.Sequence }
            : known;
        return Refuse(Step.RefuseSuperseded, next, at, terms, conflict: goesOn);
    }

    private static Verdict Apply(in Known known, HostReport report, in Circumstances at, Terms terms,
        TimeSpan withheldUntil)
    {
        var lapsed = known.Address is null || at.Now - known.Granted >= known.Lease;
        // Of one without a list another collector's row may have told a moment ago, which is no lease of ours.
        var unverified = (known.Unverified || lapsed || report.DesiredVersion == 0) && !at.Fresh;
        var next = known with
        {
            Incarnation = report.Incarnation,
            Sequence = report.Sequence,
            Address = report.Address,
            Granted = at.Now,
            Lease = terms.Lease,
            WithheldUntil = withheldUntil,
            Unverified = unverified,
        };
        return new Verdict(Step.Apply, Withholds(next, at.Now), Conflict: false, next);
    }

    internal static bool Withholds(in Known known, TimeSpan now) => known.Unverified || now < known.WithheldUntil;

    private static Verdict Refuse(Step step, in Known known, in Circumstances at, Terms terms, bool conflict)
    {
        var tell = conflict && !(known.ConflictTold is { } told && at.Now - told < terms.Lease);
        return new Verdict(step, Withhold: false, tell, tell ? known with { ConflictTold = at.Now } : known);
    }

    private static bool IsElsewhere(in Known known, HostReport report) =>
        !string.Equals(known.Address, report.Address, StringComparison.Ordinal);

    private static bool MayRun(in Known known, in Circumstances at, Terms terms) =>
        at.Now - known.Granted < terms.MayRun;
}
