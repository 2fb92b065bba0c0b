namespace Holdfast.Alerting.Tests;

public sealed class AlertStoreTests : IAsyncDisposable
{
    private readonly World _world = new();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    private static Alert Child(int number) => AlertTransition.Decide(
        null, Firing(T0, $"task-{number:00}") with { Event = AlertEvents.SyncDelay, Scope = AlertScope.Task }, Defaults, T0).Alert with
    {
        Parent = Alert().Id,
    };

    [Theory]
    [InlineData(0, 0)]
    [InlineData(9, 9)]
    [InlineData(10, 10)]
    [InlineData(12, 10)]
    public async Task Ten_children_that_fire_are_named_and_all_are_counted(int firing, int named)
    {
        var ended = Child(99) with { Condition = AlertCondition.Resolved };
        await _world.Alerts.ChangeMany(
            [.. Enumerable.Range(1, firing).Select(Child).Append(ended).Select(child => new Change<Alert>(child, null))], World.Cancel);
        var children = await _world.AlertStore.ChildrenOf(Alert(), T0.AddSeconds(1), World.Cancel);
        Assert.Equal((firing, named), (children.Count, children.Names.Count));
        Assert.All(children.Names, name => Assert.Matches(@"^task-[01][0-9] \(oms_sync_delay\)$", name));
    }

    [Fact]
    public async Task What_cannot_have_children_or_cannot_have_them_yet_is_not_asked_for_them()
    {
        await _world.Alerts.Insert(Child(1), World.Cancel);
        Assert.Empty((await _world.AlertStore.ChildrenOf(Alert(), T0, World.Cancel)).Names);
        var other = Alert() with { Event = AlertEvents.HostThreshold };
        Assert.Empty((await _world.AlertStore.ChildrenOf(other, T0.AddSeconds(1), World.Cancel)).Names);
    }
}
