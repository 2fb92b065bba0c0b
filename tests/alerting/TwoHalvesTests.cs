namespace Holdfast.Alerting.Tests;

/// <summary>Deliveries of one step are written while the next step is decided, unless the two have something in common.</summary>
public sealed class TwoHalvesTests : IAsyncLifetime
{
    private readonly World _world = new();
    private readonly Held _deliveries;
    private readonly World.Pipeline _over;

    public TwoHalvesTests()
    {
        _deliveries = new Held(_world.Deliveries);
        _over = _world.Over(deliveries: _deliveries);
    }

    private static CancellationToken Cancel => World.Cancel;

    public async ValueTask InitializeAsync() => await _world.Channels.Insert(Webhook(), Cancel);

    public async ValueTask DisposeAsync()
    {
        _deliveries.Gate.TrySetResult();
        await _world.DisposeAsync();
    }

    /// <summary>Deliveries that are not there yet, and one that cannot be.</summary>
    private sealed class Held(IDocuments<Delivery> deliveries) : PassingDocuments<Delivery>(deliveries)
    {
        internal TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal string? Impossible { get; set; }

        public override async Task<bool> Insert(Delivery document, long version, CancellationToken cancel)
        {
            await Gate.Task;
            return document.Fingerprint == Impossible ? throw new ArithmeticException() : await base.Insert(document, version, cancel);
        }
    }

    [Fact]
    public async Task The_next_alert_is_written_while_deliveries_of_the_last_are_and_nobody_is_answered_too_early()
    {
        var first = Raise(Firing(T0, "host-1"));
        var second = Raise(Firing(T0, "host-2"));
        await Stored("host-1");
        await Stored("host-2");
        Assert.False(first.IsCompleted || second.IsCompleted);
        _deliveries.Gate.SetResult();
        await Task.WhenAll(first, second);
        Assert.Equal(2, (await _world.AllDeliveries()).Count);
    }

    [Fact]
    public async Task An_end_waits_for_the_deliveries_of_its_beginning_and_is_told_to_who_is_told_of_that()
    {
        var beginning = Raise(Firing(T0));
        await Stored("host-1");
        var end = Raise(Resolved(T0.AddSeconds(1)));
        await NothingElseIsWritten(AlertCondition.Firing);
        _deliveries.Gate.SetResult();
        await Task.WhenAll(beginning, end);
        Assert.Equal(
            [AlertCondition.Firing, AlertCondition.Resolved], (await _world.AllDeliveries()).Select(d => d.Condition).Order());
    }

    [Fact]
    public async Task What_follows_from_a_Down_host_waits_for_its_deliveries_too()
    {
        var host = Raise(Firing(T0, "host-1"));
        await Stored("host-1");
        var task = Raise(Firing(T0, "task-1") with { Event = AlertEvents.SyncFailed, Scope = AlertScope.Task, Host = "host-1" });
        await NothingElseIsWritten(AlertCondition.Firing);
        _deliveries.Gate.SetResult();
        await Task.WhenAll(host, task);
        Assert.Equal((await host).Alert.Id, (await _world.Find((await task).Alert.Id)).Parent);
    }

    [Fact]
    public async Task Of_all_who_came_together_one_whose_deliveries_cannot_be_written_fails_alone()
    {
        _deliveries.Impossible = Some.Alert().Fingerprint;
        var before = Raise(Firing(T0, "host-0"));
        await Stored("host-0");
        var others = new[] { "host-3", "host-2", "host-1" }.Select(host => Raise(Firing(T0, host))).ToList();
        _deliveries.Gate.SetResult();
        await Task.WhenAll(before, others[0], others[1]);
        await Assert.ThrowsAsync<ArithmeticException>(() => others[2]);
        Assert.Equal(3, (await _world.AllDeliveries()).Count);
    }

    [Fact]
    public async Task Who_is_told_to_nobody_is_written_once_and_not_looked_at_soon()
    {
        await _world.Channels.Delete("ops", 1, Cancel);
        var (_, alert) = await Raise(Firing(T0));
        var stored = (await _world.Alerts.Find(alert.Id, Cancel))!.Value;
        Assert.Equal((1, T0 + Completion.After), (stored.Version, stored.Document.DueAt));
    }

    [Fact]
    public async Task A_round_is_written_before_its_deliveries_so_that_an_end_that_comes_between_is_told()
    {
        _deliveries.Gate.SetResult();
        var (_, alert) = await Raise(Firing(T0));
        await _world.Deliveries.Replace((await _world.AllDeliveries()).Single().Sent(T0.AddSeconds(1)), 1, Cancel);
        await _world.Alerts.Replace(
            (await _world.Find(alert.Id)) with { ChildHeardAt = T0.AddSeconds(9), DigestAt = T0.AddSeconds(10) }, 1, Cancel);
        _world.Time.Advance(TimeSpan.FromSeconds(11));
        _deliveries.Impossible = alert.Fingerprint;
        await Assert.ThrowsAsync<ArithmeticException>(() => _over.Planner.Plan(alert.Id, Cancel));
        Assert.Equal(2, (await _world.Find(alert.Id)).Generation);
        _deliveries.Impossible = null;
        await Raise(Resolved(T0.AddSeconds(12)));
        Assert.Equal((3, AlertCondition.Resolved), (await _world.AllDeliveries()).Select(d => (d.Generation, d.Condition)).Last());
    }

    private Task<Transitioned> Raise(AlertRaised raised) => _over.Intake.Accept(raised, null, Cancel);

    private Task<TimeSpan> Stored(string host) => Eventually.Holds(
        async () => (await _world.Alerts.Query(DocumentQuery<Alert>.All, Cancel)).Items.Any(a => a.Document.Target == host)
            ? null : $"the alert of {host}",
        Ticks.Limit);

    /// <summary>For long enough that it would have been.</summary>
    private async Task NothingElseIsWritten(AlertCondition condition)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancel);
        var stored = Assert.Single((await _world.Alerts.Query(DocumentQuery<Alert>.All, Cancel)).Items).Document;
        Assert.Equal(condition, stored.Condition);
    }
}
