using System.Collections.Frozen;
using System.Text.Json.Serialization;
using Holdfast.Fleet;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A host in a snapshot: what was judged, what it said last, for how long it has been silent.</summary>
/// <param name="Silence">On the scheduler's monotonic clock, counted from no earlier than the feed has been complete.</param>
/// <param name="HeardSinceVerdict">A report has come since the verdict was made (or since the scheduler started).</param>
/// <param name="Unheard">Since it was heard last (or since the scheduler started), whatever the feed did meanwhile.</param>
internal sealed record HostSnapshot(
    HostVerdict Verdict, FleetHost? Reported, TimeSpan Silence, bool HeardSinceVerdict, TimeSpan Unheard)
{
    /// <summary>Its silence counts from the last interruption of the feed, not from its own last word.</summary>
    internal bool UnheardSinceBreak => Unheard > Silence;
}

/// <summary>Whether silence means anything at this moment.</summary>
/// <param name="IsComplete">Every live collector's batches come without a hole, and this process's own loop did not stall.</param>
/// <param name="Why">When it is interrupted: what is missing, in one sentence.</param>
/// <param name="Lease">The longest lease that a live collector grants.</param>
/// <param name="KillGrace">The longest kill grace that a live collector tells.</param>
internal sealed record FeedSnapshot(
    [property: JsonPropertyName("whole")] bool IsComplete, string? Why, TimeSpan Lease, TimeSpan KillGrace)
{
    /// <summary>After a break everybody who lives has been heard again within this.</summary>
    public TimeSpan HeardWithin { get; init; }

    /// <summary>
    /// For so long every collector could have read in the store that this scheduler hears somebody, and have stopped granting if it is
    /// not heard itself. Null: for longer than any host has to be silent.
    /// </summary>
    [JsonPropertyName("toldFor")]
    public TimeSpan? ReadableFor { get; init; }

    /// <summary>For how long it has been interrupted, in this life of the scheduler; zero while it is.</summary>
    public TimeSpan InterruptedFor { get; init; }
}

/// <summary>A region's brake.</summary>
/// <param name="Engaged">Nothing moves in the region, unless confirmed.</param>
/// <param name="Confirmed">An operator has confirmed that the silence is real.</param>
/// <param name="CalmSince">The share has been below where the brake ends since then; null: it is not.</param>
internal sealed record BrakeState(bool Engaged, bool Confirmed, DateTimeOffset? CalmSince = null);

/// <summary>All that a pass decides from; nothing else is looked at. It has the regions that this replica leads.</summary>
internal sealed record Snapshot
{
    public required DateTimeOffset Now { get; init; }

    /// <summary>Recordings of passes have it under this name.</summary>
    [JsonPropertyName("pipe")]
    public required FeedSnapshot Feed { get; init; }

    public required IReadOnlyList<HostSnapshot> Hosts { get; init; }
    public required IReadOnlyList<Registration> Registrations { get; init; }

    /// <summary>Tasks by id.</summary>
    public IReadOnlyDictionary<string, TaskDocument> Tasks { get; init; } = FrozenDictionary<string, TaskDocument>.Empty;

    /// <summary>Stores by host, as the store manager placed them.</summary>
    public required IReadOnlyDictionary<string, int> StoresByHost { get; init; }

    /// <summary>Subtopics of which a Store came of late, or which are suspect (<c>StoreArrivals</c>).</summary>
    public IReadOnlyList<Registration> Arrivals { get; init; } = [];

    /// <summary>Hosts whose reports are refused at present.</summary>
    public IReadOnlyDictionary<string, RefusedHost> Refused { get; init; } = FrozenDictionary<string, RefusedHost>.Empty;

    /// <summary>Hosts whose leases lapse again and again.</summary>
    public IReadOnlyDictionary<string, Lapses> Lapses { get; init; } = FrozenDictionary<string, Lapses>.Empty;

    /// <summary>Brakes by region; a region without an entry has none.</summary>
    public required IReadOnlyDictionary<string, BrakeState> Brakes { get; init; }

    /// <summary>Maintenances of IDCs and tasks by key (<see cref="MaintenanceScope"/>); a host's own is in its verdict.</summary>
    public IReadOnlyDictionary<string, Maintenance> Maintenances { get; init; } = FrozenDictionary<string, Maintenance>.Empty;

    /// <summary>Tickets that a person has approved and that are not over.</summary>
    public IReadOnlySet<string> Approved { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Moves that HA may still start now, by region; a region without an entry has no limit.</summary>
    public IReadOnlyDictionary<string, int> MovesLeft { get; init; } = FrozenDictionary<string, int>.Empty;
}
