namespace Holdfast.Contracts.Tests;

/// <summary>One of each record with every field set to something that is not its default.</summary>
internal static class Specimens
{
    private static DateTimeOffset At => HostSpecimens.At;

    private static CollectorHeard Heard { get; } = new("heartbeat-1-a1b2", 9);

    private static readonly StoreStands Stands = new()
    {
        Store = "10.0.0.1-9000:orders-mysql:0000000001",
        Host = "h1",
        State = ComponentState.Abnormal,
        Because = "its host is not heard",
    };

    private static readonly SubtopicDecision Decision = new()
    {
        Subtopic = "orders-mysql",
        Region = "cn-hangzhou",
        Code = "ST-212",
        Sentence = "waits for a person to approve: none runs",
        Workaround = "Approve it.",
        Plan = "a Store from 1767323000",
        Ticket = "create-orders-mysql-1",
        Earliest = At.AddMinutes(1),
        HasGap = true,
        Since = At,
        Stores = [Stands],
    };

    private static readonly HaConfigOverride Override = new()
    {
        Enable = true,
        EnableHost = false,
        EnableStore = false,
        EnableConnector = false,
        CheckRequestIntervalSec = 900,
        CheckHostDownIntervalSec = 700,
        BrakeShare = 0.25,
        BrakeHostsMin = 5,
        MovesPerSecond = 50,
        RestartsMax = 1,
        RestartBackoffUnitSec = 30,
        HostHoldOffUnitSec = 45,
        SuspectWindowSec = 1200,
        Autonomy = Autonomy.Approve,
    };

    private static readonly HaConfig Config = new()
    {
        Enable = true,
        MovesPerSecond = 200,
        Autonomy = Autonomy.Recommend,
        RefetchMode = RefetchMode.Computed,
        ClearRedundantStores = true,
        Regions = new Dictionary<string, HaConfigOverride> { ["cn-hangzhou"] = Override },
        Tasks = new Dictionary<string, HaConfigOverride> { ["orders"] = new() { Autonomy = Autonomy.Observe } },
    };

    private static readonly SourceLog Source = new()
    {
        Level = SourceLevel.Tenant, RetentionSec = 86400, ClockSkewSec = 2, FlushLagSec = 3,
    };

    private static readonly AlertThresholds Thresholds = new()
    {
        DelayThreshold = new Dictionary<string, int> { ["HIGH"] = 10, ["MEDIUM"] = 60, ["LOW"] = 600 },
        FailedLengthOfTimeThreshold = new Dictionary<string, int> { ["HIGH"] = 20, ["MEDIUM"] = 90, ["LOW"] = 1200 },
        AlarmRestrainTimeOfMin = new Dictionary<string, int> { ["HIGH"] = 5, ["MEDIUM"] = 15, ["LOW"] = 60, ["IGNORE"] = 600 },
    };

    private static readonly StoreRequested Requested = new()
    {
        Subtopic = "orders-mysql", Task = "orders", Region = "cn-hangzhou", Command = ["store"], StartTimestamp = 1767323000,
        ConfigDigest = "7c1d44e09ab2f653", Shared = false, Source = Source, TaskTags = ["payments"], Desired = DesiredState.Absent, At = At,
    };

