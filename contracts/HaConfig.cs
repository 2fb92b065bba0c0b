using System.Text.Json.Serialization;

namespace Holdfast.Contracts;

/// <summary>
/// <c>ha.config</c>: the reference's keys with the reference's names and units, then ours.
/// Defaults are the reference's; a profile is another set of defaults. A value: equal when every key is. docs/ha-config.md
/// has each key's bounds. Not sealed, so that an answer can be the same keys and more.
/// </summary>
public record HaConfig
{
    private const int IntervalsPerSuspectWindow = 3;
    private const int UnitsPerQuiet = 10;
    private const double HoldOffMaxSec = 86_400;

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

    /// <summary>Minutes before the reference time at which a new Store starts.</summary>
    public int RefetchStoreIntervalMin { get; init; } = 30;

    /// <summary>Take the earliest consumer's checkpoint as the reference time.</summary>
    public bool PerceiveStoreClientCheckpoint { get; init; }

    /// <summary>An abnormal Store silent for longer is deleted, its disk freed.</summary>
    public int ClearAbnormalResourceHours { get; init; } = 72;

    /// <summary>Older releases' key: always shown with the reference's default, accepted and ignored.</summary>
    public bool EnableJdbcWriter { get; init; } = true;

    /// <summary>Older releases' key: as the one before.</summary>
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

    /// <summary>Ours: the brake ends below this part of <see cref="BrakeShare"/>, so that it does not flutter.</summary>
    public double BrakeHysteresis { get; init; } = 0.8;

    /// <summary>Ours: and only once the share has been below that for so long.</summary>
    public double BrakeCooldownSec { get; init; } = 30;

    /// <summary>Ours: most moves that HA starts in a region within a second.</summary>
    public int MovesPerSecond { get; init; } = 500;

    /// <summary>Ours: restarts in place, one failure after the other, before a component is moved to another host.</summary>
    public int RestartsMax { get; init; } = 3;

    /// <summary>Ours: after n restarts in a row the next one waits n² + n times this long.</summary>
    public double RestartBackoffUnitSec { get; init; } = 60;

    /// <summary>
    /// Ours: a host that has come back for the (n+1)-th time in a row takes no new work for n² + n times this long; 0: it does at
    /// once.
    /// </summary>
    public double HostHoldOffUnitSec { get; init; } = 60;

    /// <summary>
    /// Ours: a host that goes Down within this time after a component has come to it counts against the component; 0: three
    /// times <see cref="CheckHostDownIntervalSec"/>.
    /// </summary>
    public int SuspectWindowSec { get; init; }

    /// <summary>Ours: what an operator asked of a component and has not come about after so long has failed.</summary>
    public int OperationTimeoutSec { get; init; } = 60;

    /// <summary>Ours: how far HA goes by itself.</summary>
    public Autonomy Autonomy { get; init; } = Autonomy.Auto;

    /// <summary>Ours: where a new Store starts.</summary>
    public RefetchMode RefetchMode { get; init; } = RefetchMode.Oms;

    /// <summary>Ours: a Store that nobody needs beside the others is deleted; otherwise it is only shown.</summary>
    public bool ClearRedundantStores { get; init; }

    /// <summary>
    /// Ours: other values for regions, by name. A change gives each region's override whole: keys that it leaves out are as
    /// above it again, null removes it, regions that it does not name keep theirs.
    /// </summary>
    public IReadOnlyDictionary<string, HaConfigOverride> Regions { get; init => field = OverridesByName.Of(value); } =
        OverridesByName.None;

    /// <summary>Ours: other values for tasks, by id, changed as those of regions; they go before their region's.</summary>
    public IReadOnlyDictionary<string, HaConfigOverride> Tasks { get; init => field = OverridesByName.Of(value); } =
        OverridesByName.None;

    [JsonIgnore] public TimeSpan CheckRequestInterval => TimeSpan.FromSeconds(CheckRequestIntervalSec);
    [JsonIgnore] public TimeSpan CheckHostDownInterval => TimeSpan.FromSeconds(CheckHostDownIntervalSec);
    [JsonIgnore] public TimeSpan CheckModuleExceptionInterval => TimeSpan.FromSeconds(CheckModuleExceptionIntervalSec);
    [JsonIgnore] public TimeSpan RefetchStoreInterval => TimeSpan.FromMinutes(RefetchStoreIntervalMin);
    [JsonIgnore] public TimeSpan ClearAbnormalResource => TimeSpan.FromHours(ClearAbnormalResourceHours);
    [JsonIgnore] public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSec);
    [JsonIgnore] public TimeSpan KillGrace => TimeSpan.FromSeconds(KillGraceSec);
    [JsonIgnore] public TimeSpan ClockDrift => TimeSpan.FromSeconds(ClockDriftSec);
    [JsonIgnore] public TimeSpan InspectionInterval => TimeSpan.FromSeconds(InspectionIntervalSec);
    [JsonIgnore] public TimeSpan BrakeCooldown => TimeSpan.FromSeconds(BrakeCooldownSec);
    /// <summary>Time after a component has come within which a fall of its host counts against it.</summary>
    [JsonIgnore] public TimeSpan SuspectWindow => SuspectWindowSec > 0
        ? TimeSpan.FromSeconds(SuspectWindowSec)
        : CheckHostDownInterval * IntervalsPerSuspectWindow;

    [JsonIgnore] public TimeSpan OperationTimeout => TimeSpan.FromSeconds(OperationTimeoutSec);

    /// <summary>Time after the beginning of its lease for which something of a host may still run, by this configuration.</summary>
    [JsonIgnore] public TimeSpan MayRun => Lease + KillGrace + ClockDrift;

    /// <summary>Wait after <paramref name="restarts"/> in a row: n² + n times the unit.</summary>
    public TimeSpan BackoffAfter(int restarts) => TimeSpan.FromSeconds(RestartBackoffUnitSec * ((double)restarts * restarts + restarts));

    /// <summary>The hold-off of a host that has come back this often in a row: for this long it takes no new work, a day at most.</summary>
    public TimeSpan HoldOffAfter(int returns) => returns < 2 ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(HoldOffMaxSec, HostHoldOffUnitSec * ((double)(returns - 1) * returns)));

    /// <summary>Once a host has been up for this long after it came back, its returns are counted anew.</summary>
    public TimeSpan QuietAfter(int returns) => TimeSpan.FromSeconds(Math.Max(
        Math.Max(CheckRequestIntervalSec, HostHoldOffUnitSec * UnitsPerQuiet), HoldOffAfter(returns + 1).TotalSeconds));

    /// <summary>The values that hold in this region.</summary>
    public HaConfig ForRegion(string region) => Regions.TryGetValue(region, out var other) ? other.Over(this) : this;

    /// <summary>The values that hold for this task: its own values, else its region's.</summary>
    public HaConfig ForTask(string region, string task) =>
        Tasks.TryGetValue(task, out var other) ? other.Over(ForRegion(region)) : ForRegion(region);
}

