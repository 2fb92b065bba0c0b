using System.Reflection;

namespace Holdfast.Contracts;

/// <summary>
/// <c>ha.config</c>: each key is declared here once, as a property with its type, its default and what <see cref="KeyAttribute"/> says of
/// it. OMS's keys come first, with its names, units and defaults (docs/reference/oms.md, Parameters of HA). A profile is another set of
/// defaults. A value: equal when every key is. Not sealed, so that an answer can be the same keys and more.
/// </summary>
public record HaConfig
{
    private const int IntervalsPerSuspectWindow = 3;
    private const int UnitsPerQuiet = 10;
    private const double Day = 86_400;
    private const string OlderReleases = "a key of older OMS releases: there is no JDBC writer, and nothing depends on it";

    // OMS's.

    [Key("HA is on; false: it records what it sees and does nothing", "启用 HA；false：只记录，不做任何操作")]
    [HaSwitch] public bool Enable { get; init; }

    [Key("HA acts on a failed host", "HA 处理故障主机")]
    [HaSwitch] public bool EnableHost { get; init; }

    [Key("HA acts on Store exceptions", "HA 处理 Store 异常")]
    [HaSwitch] public bool EnableStore { get; init; } = true;

    [Key("HA acts on Incr-Sync exceptions", "HA 处理 Incr-Sync 异常")]
    [HaSwitch] public bool EnableConnector { get; init; } = true;

    [Key("the least time between two HA operations on the same object", "对同一对象两次 HA 操作的最小间隔", Unit = "s", Max = Day)]
    public int CheckRequestIntervalSec { get; init; } = 600;

    [Key("a host that is silent for longer is Down", "失联超过此时间的主机判定为宕机", Unit = "s", Min = 1, Max = Day)]
    public int CheckHostDownIntervalSec { get; init; } = 540;

    [Key("a Store that is silent for longer is Abnormal", "失联超过此时间的 Store 判定为异常", Unit = "s", Min = 1, Max = Day)]
    public int CheckModuleExceptionIntervalSec { get; init; } = 240;

    [Key("the most Stores of one subtopic; at the limit HA creates no more",
        "单个 subtopic 的最大 Store 数，达到后 HA 不再创建", Min = 1, Max = 1_000)]
    public int SubtopicStoreNumberThreshold { get; init; } = 5;

    [Key("how far before the reference time a new Store starts", "新 Store 的起点早于参考时间多少", Unit = "min", Max = 10_080)]
    public int RefetchStoreIntervalMin { get; init; } = 30;

    [Key("the earliest consumer's checkpoint is the reference time", "以最早消费者的位点为参考时间")]
    public bool PerceiveStoreClientCheckpoint { get; init; }

    [Key("an abnormal Store that is silent for longer is deleted and its disk freed",
        "失联超过此时间的异常 Store 被删除并释放磁盘", Unit = "h", Min = 1, Max = 8_760)]
    public int ClearAbnormalResourceHours { get; init; } = 72;

    [PassedOver(OlderReleases)]
    public bool EnableJdbcWriter { get; init; } = true;

    [PassedOver(OlderReleases)]
    public int CheckJdbcWriterIntervalSec { get; init; } = 600;

    // Ours.

    [Key("how long components may run after the last answered heartbeat was sent",
        "最后一次获答复的心跳发出后组件可运行多久", Unit = "s", Min = 1, Max = 3_600)]
    public double LeaseSec { get; init; } = 300;

    [Key("the time between SIGTERM and SIGKILL for a component whose lease has ended",
        "租约到期的组件从 SIGTERM 到 SIGKILL 的间隔", Unit = "s", Max = 600)]
    public double KillGraceSec { get; init; } = 5;

    [Key("how far two clocks may run apart during a lease", "一个租约内两个时钟的最大偏差", Unit = "s", Min = 0.1, Max = 600)]
    public double ClockDriftSec { get; init; } = 2;

    [Key("the time between two inspection passes", "两轮巡检的间隔", Unit = "s", Min = 0.1, Max = 60)]
    public double InspectionIntervalSec { get; init; } = 1;

    [Key("the brake holds all moves while more than this share of a region's hosts is silent",
        "地域内失联主机超过此比例时熔断，不做任何迁移", Min = 0.01, Max = 1)]
    public double BrakeShare { get; init; } = 0.5;

    [Key("the brake needs at least this many silent hosts", "熔断至少需要的失联主机数", Min = 1, Max = 100_000)]
    public int BrakeHostsMin { get; init; } = 3;

    [Key("the brake ends when the share of silent hosts is below this part of brakeShare",
        "失联比例低于 brakeShare 的此比例时熔断结束", Min = 0.01, Max = 1)]
    public double BrakeHysteresis { get; init; } = 0.8;

    [Key("the brake ends when the share has been that low for this long", "失联比例须持续低于该值这么久，熔断才结束", Unit = "s", Max = Day)]
    public double BrakeCooldownSec { get; init; } = 30;

