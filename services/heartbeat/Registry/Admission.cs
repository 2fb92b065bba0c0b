using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.State;

namespace Holdfast.Heartbeat.Registry;

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

/// <summary>The list that goes with a reply.</summary>
internal enum Giving
{
    /// <summary>Its own list stays: it was superseded meanwhile, or our list may be older.</summary>
    Nothing,

    /// <summary>It must run nothing.</summary>
    EmptyList,

    /// <summary>The list that this collector has, unless it is the same.</summary>
    OurList,
}

/// <summary>The decision about one report; <paramref name="Withhold"/>: the host must run nothing yet.</summary>
internal readonly record struct Verdict(Step Step, bool Withhold, bool Conflict, Known Next)
{
    /// <summary>The lease of this very life was over before its report came; null: it was not, or there was none.</summary>
    internal LeaseLapse? Lapse { get; init; }
}

/// <summary>
/// Whether a report is applied, so that one host id never has two supervisors with a lease that run the same list.
/// Pure; a host's whole history that matters is in <see cref="Known"/>.
/// </summary>
/// <remarks>
/// Supervisors name their lives by their clocks. The order of lives is the registry's. A life may name itself below its predecessor,
/// when its clock was set right or its work directory is gone. It gets the next number once nobody can hear the predecessor any more
/// (docs/decisions/0035).
/// </remarks>
internal static class Admission
{
    /// <summary>
    /// With other collectors about, a life that one of them hears has its row written anew within this time
    /// (<see cref="HostRow.AgeMax"/>), and read here.
    /// </summary>
    internal static readonly TimeSpan RowsSettle = HostRow.AgeMax + TimeSpan.FromSeconds(5);

    internal static Verdict Decide(in Known known, HostReport report, in Circumstances at, HeartbeatTerms terms)
    {
        if (known.Address is null)
        {
            var begun = report.Incarnation == known.Name ? known : Next(known, report);
            return Apply(begun, report, at, terms, known.WithheldUntil);
        }

        return report.Incarnation == known.Name ? Same(known, report, at, terms)
            : report.Incarnation > known.Incarnation || (known.Claimed is { } claimed && report.Succeeds == claimed)
                ? Newer(known, report, at, terms)
            : Superseded(known, report, at, terms);
    }

    /// <summary>The report under the number of its life, by which everybody else tells lives apart.</summary>
    internal static HostReport Numbered(HostReport report, in Verdict applied) =>
        report.Incarnation == applied.Next.Incarnation ? report : report with { Incarnation = applied.Next.Incarnation };

    private static Verdict Same(in Known known, HostReport report, in Circumstances at, HeartbeatTerms terms)
    {
        if (IsElsewhere(known, report) && MayRun(known, at, terms))
        {
            return Refuse(Step.RefuseClone, known, at, terms, conflict: true);
        }

        return report.Sequence > known.Sequence
            ? Apply(known, report, at, terms, known.WithheldUntil) with { Lapse = LapseOf(known, report, at) }
            : new Verdict(Step.Recognise, Withhold: false, Conflict: false, known);
    }

    /// <summary>At the deadline itself the lease is over.</summary>
    private static LeaseLapse? LapseOf(in Known known, HostReport report, in Circumstances at) =>
        at.Now - known.Granted is var gap && known.Lease > TimeSpan.Zero && gap >= known.Lease
            ? new LeaseLapse(report.Host, gap.TotalSeconds, known.Lease.TotalSeconds)
            : null;

    /// <summary>
    /// A restarted supervisor. It gets its list at once only when it says that it killed what the known incarnation
    /// left. With other collectors alive the known incarnation may have got a lease there a moment ago.
    /// </summary>
    private static Verdict Newer(in Known known, HostReport report, in Circumstances at, HeartbeatTerms terms)
    {
        if (IsElsewhere(known, report) && MayRun(known, at, terms))
        {
            return Refuse(Step.RefuseElsewhere, known, at, terms, conflict: true);
        }

        var mayRunUntil = (at.Peers ? at.Now : known.Granted) + terms.MayRun;
        // One that holds a list has been judged by the collector that gave it; without the store nothing is known of that here.
        var isVouchedFor = report.Succeeds == known.Name || (report.DesiredVersion > 0 && !at.Fresh)
            || mayRunUntil < known.WithheldUntil;
        var until = isVouchedFor ? known.WithheldUntil : mayRunUntil;
        var superseded = Next(known, report) with
        {
            HeardElsewhere = null,
            StrayIncarnation = known.Name,
            StraySequence = known.Sequence,
            StraySince = at.Now,
        };
        return Apply(superseded, report, at, terms, until);
    }

