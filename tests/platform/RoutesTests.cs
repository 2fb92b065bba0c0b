using Holdfast.Contracts;
using Holdfast.Platform.Bus;

namespace Holdfast.Platform.Tests;

public sealed class RoutesTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly Routes _routes;
    private readonly RecordingBus _history;
    private readonly Republisher _publisher;
    private readonly RouteAlerts _alerts;

    public RoutesTests()
    {
        _routes = new Routes(_time);
        var (bus, history) = RecordingBus.Create();
        _history = history;
        _publisher = new Republisher(bus, _time, NullLogger<Republisher>.Instance);
        _alerts = new RouteAlerts(_routes, new MessagePublisher(bus, _time, _publisher), new HostedModules(["heartbeat"]),
            new Settings { Instance = "a" }, _time, NullLogger<RouteAlerts>.Instance);
    }

    [Fact]
    public void While_a_message_reaches_no_queue_the_process_is_not_ready_and_says_which_and_for_how_long()
    {
        Assert.True(_routes.Say().Ready);
        _routes.CameBack("HeartbeatReported");
        _time.Advance(TimeSpan.FromSeconds(4));
        _routes.CameBack("HostDown");
        var said = _routes.Say();
        Assert.False(said.Ready);
        Assert.Equal("HeartbeatReported: the broker has no queue for it (for 4 s, and 1 more)", said.Why);
        _routes.Arrived("HeartbeatReported");
        Assert.Equal("HostDown: the broker has no queue for it (for 0 s)", _routes.Say().Why);
        _routes.Arrived("HostDown");
        Assert.True(_routes.Say().Ready);
    }

    /// <summary>A question that was answered is not asked again, so its route would be missing for ever.</summary>
    [Fact]
    public void A_message_that_has_not_come_back_for_a_minute_is_not_said_any_more()
    {
        _routes.CameBack("HostDown");
        _time.Advance(Routes.ForgottenAfter);
        _routes.CameBack("HostDown");
        _time.Advance(Routes.ForgottenAfter);
        Assert.Equal("HostDown: the broker has no queue for it (for 120 s)", _routes.Say().Why);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_routes.Say().Ready);
        _routes.CameBack("HostDown");
        Assert.Equal("HostDown: the broker has no queue for it (for 0 s)", _routes.Say().Why);
    }

    [Fact]
    public void What_the_broker_refuses_is_one_route_that_names_a_few_and_keeps_its_beginning()
    {
        _routes.Declared([.. Enumerable.Range(1, 5).Select(i => ($"queue q{i}", "ACCESS_REFUSED"))]);
        _time.Advance(TimeSpan.FromSeconds(5));
        _routes.Declared([("queue q1", "ACCESS_REFUSED")]);
        Assert.Equal("topology: the broker does not let this process declare queue q1 (ACCESS_REFUSED) (for 5 s)", _routes.Say().Why);
        Assert.Equal("a (x); b (x); c (x); and 2 more", Routes.InWords([("a", "x"), ("b", "x"), ("c", "x"), ("d", "x"), ("e", "x")]));
        _routes.Declared([]);
        Assert.True(_routes.Say().Ready);
    }

    [Fact]
    public async Task A_route_that_has_worked_is_told_at_once_again_each_minute_and_once_when_it_works_again()
    {
        _routes.Arrived("HostDown");
        _routes.CameBack("HostDown");
        await _alerts.Once();
        await _alerts.Once();
        var firing = Assert.Single(_history.Take<AlertRaised>());
        Assert.Equal(
            (AlertEvents.RouteLost, "heartbeat/a/HostDown", AlertCondition.Firing), (firing.Event, firing.Target, firing.Condition));
        _time.Advance(TimeSpan.FromSeconds(60));
        await _alerts.Once();
        Assert.Equal(firing.Id, Assert.Single(_history.Take<AlertRaised>()).Id);
        _routes.Arrived("HostDown");
        await _alerts.Once();
        await _alerts.Once();
        var over = Assert.Single(_history.Take<AlertRaised>());
        Assert.Equal((firing.Id, AlertCondition.Resolved), (over.Id, over.Condition));
    }

    [Theory]
    [InlineData(29.999, 0)]
    [InlineData(30, 1)]
    public async Task A_route_that_has_not_worked_yet_is_told_once_its_listener_had_the_time_to_start(double seconds, int told)
    {
        _routes.CameBack("HostDown");
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await _alerts.Once();
        Assert.Equal(told, _history.Take<AlertRaised>().Count);
    }

    [Fact]
    public async Task Alerts_that_reach_no_queue_themselves_are_told_in_their_order_once_they_do()
    {
        _routes.Arrived(nameof(AlertRaised));
        _routes.CameBack(nameof(AlertRaised));
        _history.Unrouted = m => m is AlertRaised;
        await _alerts.Once();
        _history.Unrouted = _ => false;
        _routes.Arrived(nameof(AlertRaised));
        await _alerts.Once();
        await _publisher.Once();
        Assert.Equal([AlertCondition.Firing, AlertCondition.Resolved], _history.Take<AlertRaised>().Select(a => a.Condition));
    }

    public void Dispose()
    {
        _alerts.Dispose();
        _publisher.Dispose();
    }
}
