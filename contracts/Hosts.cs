namespace Holdfast.Contracts;

/// <summary>A host was silent for longer than it may be. Key: (host, incident).</summary>
public sealed record HostDown
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }

    /// <summary>Incarnation that fell silent.</summary>
    public required long Incarnation { get; init; }

    /// <summary>One id for all that follows from this verdict.</summary>
    public required string Incident { get; init; }

    public required double SilenceSeconds { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A host that was Down is Online again, its inventory clean. Key: (host, incident).</summary>
public sealed record HostRecovered
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required long Incarnation { get; init; }
    public required string Incident { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// An operator deleted a host: what is known of it, its settings and its tokens are to be forgotten, its Stores are gone. Key:
/// (host, at); said again until <see cref="HostRegistration.ForgottenAt"/> answers it and no Store stands there any more.
/// </summary>
public sealed record HostForgotten
{
    public required string Host { get; init; }
    public required string Region { get; init; }

    /// <summary>The last report that was heard of it, with its sequence; what comes after is another life of the id. -1: none.</summary>
    public required long Incarnation { get; init; }

    public required long Sequence { get; init; }

    /// <summary>Stores that stood there, by name.</summary>
    public required IReadOnlyList<string> Stores { get; init; }

    /// <summary>Time at which it was deleted; names the deletion.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// A host that holds no desired list (it is new, restarted, or fenced itself) may have it. Until the scheduler says so
/// the host runs nothing: it could be Down at this moment, and its work on its way elsewhere. Key: (host, incarnation,
/// sequence); said again with every pass that sees the host still without a list.
/// </summary>
public sealed record HostAdmitted
{
    public required string Host { get; init; }
    public required long Incarnation { get; init; }

    /// <summary>The report that the scheduler had heard; the admission covers no fence after it.</summary>
    public required long Sequence { get; init; }

    /// <summary>The placements that stood there and stand elsewhere now: out of the list before the host gets it.</summary>
    public required IReadOnlyList<PlacementKey> Removed { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>One placement of a component.</summary>
public sealed record PlacementKey(string Component, long Epoch);

/// <summary>
/// Hosts of a region to which no new work is to come, though they are up. Sent again every few seconds while there are any, and once when
/// there are none any more. Key: region, the one heard last holds.
/// </summary>
public sealed record HostsAvoided
{
    public required string Region { get; init; }
    public required IReadOnlyList<AvoidedHost> Hosts { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <param name="Because">In one sentence.</param>
public sealed record AvoidedHost(string Host, string Because);

/// <summary>A report of a host came after its lease was over, with the same life of its supervisor before and after. Seconds.</summary>
/// <param name="Gap">From the last lease that this collector had granted to the report.</param>
/// <param name="Lease">The length of that lease.</param>
public sealed record LeaseLapse(string Host, double Gap, double Lease);

/// <summary>A host id that was claimed from two places at once; the claim was refused.</summary>
public sealed record HostConflict(
    string Host, string Address, long Incarnation, string ClaimedBy, long ClaimedIncarnation, DateTimeOffset At);