    /// <summary>The life of this report comes after the known one: its name is its number, unless that is taken.</summary>
    private static Known Next(in Known known, HostReport report)
    {
        var number = Math.Max(report.Incarnation, known.Incarnation + 1);
        return known with { Incarnation = number, Claimed = number == report.Incarnation ? null : report.Incarnation };
    }

    /// <summary>
    /// One late report of a former life is nothing. Two supervisors live under one id when a former life goes on beyond what was ever
    /// seen from it while the present life is heard as well. Where the present life is surely over, the former one is its successor.
    /// </summary>
    private static Verdict Superseded(in Known known, HostReport report, in Circumstances at, HeartbeatTerms terms)
    {
        var isStray = report.Incarnation == known.StrayIncarnation;
        var goesOn = isStray && report.Sequence > known.StraySequence;
        if (goesOn && IsOver(known, at, terms))
        {
            return Newer(known, report, at, terms);
        }

        var next = goesOn || !isStray
            ? known with
            {
                StrayIncarnation = report.Incarnation,
                StraySequence = report.Sequence,
                StraySince = isStray ? known.StraySince : at.Now,
            }
            : known;
        var bothLive = known.Granted >= known.StraySince || known.HeardElsewhere >= known.StraySince;
        return Refuse(Step.RefuseSuperseded, next, at, terms, conflict: goesOn && bothLive);
    }

    /// <summary>
    /// Nobody grants the present life a lease, and none that it had can still run: neither here nor, as far as the store can be
    /// read, at another collector.
    /// </summary>
    private static bool IsOver(in Known known, in Circumstances at, HeartbeatTerms terms) => at.Fresh && !MayRun(known, at, terms)
        && !(at.Peers && at.Now - (known.HeardElsewhere ?? TimeSpan.Zero) < terms.MayRun + RowsSettle);

    private static Verdict Apply(in Known known, HostReport report, in Circumstances at, HeartbeatTerms terms,
        TimeSpan withheldUntil)
    {
        var lapsed = known.Address is null || at.Now - known.Granted >= known.Lease;
        // Of one without a list another collector's row may have told a moment ago, which is no lease of ours.
        var unverified = (known.Unverified || lapsed || report.DesiredVersion == 0) && !at.Fresh;
        var next = known with
        {
            Incarnation = known.Name == report.Incarnation ? known.Incarnation : report.Incarnation,
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

    /// <summary>The list that goes with the reply to a supervisor's last report (<see cref="HostEntry.Gives"/>).</summary>
    internal static Giving Gives(in Known known, in Admittance admittance, HostReport report, TimeSpan now, long emptiedIn) =>
        known.Incarnation != report.Incarnation ? Giving.Nothing
            : now < known.WithheldUntil || admittance.IsAwaitedBy(report, emptiedIn) ? Giving.EmptyList
            : !known.Unverified ? Giving.OurList
            : report.DesiredVersion > 0 ? Giving.Nothing : Giving.EmptyList;

    private static Verdict Refuse(Step step, in Known known, in Circumstances at, HeartbeatTerms terms, bool conflict)
    {
        var tell = conflict && !(known.ConflictTold is { } told && at.Now - told < terms.Lease);
        return new Verdict(step, Withhold: false, tell, tell ? known with { ConflictTold = at.Now } : known);
    }

    private static bool IsElsewhere(in Known known, HostReport report) =>
        !string.Equals(known.Address, report.Address, StringComparison.Ordinal);

    private static bool MayRun(in Known known, in Circumstances at, HeartbeatTerms terms) =>
        at.Now - known.Granted < terms.MayRun;
}
