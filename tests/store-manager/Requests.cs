namespace Holdfast.StoreManager.Tests;

/// <summary>Requests and reports in the words of a test.</summary>
internal static class Requests
{
    internal static StoreRequested Of(string task, string subtopic = "mysql", string region = "north") => new()
    {
        Subtopic = subtopic,
        Task = task,
        Region = region,
        Command = ["store", subtopic],
        StartTimestamp = 100,
        At = default,
    };

    internal static StoreRequested Released(string task) => Of(task) with { Desired = DesiredState.Absent };

    internal static HostReport Report(string host, string region = "north", params IReadOnlyList<ComponentReport> runs) => new()
    {
        Host = host,
        Incarnation = 1,
        Sequence = 1,
        Region = region,
        Idc = "n1",
        Address = "10.0.0.1:9000",
        Usage = new Usage(0.1, 0.1, 0.1),
        DesiredVersion = 1,
        Inventory = 1,
        Components = runs,
    };

    internal static ComponentReport Component(
        ComponentPlaced placed, ComponentState state, params IReadOnlyList<ConsumerCheckpoint> consumers) => new()
    {
        Name = placed.Component,
        Kind = placed.Kind,
        Epoch = placed.Epoch,
        State = state,
        Begin = placed.StartTimestamp,
        End = long.MaxValue / 2,
        Consumers = consumers,
    };
}