    internal static IReadOnlyList<object> All { get; } =
    [
        HostSpecimens.Component,
        HostSpecimens.Report with { ServesLogs = true, ClockAheadSec = -2.5, Logs = [HostSpecimens.Tail] },
        HostSpecimens.Output,
        HostSpecimens.Tail,
        HostSpecimens.Wanted,
        HostSpecimens.Desired,
        new Usage(0.25, 0.5, 0.75),
        new SchedulerStateChanged { Replica = "ha-1-0a1b2c3d", Collection = "ha-scheduler.tasks", Ids = ["orders"], At = At },
        new ConsumerCheckpoint("orders", 1767323040) { Position = "1/F0" },
        new Quotas(3, 5),
        HostSpecimens.Registration,
        HostSpecimens.Drain,
        HostSpecimens.Maintenance,
        new HostConflict("h1", "10.0.0.1:9000", 3, "10.0.0.2:9000", 4, At),
        HostSpecimens.Refusal,
        new PlacementKey(HostSpecimens.Component.Name, 2),
        Config,
        Override,
        new HaConfigChanged { Version = 3, Config = Config, At = At },
        new HaConfigAsked { By = "store-manager-1-0a1b2c3d", At = At },
        Thresholds,
        new ThresholdsChanged { Version = 2, Thresholds = Thresholds, At = At },
        new HeartbeatReply
        {
            Lease = 15, KillGrace = 5, Interval = 3, DesiredVersion = 8, ServerTime = At,
            Components = [HostSpecimens.Desired], SendComponents = true, Applied = false, Late = "HB-370 Report every 1 s.",
            Logs = [HostSpecimens.Wanted],
        },
        Heard,
        new HostNumber("h1", 3),
        new BatchesHeard
        {
            Replica = "ha-scheduler-1", Regions = ["cn-hangzhou"], Collectors = [Heard], At = At, Outnumbered = [new HostNumber("h1", 3)],
        },
        new HeartbeatReported
        {
            Collector = "heartbeat-1-a1b2", Sequence = 9, WindowEnd = At, UptimeMs = 9000, Lease = 15, KillGrace = 5,
            Reports = [HostSpecimens.Report], Registrations = [HostSpecimens.Registration],
            Conflicts = [new HostConflict("h1", "10.0.0.1:9000", 3, "10.0.0.2:9000", 4, At)],
            Refusals = [HostSpecimens.Refusal],
            Lapses = [new LeaseLapse("h1", 5.5, 4)],
            Leaving = true,
        },
        new HostDown
        {
            Host = "h1", Region = "cn-hangzhou", Idc = "hz-a", Address = "10.0.0.1:9000", Incarnation = 3,
                Incident = "h1-20260102T030405678",
            SilenceSeconds = 30.5, At = At,
        },
        new HostRecovered
        {
            Host = "h1", Region = "cn-hangzhou", Idc = "hz-a", Incarnation = 4, Incident = "h1-20260102T030405678", At = At,
        },
        new HostForgotten { Host = "h1", Region = "cn-hangzhou", Incarnation = 3, Sequence = 7,
            Stores = ["10.0.0.1-9000:orders-mysql:0000000001"], At = At },
        new HostAdmitted
        {
            Host = "h1", Incarnation = 4, Sequence = 1, Removed = [new PlacementKey(HostSpecimens.Component.Name, 2)], At = At,
        },
        new ComponentPlaced
        {
            Component = HostSpecimens.Component.Name, Host = "h2", Region = "cn-hangzhou", Kind = ComponentKind.IncrSync,
            Epoch = 3, Revision = 12, Desired = DesiredState.Stopped, Command = ["incr-sync"], Task = "orders", Subtopic = "orders-mysql",
                StartTimestamp = 1767323000, StartPosition = "1/2A@6f1c0a",
            Config = """{"incrSync":{"lanes":8}}""",
            Incident = "h1-20260102T030405678", At = At,
        },
        Requested,
        new ConfiguredStoreRequested(Requested, """{"store":{"keepHours":24}}"""),
        Source,
        Stands,
        Decision,
        new SubtopicsDecided { Decisions = [Decision], At = At },
        new SubtopicsChanged { Replica = "store-manager-1-0a1b2c3d", Subtopics = ["orders-mysql"], At = At },
        new StorePlaced
        {
            Store = "10.0.0.1-9000:orders-mysql:0000000001", Subtopic = "orders-mysql", Region = "cn-hangzhou", Host = "h1", Revision = 4,
            Desired = DesiredState.Running, StartTimestamp = 1767323000, Tasks = ["orders"], At = At,
        },
        new LeaseLapse("h1", 5.5, 4),
        new AvoidedHost("h1", "it was Down 3 times in a row and is back"),
        new HostsAvoided
        {
            Region = "cn-hangzhou", Hosts = [new AvoidedHost("h1", "it was Down 3 times in a row and is back")], At = At,
        },
        new StoreSuspected
        {
            Subtopic = "orders-mysql", Region = "cn-hangzhou", Standing = SuspectStanding.Waits, Hosts = ["h1", "h2"],
            Because = "h1 and h2 went Down in a row, each soon after it had come", At = At,
        },
        new AlertRaised
        {
            Id = "oms_host_down:h1:h1-20260102T030405678", Event = AlertEvents.HostDown, Scope = AlertScope.System, Target = "h1",
            Level = (int)AlertLevel.Critical, Condition = AlertCondition.Resolved, Summary = "Host h1 is back",
                Description = "It reports again.",
            Region = "cn-hangzhou", Host = "h1", HostIp = "10.0.0.1:9000", Task = "orders", TaskName = "orders",
                Protection = ProtectionLevel.High, TaskTags = ["payments"],
            Incident = "h1-20260102T030405678", At = At,
        },
        new ServiceBeat { Service = "ha-scheduler", Instance = "ha-1", Stopping = true, At = At },
        new AlertSent
        {
            Delivery = "d1", Alert = "oms_host_down:h1:h1-20260102T030405678", Event = AlertEvents.HostDown, Target = "h1", Channel = "ocp",
            Status = "Sent again", Attempt = 2, At = At,
        },
    ];
}
