namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>The scheduler's last verdict on a host. Key: host.</summary>
internal sealed record HostVerdict
{
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }
    public required HostState State { get; init; }

    /// <summary>Time since which it is in that state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Incarnation that the verdict was about.</summary>
    public required long Incarnation { get; init; }

    /// <summary>Null: its supervisor was not seen to start anew since that incarnation.</summary>
    public HostStart? Start { get; init; }

    /// <summary>The last report of that incarnation that the judge had heard when it said Down; null: it had heard none.</summary>
    public long? Sequence { get; init; }

    /// <summary>The failure that is not over yet; null while Online.</summary>
    public string? Incident { get; init; }

    /// <summary>Silence that the incident was announced with, so that its recovery can be announced in the same words.</summary>
    public double SilenceSeconds { get; init; }

    /// <summary>Returns from Down in a row, without a long enough time up in between (<c>Flapping</c>).</summary>
    public int Returns { get; init; }

    /// <summary>Drain and maintenance as last read from the registry: a host that is away is still in maintenance.</summary>
    public Drain? Drain { get; init; }

    public Maintenance? Maintenance { get; init; }

    /// <summary>Time at which the host that had its id before was deleted; null: there was none, as far as is known.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }
}
