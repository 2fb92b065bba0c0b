using System.Text.Json.Serialization;

namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>A host that went Down soon after a component had come to it, or was started anew while that was watched.</summary>
/// <param name="Incident">
/// The failure, so that the host's own answer can name who is suspect of it; null: it was started anew and never Down.
/// </param>
/// <param name="CameAt">Time at which the component was placed or started there.</param>
/// <param name="SilentSince">Time at which the host was last heard; for one that was started anew, the time when that was seen.</param>
internal sealed record Fall(string Host, string? Incident, DateTimeOffset CameAt, DateTimeOffset SilentSince)
{
    /// <summary>A person may have started its supervisor anew, so this fall weighs less.</summary>
    [JsonIgnore]
    internal bool IsStart => Incident is null;
}

/// <summary>The reason why a suspect is held until a person, or a new configuration, releases it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HeldFor>))]
internal enum HeldFor
{
    /// <summary>A third host went Down while it was being watched there.</summary>
    Hosts,

    /// <summary>It failed all its restarts on two hosts.</summary>
    Restarts,
}

/// <summary>
/// The hosts that went Down in a row, each soon after the same component had come to it. It is suspect from the second
/// host on: then it waits one window, has its turn on one host, and is cleared once it has lived through the window there.
/// </summary>
internal sealed record Suspicion
{
    /// <summary>Oldest first.</summary>
    public IReadOnlyList<Fall> Falls { get; init; } = [];

    /// <summary>
    /// It has been suspect, or has waited for its next turn, since then; null: one host is remembered, nothing is suspect.
    /// </summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Its turn began then; null: it waits.</summary>
    public DateTimeOffset? TriedAt { get; init; }

    /// <summary>It was first seen to run in its turn then.</summary>
    public DateTimeOffset? RanFrom { get; init; }

    /// <summary>The host's life in which its turn goes on; null: that is not known yet.</summary>
    public HostLife? TriedIn { get; init; }

    /// <summary>Hosts where it has failed all its restarts.</summary>
    public IReadOnlyList<string> FailedOn { get; init; } = [];

    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Null while it is not held.</summary>
    public HeldFor? HeldFor { get; init; }

    [JsonIgnore]
    internal bool IsSuspect => Since is not null;

    [JsonIgnore]
    internal bool IsHeld => HeldAt is not null;

    /// <summary>It has its turn, or nothing is suspect.</summary>
    [JsonIgnore]
    internal bool MayRun => !IsSuspect || (TriedAt is not null && !IsHeld);

    /// <summary>The hosts, each once.</summary>
    [JsonIgnore]
    internal IEnumerable<string> Hosts => Falls.Select(f => f.Host).Distinct(StringComparer.Ordinal);

    /// <summary>The failure of the newest fall that has one; the first two always have.</summary>
    [JsonIgnore]
    internal string? Incident => Falls.LastOrDefault(f => !f.IsStart)?.Incident;

    internal Suspicion And(Fall fall) => this with { Falls = [.. Falls, fall] };

    /// <summary>Waiting for its next turn.</summary>
    internal Suspicion Waits(DateTimeOffset now) => this with { Since = now, TriedAt = null, RanFrom = null, TriedIn = null };

    /// <summary>Its turn begins, also by a person's order.</summary>
    /// <param name="now">From now on.</param>
    /// <param name="life">The life of the host where it goes on; null: it is noted once it is known.</param>
    internal Suspicion Tried(DateTimeOffset now, HostLife? life = null) =>
        this with { TriedAt = now, RanFrom = null, TriedIn = life, HeldAt = null, HeldFor = null };

    internal Suspicion Held(HeldFor why, DateTimeOffset now) => this with { HeldAt = now, HeldFor = why };

    public bool Equals(Suspicion? other) => other is not null
        && (Since, TriedAt, RanFrom, TriedIn) == (other.Since, other.TriedAt, other.RanFrom, other.TriedIn)
        && (HeldAt, HeldFor) == (other.HeldAt, other.HeldFor)
        && Falls.SequenceEqual(other.Falls) && FailedOn.SequenceEqual(other.FailedOn, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Falls.Count, Since, TriedAt, RanFrom, HeldAt);
}
