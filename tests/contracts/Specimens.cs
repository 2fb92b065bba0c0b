namespace Holdfast.Contracts.Tests;

/// <summary>One of each record with every field set to something that is not its default.</summary>
internal static class Specimens
{
    private static CollectorHeard Heard { get; } = new("heartbeat-1-a1b2", 9);

    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly ComponentReport Component = new()
    {
        Name = "10.0.0.1-9000:connector_v2:orders-incr_trans-1-0:0000000002",
        Kind = ComponentKind.IncrSync,
        Epoch = 2,
        State = ComponentState.Abnormal,
        Task = "orders",
        Pid = 4711,
        Checkpoint = 1767323045,
        Begin = 1767323000,
        End = 1767323100,
        DelaySeconds = 1.5,
        Consumers = [new ConsumerCheckpoint("orders", 1767323040) { Position = "1/F0" }],
        ConsumersLeftOut = 12,
        Endpoint = "10.0.0.1:41234",
        PositionBegin = "1/2A",
        PositionEnd = "1/FF",
        SystemId = "6f1c0a",
        Bytes = 1048576,
        SourceLagMs = 12,
        Barrier = 42,
        Term = 3,
        Error = "the target refuses",
        ExitCode = 7,
        SilentSeconds = 31,
    };

    private static readonly HostReport Report = new()
    {
        Host = "h1",
        Incarnation = 3,
        Sequence = 42,
        Region = "cn-hangzhou",
        Idc = "hz-a",
        Address = "10.0.0.1:9000",
        Usage = new Usage(0.25, 0.5, 0.75),
        DesiredVersion = 7,
        Succeeds = 2,
        Inventory = 5,
        Components = [Component],
        LeftOut = "HB-345 12 consumers",
    };

    private static readonly HostRefusal Refusal = new()
    {
        Host = "h1",
        Code = "HB-103",
        Detail = "sequence: '-1' – must not be negative.",
        Workaround = "Compare it",
        Address = "10.0.0.1",
        Times = 3,
        Since = At,
        At = At.AddSeconds(9),
    };

    private static readonly LogOutput Output = new() { Name = "stderr.log", Lines = ["the target refuses", "again"], FirstIsCut = true };

    private static readonly LogTail Tail = new() { Id = "l1", Outputs = [Output], Error = "stdout.log: access is denied" };

    private static readonly LogWanted Wanted = new() { Id = "l1", Component = Component.Name, Lines = 200 };

    private static readonly DesiredComponent Desired = new()
    {
        Name = Component.Name,
        Kind = ComponentKind.IncrSync,
        Epoch = 2,
        Desired = DesiredState.Running,
        Command = ["incr-sync", "--task", "orders"],
        Task = "orders",
        Subtopic = "orders-mysql",
        StartTimestamp = 1767323000,
        StartPosition = "1/2A@6f1c0a",
        ConfigDigest = "0f2c9a3e6d1b8475",
    };

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

    private static readonly Drain Drain = new("its disk is replaced", "token", At);

    private static readonly Maintenance Maintenance = new("kernel upgrade", "ops", At.AddHours(2), "token", At);

    private static readonly HostRegistration Registration =
        new("h1", new Quotas(3, 5), ["ssd"]) { Drain = Drain, Maintenance = Maintenance, ForgottenAt = At };

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
        Component,
        Report with { ServesLogs = true, ClockAheadSec = -2.5, Logs = [Tail] },
        Output,
        Tail,
        Wanted,
        Desired,
        new Usage(0.25, 0.5, 0.75),
        new SchedulerStateChanged { Replica = "ha-1-0a1b2c3d", Collection = "ha-scheduler.tasks", Ids = ["orders"], At = At },
        new ConsumerCheckpoint("orders", 1767323040) { Position = "1/F0" },
        new Quotas(3, 5),
        Registration,
        Drain,
        Maintenance,
        new HostConflict("h1", "10.0.0.1:9000", 3, "10.0.0.2:9000", 4, At),
        Refusal,
        new PlacementKey(Component.Name, 2),
        Config,
        Override,
        new HaConfigChanged { Version = 3, Config = Config, At = At },
        new HaConfigAsked { By = "store-manager-1-0a1b2c3d", At = At },
        Thresholds,
        new ThresholdsChanged { Version = 2, Thresholds = Thresholds, At = At },
        new HeartbeatReply
        {
            Lease = 15, KillGrace = 5, Interval = 3, DesiredVersion = 8, ServerTime = At, Components = [Desired], SendComponents = true,
            Applied = false, Late = "HB-370 Report every 1 s.", Logs = [Wanted],
        },
        Heard,
        new HostNumber("h1", 3),
        new BatchesHeard
        {
            Replica = "ha-scheduler-1", Regions = ["cn-hangzhou"], Collectors = [Heard], At = At, Outnumbered = [new HostNumber("h1", 3)],
        },
        new HeartbeatReported
        {
            Collector = "heartbeat-1-a1b2", Sequence = 9, WindowEnd = At, UptimeMs = 9000, Lease = 15, KillGrace = 5, Reports = [Report],
            Registrations = [Registration],
            Conflicts = [new HostConflict("h1", "10.0.0.1:9000", 3, "10.0.0.2:9000", 4, At)],
            Refusals = [Refusal],
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
        new HostAdmitted { Host = "h1", Incarnation = 4, Sequence = 1, Removed = [new PlacementKey(Component.Name, 2)], At = At },
        new ComponentPlaced
        {
            Component = Component.Name, Host = "h2", Region = "cn-hangzhou", Kind = ComponentKind.IncrSync, Epoch = 3, Revision = 12,
            Desired = DesiredState.Stopped, Command = ["incr-sync"], Task = "orders", Subtopic = "orders-mysql",
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
