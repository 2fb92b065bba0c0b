using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.Leaders;

/// <summary>Next step of a replica about the lease of a region.</summary>
internal enum LeaseStep
{
    /// <summary>Nobody holds it any more: try to take it.</summary>
    Acquire,

    /// <summary>It is mine, and it is time to say so again.</summary>
    Renew,

    /// <summary>It is mine, and that was said a moment ago.</summary>
    Keep,

    /// <summary>Somebody else has it.</summary>
    StandBy,

    /// <summary>It is mine, and I am leaving.</summary>
    Release,
}

/// <param name="Ttl">A lease holds for so long without a renewal.</param>
internal sealed record LeaseTerms(TimeSpan Ttl)
{
    internal TimeSpan RenewAfter => Ttl / 3;

    /// <summary>Time between two looks at the leases of others: a later look means a later takeover.</summary>
    internal TimeSpan LookEvery => Ttl / 6;

    /// <summary>The holder stops that much before others may begin: two clocks run apart, and a write takes its time.</summary>
    internal TimeSpan Margin => Ttl / 6;

    /// <summary>
    /// A leader none of whose passes has come to its end for so long, besides the time between two, renews nothing any more.
    /// Far beyond what the largest fleet's pass needs with a broker that is away.
    /// </summary>
    internal static readonly TimeSpan PassMax = TimeSpan.FromSeconds(30);

    /// <summary>Time for which a leader that gave way leaves the region to the others: they see the lease run out, and take it.</summary>
    internal TimeSpan GivesWayFor => Ttl * 2;

    /// <summary>For a renewal that was sent at that moment.</summary>
    internal TimeSpan HeldUntil(TimeSpan sentAt) => sentAt + Ttl - Margin;
}

/// <summary>A region's lease as one replica knows it. Times are on that replica's own boot clock.</summary>
/// <param name="Version">The document's version in the store.</param>
/// <param name="SeenAt">Time at which this version was first seen.</param>
/// <param name="RenewedAt">Time at which this replica sent its last renewal that succeeded; null: it has sent none.</param>
internal sealed record SeenLease(LeaderDocument Document, long Version, TimeSpan SeenAt, TimeSpan? RenewedAt);

/// <summary>
/// Decides which replica leads a region. A lease is over once its document has not changed for its whole TTL on the observer's own
/// clock; wall clocks are never compared. Taking it is a compare-and-set on the very version that was seen. So an observer that slept
/// through renewals takes nothing. Pure.
/// </summary>
internal static class LeaderLease
{
    /// <param name="seen">Null: nobody has ever led the region.</param>
    internal static LeaseStep Decide(SeenLease? seen, string me, TimeSpan now, LeaseTerms terms, bool leaving) => seen switch
    {
        null => leaving ? LeaseStep.StandBy : LeaseStep.Acquire,
        { Document: { Released: false } lease } when lease.Holder == me => leaving ? LeaseStep.Release
            : seen.RenewedAt is { } renewed && now - renewed < terms.RenewAfter ? LeaseStep.Keep : LeaseStep.Renew,
        _ when leaving => LeaseStep.StandBy,
        _ => seen.Document.Released || now >= ExpiresAt(seen, terms) ? LeaseStep.Acquire : LeaseStep.StandBy,
    };

    /// <summary>Time at which another replica's lease is over unless it is renewed: by the longer of the two TTLs.</summary>
    internal static TimeSpan ExpiresAt(SeenLease seen, LeaseTerms terms)
    {
        var said = TimeSpan.FromSeconds(seen.Document.TtlSeconds);
        return seen.SeenAt + (said > terms.Ttl ? said : terms.Ttl);
    }

    /// <summary>The document that takes the region.</summary>
    internal static LeaderDocument Taken(LeaderDocument? before, string region, string me, LeaseTerms terms, DateTimeOffset at) => new()
    {
        Region = region,
        Holder = me,
        Epoch = (before?.Epoch ?? 0) + 1,
        Renewal = 1,
        TtlSeconds = terms.Ttl.TotalSeconds,
        Since = at,
    };
}
