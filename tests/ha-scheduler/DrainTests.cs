namespace Holdfast.HaScheduler.Tests;

/// <summary>A host that is to be empty, and the ticket that says how far it is.</summary>
public sealed class DrainTests : OperationScene
{
    private static readonly Drain Disk = new("new disk", "ann", new DateTimeOffset(2026, 1, 1, 0, 0, 3, TimeSpan.Zero));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_drained_host_is_left_without_overlap_whenever_the_scheduler_dies(int phase)
    {
        var (host, other) = await OneTaskRuns();
        for (var i = 0; i < 8; i++)
        {
            if (i == phase)
            {
                Reborn(host, other);
            }

            _life.Drains(host, Disk);
            await _life.Pass();
            _life.ObeyAll(host, other);
            Assert.True(_life.Says(host).Concat(_life.Says(other)).Count(c => c.Pid is not null) <= 1);
        }

        await Is(Ticket(host), TicketStatus.Successful, "epoch 3");
        var (ticket, part) = await Look(Ticket(host));
        Assert.Equal((TicketKind.Drain, "ann", "new disk", other, 1), (ticket.Kind, ticket.By, ticket.Reason, part.Target, ticket.Done));
        Assert.Equal((other, DesiredState.Running), (_life.Component("t1").Host, _life.Component("t1").Desired));
    }

    [Fact]
    public async Task A_drain_without_room_stops_nothing_and_says_what_is_missing()
    {
        var (host, other) = await OneTaskRuns();
        _life.HasQuota(other, others: 0);
        _life.Drains(host, Disk);
        _life.Bus.Take<ComponentPlaced>();
        await _life.Pass(70);
        await Is(Ticket(host), TicketStatus.InProgress, "HA-207");
        Assert.Contains("others 0 of 0", (await Look(Ticket(host))).Part.Note, StringComparison.Ordinal);
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
        _life.HasQuota(other, others: 1);
        for (var i = 0; i < 4; i++)
        {
            await _life.Pass();
            _life.ObeyAll(host, other);
        }

        await Is(Ticket(host), TicketStatus.Successful);
    }

    [Fact]
    public async Task A_drain_that_is_ended_early_calls_off_what_has_not_stopped_yet()
    {
        var (host, other) = await OneTaskRuns();
        _life.Drains(host, Disk);
        await _life.Pass(2);
        Assert.NotNull(_life.Component("t1").Migration?.StoppingSince);
        _life.Drains(host, null);
        await _life.Pass(2);
        await Is(Ticket(host), TicketStatus.Successful, "the drain was ended");
        Assert.Equal("the drain was ended early", (await Look(Ticket(host))).Ticket.Note);
        Assert.Equal((host, null, DesiredState.Running),
            (_life.Component("t1").Host, _life.Component("t1").Migration, _life.Component("t1").Told));
        Assert.DoesNotContain(_life.Bus.Take<ComponentPlaced>(), p => p.Host == other);
    }

    [Fact]
    public async Task What_has_stopped_already_goes_on_elsewhere_though_the_drain_is_ended()
    {
        var (host, other) = await OneTaskRuns();
        _life.Drains(host, Disk);
        await _life.Pass(2);
        Says(host, ComponentState.Stopped);
        _life.Drains(host, null);
        await _life.Pass(2);
        Assert.Equal(other, _life.Component("t1").Host);
        await Is(Ticket(host), TicketStatus.Successful, "epoch 3");
    }

    [Fact]
    public async Task A_full_import_is_waited_for_and_an_ended_one_is_in_nobody_s_way()
    {
        var (host, other) = await OneTaskRuns();
        var import = _life.Component("t1") with { Id = "t1-full_import-1-0", Kind = ComponentKind.FullImport, Name = "f1" };
        await _life.Cluster.Components.Insert(import, default);
        _life.Reports(host, 1, Scene.Runs(_life.Component("t1")), Scene.Runs(import));
        _life.Drains(host, Disk);
        for (var i = 0; i < 4; i++)
        {
            await _life.Pass();
            _life.ObeyAll(host, other);
        }

        var waits = Assert.Single(_life.Cluster.SubTasks.All, p => p.Kind == TicketKind.Drain);
        Assert.Contains("HA-214", waits.Note, StringComparison.Ordinal);
        Assert.Equal((TicketStatus.InProgress, 1, 2), Counts());
        _life.Reports(host, 1, Scene.Runs(import, ComponentState.Completed, pid: null));
        await _life.Pass();
        Assert.Equal((TicketStatus.Successful, 2, 2), Counts());

        (string, int, int) Counts() =>
            _life.Cluster.Tickets.Find(Ticket(host)) is { } t ? (t.Status, t.Done, t.Total) : default;
    }

    [Fact]
    public async Task An_empty_host_is_drained_at_once_and_its_ticket_is_kept_while_it_is_drained()
    {
        var (host, other) = await OneTaskRuns();
        _life.Drains(other, Disk);
        await _life.Pass(2);
        Assert.Equal((TicketStatus.Successful, 0), _life.Cluster.Tickets.Find(Ticket(other)) is { } t ? (t.Status, t.Total) : default);
        await _life.Cluster.Tickets.Change(Ticket(other), d => d with { FinishedAt = d.CreatedAt.AddDays(-31) }, default);
        await _life.Pass(2);
        Assert.NotNull(_life.Cluster.Tickets.Find(Ticket(other)));
        _life.Drains(other, null);
        await _life.Pass(2);
        Assert.Null(_life.Cluster.Tickets.Find(Ticket(other)));
        Assert.Equal(host, _life.Component("t1").Host);
    }

    [Fact]
    public async Task A_store_on_the_host_is_waited_for_until_its_host_says_that_it_is_gone()
    {
        var (host, other) = await OneTaskRuns();
        var store = Scene.Runs(_life.Component("t1")) with { Kind = ComponentKind.Store, Name = "10.0.0.1-9000:mysql:0000000001" };
        _life.Reports(other, 1, store);
        _life.Drains(other, Disk);
        await _life.Pass(2);
        await Is(Ticket(other), TicketStatus.InProgress, "GET /api/v1/stores/10.0.0.1-9000%3Amysql%3A0000000001/history");
        // A scheduler that has not heard the host yet knows nothing of what is there.
        Reborn(host);
        await _life.Pass(2);
        await Is(Ticket(other), TicketStatus.InProgress);
        _life.Reports(other, 1);
        await _life.Pass(2);
        await Is(Ticket(other), TicketStatus.Successful, "gone from");
    }

    private static string Ticket(string host) => $"drain-{host}-20260101T000003";
}
