namespace Holdfast.Contracts.Tests;

/// <summary>Words of a host and to it, with every field set to something that is not its default.</summary>
internal static class HostSpecimens
{
    internal static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    internal static readonly ComponentReport Component = new()
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

    internal static readonly HostReport Report = new()
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

    internal static readonly HostRefusal Refusal = new()
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

    internal static readonly LogOutput Output = new() { Name = "stderr.log", Lines = ["the target refuses", "again"], FirstIsCut = true };

    internal static readonly LogTail Tail = new() { Id = "l1", Outputs = [Output], Error = "stdout.log: access is denied" };

    internal static readonly LogWanted Wanted = new() { Id = "l1", Component = Component.Name, Lines = 200 };

    internal static readonly DesiredComponent Desired = new()
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

    internal static readonly Drain Drain = new("its disk is replaced", "token", At);

    internal static readonly Maintenance Maintenance = new("kernel upgrade", "ops", At.AddHours(2), "token", At);

    internal static readonly HostRegistration Registration =
        new("h1", new Quotas(3, 5), ["ssd"]) { Drain = Drain, Maintenance = Maintenance, ForgottenAt = At };
}
