using System.Text.Json.Serialization;

namespace Holdfast.Contracts;

/// <summary>
/// <c>ha.config</c>: the reference's keys with the reference's names and units, then ours.
/// Defaults are the reference's; a profile is another set of defaults.
/// </summary>
public sealed record HaConfig
{
    /// <summary>The whole HA module.</summary>
    public bool Enable { get; init; }

    /// <summary>Act on a failed host.</summary>
    public bool EnableHost { get; init; }

    /// <summary>Act on Store exceptions.</summary>
    public bool EnableStore { get; init; } = true;

    /// <summary>Act on Incr-Sync exceptions.</summary>
    public bool EnableConnector { get; init; } = true;

    /// <summary>Least time between two HA operations on the same object.</summary>
    public int CheckRequestIntervalSec { get; init; } = 600;

    /// <summary>A host silent for longer is Down.</summary>
    public int CheckHostDownIntervalSec { get; init; } = 540;

    /// <summary>A Store silent for longer is Abnormal.</summary>
    public int CheckModuleExceptionIntervalSec { get; init; } = 240;

    /// <summary>Most Stores of one subtopic; at the limit HA creates no more.</summary>
    public int SubtopicStoreNumberThreshold { get; init; } = 5;

    /// <summary>How far before the reference time a new Store starts.</summary>
    public int RefetchStoreIntervalMin { get; init; } = 30;

    /// <summary>Take the earliest consumer's checkpoint as the reference time.</summary>
    public bool PerceiveStoreClientCheckpoint { get; init; }

    /// <summary>An abnormal Store silent for longer is deleted, its disk freed.</summary>
    public int ClearAbnormalResourceHours { get; init; } = 72;

    /// <summary>Older releases' key: accepted, ignored.</summary>
    public bool EnableJdbcWriter { get; init; } = true;

    /// <summary>Older releases' key: accepted, ignored.</summary>
    public int CheckJdbcWriterIntervalSec { get; init; } = 600;

    /// <summary>Ours: how long components may run after the last answered heartbeat was sent.</summary>
    public double LeaseSec { get; init; } = 300;

    /// <summary>Ours: between SIGTERM and SIGKILL.</summary>
    public double KillGraceSec { get; init; } = 5;

    /// <summary>Ours: by how much two clocks may run apart over a lease.</summary>
    public double ClockDriftSec { get; init; } = 2;

    /// <summary>Ours: between two inspection passes.</summary>
    public double InspectionIntervalSec { get; init; } = 1;

    /// <summary>Ours: nothing moves while more than this share of a region's hosts is silent.</summary>
    public double BrakeShare { get; init; } = 0.5;

    /// <summary>Ours: the brake needs at least so many silent hosts.</summary>
    public int BrakeHostsMin { get; init; } = 3;

    [JsonIgnore] public TimeSpan CheckRequestInterval => TimeSpan.FromSeconds(CheckRequestIntervalSec);
    [JsonIgnore] public TimeSpan CheckHostDownInterval => TimeSpan.FromSeconds(CheckHostDownIntervalSec);
    [JsonIgnore] public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSec);
    [JsonIgnore] public TimeSpan KillGrace => TimeSpan.FromSeconds(KillGraceSec);
    [JsonIgnore] public TimeSpan ClockDrift => TimeSpan.FromSeconds(ClockDriftSec);
    [JsonIgnore] public TimeSpan InspectionInterval => TimeSpan.FromSeconds(InspectionIntervalSec);
}