/// <summary>Degrees of HA's autonomy: each level does what the one before it does, and more.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Autonomy>))]
public enum Autonomy
{
    /// <summary>Decide and record only.</summary>
    [JsonStringEnumMemberName("observe")]
    Observe,

    /// <summary>Tell people the plan.</summary>
    [JsonStringEnumMemberName("recommend")]
    Recommend,

    /// <summary>Open a ticket that waits for a person.</summary>
    [JsonStringEnumMemberName("approve")]
    Approve,

    /// <summary>Act.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,
}

/// <summary>Ways to find the start of a new Store.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefetchMode>))]
public enum RefetchMode
{
    /// <summary>Starts as the reference does: a fixed time before now, or before the earliest consumer's checkpoint.</summary>
    [JsonStringEnumMemberName("oms")]
    Oms,

    /// <summary>Starts from each consumer's checkpoint, also one that was seen last long ago, less the source's lag and skew.</summary>
    [JsonStringEnumMemberName("computed")]
    Computed,
}

/// <summary>Other values of some keys, for a region or a task; what is null is as above it.</summary>
public sealed record HaConfigOverride
{
    public bool? Enable { get; init; }
    public bool? EnableHost { get; init; }
    public bool? EnableStore { get; init; }
    public bool? EnableConnector { get; init; }
    public int? CheckRequestIntervalSec { get; init; }

    /// <summary>Overrides a region's value, never a task's.</summary>
    public int? CheckHostDownIntervalSec { get; init; }

    /// <summary>Overrides a region's value, never a task's.</summary>
    public double? BrakeShare { get; init; }

    /// <summary>Overrides a region's value, never a task's.</summary>
    public int? BrakeHostsMin { get; init; }

    /// <summary>Overrides a region's value, never a task's.</summary>
    public int? MovesPerSecond { get; init; }

    public int? RestartsMax { get; init; }
    public double? RestartBackoffUnitSec { get; init; }

    /// <summary>Overrides a region's value, never a task's.</summary>
    public double? HostHoldOffUnitSec { get; init; }

    /// <summary>Overrides a region's value, never a task's.</summary>
    public int? SuspectWindowSec { get; init; }

    public Autonomy? Autonomy { get; init; }

    internal HaConfig Over(HaConfig config) => config with
    {
        Enable = Enable ?? config.Enable,
        EnableHost = EnableHost ?? config.EnableHost,
        EnableStore = EnableStore ?? config.EnableStore,
        EnableConnector = EnableConnector ?? config.EnableConnector,
        CheckRequestIntervalSec = CheckRequestIntervalSec ?? config.CheckRequestIntervalSec,
        CheckHostDownIntervalSec = CheckHostDownIntervalSec ?? config.CheckHostDownIntervalSec,
        BrakeShare = BrakeShare ?? config.BrakeShare,
        BrakeHostsMin = BrakeHostsMin ?? config.BrakeHostsMin,
        MovesPerSecond = MovesPerSecond ?? config.MovesPerSecond,
        RestartsMax = RestartsMax ?? config.RestartsMax,
        RestartBackoffUnitSec = RestartBackoffUnitSec ?? config.RestartBackoffUnitSec,
        HostHoldOffUnitSec = HostHoldOffUnitSec ?? config.HostHoldOffUnitSec,
        SuspectWindowSec = SuspectWindowSec ?? config.SuspectWindowSec,
        Autonomy = Autonomy ?? config.Autonomy,
    };
}

/// <summary>
/// ha.config as it holds from now on; said at start, on every change, every minute and when somebody asks. Key: version, the
/// higher holds.
/// </summary>
public sealed record HaConfigChanged
{
    /// <summary>0: the profile's values, which nobody has changed yet.</summary>
    public required int Version { get; init; }

    public required HaConfig Config { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A service that has just started does not know ha.config, and says so each second until it is heard.</summary>
public sealed record HaConfigAsked
{
    /// <summary>One life of a replica.</summary>
    public required string By { get; init; }

    public required DateTimeOffset At { get; init; }
}
