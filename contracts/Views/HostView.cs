namespace Holdfast.Contracts.Views;

/// <summary>A host as people see it. Silence in seconds, on the scheduler's own clock.</summary>
public sealed record HostView
{
    public required string Host { get; init; }
    public required HostState State { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }
    public required string Address { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required double SilenceSeconds { get; init; }
    public string? Incident { get; init; }
    public long? Incarnation { get; init; }
    public Usage? Usage { get; init; }
    public Quotas? Quotas { get; init; }
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>An operator wants it empty.</summary>
    public Drain? Drain { get; init; }

    /// <summary>An operator works on it.</summary>
    public Maintenance? Maintenance { get; init; }

    /// <summary>It goes Down again and again: until when no new work comes to it; null: it takes work, or is not up.</summary>
    public DateTimeOffset? HeldOffUntil { get; init; }

    /// <summary>The number of times that it has come back from Down in a row; null: it has not, or was up for long since.</summary>
    public int? Returns { get; init; }

    /// <summary>Its leases lapse again and again; null: they hold.</summary>
    public Lapses? Lapses { get; init; }

    /// <summary>The heartbeat service does not take its reports; null: it does, or none come.</summary>
    public RefusedHost? Refused { get; init; }

    /// <summary>Sentence with a code that says what its last list of components lacks and why; null: nothing.</summary>
    public string? LeftOut { get; init; }

    /// <summary>Components that are registered there: the scheduler's own, and Stores.</summary>
    public required int Placed { get; init; }

    public required int Stores { get; init; }

    /// <summary>Components that really run there, as the host last reported; null, which is absent: not asked for.</summary>
    public IReadOnlyList<ComponentReport>? Components { get; init; }
}

/// <summary>The lapsed leases of a host within a window: while it had none nothing ran there.</summary>
/// <param name="Count">So often.</param>
/// <param name="LostSec">Seconds without a lease, all together.</param>
/// <param name="WindowSec">In so many seconds.</param>
/// <param name="LongestGapSec">The longest time between two of its reports.</param>
/// <param name="LeaseSec">The lease that it had.</param>
public sealed record Lapses(int Count, double LostSec, double WindowSec, double LongestGapSec, double LeaseSec)
{
    /// <summary>The part of the window without a lease, in hundredths.</summary>
    public int SharePercent => (int)Math.Round(100 * Math.Min(1, LostSec / WindowSec));
}

/// <summary>A host whose reports the heartbeat service does not take: it is silent for that, not for a fault of the machine.</summary>
/// <param name="Code">The code of the answer, docs/errors.md.</param>
public sealed record RefusedHost(string Code, string Detail, string Workaround, string Address, DateTimeOffset Since);