    [Key("the most moves that HA starts in a region within a second", "HA 每秒在一个地域内启动的最大迁移数", Min = 1, Max = 100_000)]
    public int MovesPerSecond { get; init; } = 500;

    [Key("restarts in place after failures in a row, before a component is moved; 0: it is moved at once",
        "连续失败时原地重启的次数，超过后迁移；0：立即迁移", Max = 100)]
    public int RestartsMax { get; init; } = 3;

    [Key("after n restarts in a row the next one waits n² + n times this long",
        "连续重启 n 次后，下一次等待 n² + n 倍的此值", Unit = "s", Max = 3_600)]
    public double RestartBackoffUnitSec { get; init; } = 60;

    [Key("a host that came back for the (n+1)-th time in a row takes no new work for n² + n times this long; 0: it takes work at once",
        "主机连续第 (n+1) 次恢复后，n² + n 倍此值之内不接新任务；0：立即接受", Unit = "s", Max = 3_600)]
    public double HostHoldOffUnitSec { get; init; } = 60;

    [Key("a host that goes Down within this time after a component came to it counts against the component; "
        + "0: 3 × checkHostDownIntervalSec",
        "组件到达主机后在此时间内该主机宕机，则计入该组件；0 表示 3 × checkHostDownIntervalSec", Unit = "s", Max = Day)]
    public int SuspectWindowSec { get; init; }

    [Key("an operator's order that has not taken effect after this long has failed",
        "操作员的请求超过此时间未生效即失败", Unit = "s", Min = 1, Max = Day)]
    public int OperationTimeoutSec { get; init; } = 60;

    [Key("how far HA goes by itself: record only, recommend, open a ticket that waits for approval, act",
        "HA 的自主程度：仅记录、给出建议、创建待批工单、直接执行")]
    public Autonomy Autonomy { get; init; } = Autonomy.Auto;

    [Key("where a new Store starts: by OMS's two keys above, or computed from each consumer's position",
        "新 Store 的起点：按上面 OMS 的两个键，或由各消费者位点计算")]
    public RefetchMode RefetchMode { get; init; } = RefetchMode.Oms;

    [Key("HA deletes a redundant Store, which no consumer needs beside the others; false: it is only shown",
        "删除没有消费者需要的冗余 Store；false：仅展示")]
    public bool ClearRedundantStores { get; init; }

    /// <summary>
    /// Other values for regions, by name. A change gives each region's override whole: keys that it leaves out are as above it again,
    /// null removes it, regions that it does not name keep theirs.
    /// </summary>
    public IReadOnlyDictionary<string, HaConfigOverride> Regions { get; init => field = OverridesByName.Of(value); } =
        OverridesByName.None;

    /// <summary>Other values for tasks, by id, changed as those of regions; they go before their region's.</summary>
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
        : TimeSpan.FromSeconds(Math.Min(Day, HostHoldOffUnitSec * ((double)(returns - 1) * returns)));

    /// <summary>Once a host has been up for this long after it came back, its returns are counted anew.</summary>
    public TimeSpan QuietAfter(int returns) => TimeSpan.FromSeconds(Math.Max(
        Math.Max(CheckRequestIntervalSec, HostHoldOffUnitSec * UnitsPerQuiet), HoldOffAfter(returns + 1).TotalSeconds));

    /// <summary>The values that hold in this region.</summary>
    public HaConfig ForRegion(string region) => Regions.TryGetValue(region, out var other) ? other.Over(this) : this;

    /// <summary>The values that hold for this task: its own values, else its region's.</summary>
    public HaConfig ForTask(string region, string task) =>
        Tasks.TryGetValue(task, out var other) ? other.Over(ForRegion(region)) : ForRegion(region);
}

/// <summary>Other values of some keys, for a region or a task: a key that is here may differ. A null is as above it.</summary>
public sealed record HaConfigOverride
{
    private static readonly (PropertyInfo Own, PropertyInfo Above)[] Keys =
        [.. typeof(HaConfigOverride).GetProperties().Select(own => (own, typeof(HaConfig).GetProperty(own.Name)!))];

    public bool? Enable { get; init; }
    public bool? EnableHost { get; init; }
    public bool? EnableStore { get; init; }
    public bool? EnableConnector { get; init; }
    public int? CheckRequestIntervalSec { get; init; }
    [RegionsOnly] public int? CheckHostDownIntervalSec { get; init; }
    [RegionsOnly] public double? BrakeShare { get; init; }
    [RegionsOnly] public int? BrakeHostsMin { get; init; }
    [RegionsOnly] public int? MovesPerSecond { get; init; }
    public int? RestartsMax { get; init; }
    public double? RestartBackoffUnitSec { get; init; }
    [RegionsOnly] public double? HostHoldOffUnitSec { get; init; }
    [RegionsOnly] public int? SuspectWindowSec { get; init; }
    public Autonomy? Autonomy { get; init; }

    internal HaConfig Over(HaConfig config)
    {
        var merged = config with { };
        foreach (var (own, above) in Keys)
        {
            if (own.GetValue(this) is { } value)
            {
                above.SetValue(merged, value);
            }
        }

        return merged;
    }
}
