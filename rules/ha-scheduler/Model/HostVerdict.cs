using Holdfast.Contracts;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>What the scheduler last judged of a host. Key: host.</summary>
internal sealed record HostVerdict
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }
    public required HostState State { get; init; }

    /// <summary>Since when it is in that state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Incarnation that the verdict was about.</summary>
    public required long Incarnation { get; init; }

    /// <summary>Null: its supervisor was not seen to start anew since that incarnation.</summary>
    public HostStart? Start { get; init; }

    /// <summary>The last report of that incarnation that the judge had heard when it said Down; null: it had heard none.</summary>
    public long? Sequence { get; init; }

    /// <summary>The failure that is not over yet; null while Online.</summary>
    public string? Incident { get; init; }

    /// <summary>What was said of the incident, so that a recovery can be told in the same words.</summary>
    public double SilenceSeconds { get; init; }

    /// <summary>
    /// How often it has come back from Down in a row, without having been up for long in between (<c>Flapping</c>).
    /// </summary>
    public int Returns { get; init; }

    /// <summary>What operators set in the registry, as it was said last: a host that is away is still in maintenance.</summary>
    public Drain? Drain { get; init; }

    public Maintenance? Maintenance { get; init; }

    /// <summary>When the host that had its id before was deleted; null: there was none, as far as anybody knows.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }
}
