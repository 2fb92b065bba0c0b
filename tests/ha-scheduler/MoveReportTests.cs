using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tests;

/// <summary>oms_host_down_migrate_resource: a Full-Import that stays, or a full region, must not hold it back for ever.</summary>
public sealed class MoveReportTests : PassScene
{
    private static readonly Ticket Open =
        FailoverTicket.Open("i1", [Scene.Verdict("h1", HostState.Down)], [], Scene.Now) with { Total = 2, Done = 1 };

    private static readonly SubTask Left = FailoverTicket.Part("i1", Scene.Component("t1", "h1"), Scene.Now);

    [Theory]
    [InlineData("HA-207", true)]
    [InlineData("HA-214", true)]
    [InlineData("HA-206", true)]
    [InlineData("HA-204", true)]
    [InlineData("HA-217", true)]
    [InlineData("HA-210", false)]
    [InlineData("HA-202", false)]
    [InlineData(null, false)]
    public void What_waits_for_more_than_the_next_pass_is_told_beside_what_has_moved(string? code, bool told) =>
        Assert.Equal(told ? MoveNews.SomeMoved : MoveNews.Nothing, Decided(Open, code));

    [Fact]
    public void While_one_of_two_may_move_at_any_moment_nothing_is_told_of_the_other()
    {
        var other = FailoverTicket.Part("i1", Scene.Component("t2", "h1"), Scene.Now);
        var held = new Dictionary<string, Hold>
        {
            [Left.Component] = new(Left.Component, Reason.NoRoom, ""), [other.Component] = new(other.Component, Reason.Paced, ""),
        };
        Assert.Equal(MoveNews.Nothing, MoveReport.Decide(Open, [Left, other], held));
        Assert.Equal(MoveNews.SomeMoved, MoveReport.Decide(Open, [Left], held));
    }

    [Fact]
    public void It_is_told_once_and_its_end_before_the_whole()
    {
        Assert.Equal(MoveNews.Nothing, Decided(Open with { MovesNotified = 1 }, "HA-207"));
        Assert.Equal(MoveNews.Nothing, Decided(Open with { Done = 0 }, "HA-207"));
        var done = Open with { Status = TicketStatus.Successful, Done = 2 };
        Assert.Equal(MoveNews.AllMoved, Ended(done));
        Assert.Equal(MoveNews.WaitEnded, Ended(done with { MovesNotified = 1 }));
        Assert.Equal(MoveNews.AllMoved, Ended(done with { MovesNotified = 1, WaitEnded = true }));
        Assert.Equal(MoveNews.Nothing, Ended(done with { Announced = true }));
    }

    [Fact]
    public async Task It_names_what_waits_and_goes_out_again_when_the_rest_has_moved_and_never_before_the_host_is_told_down()
    {
        _life.Reports("h1");
        await _life.Pass();
        await _life.NewTask("t1");
        await _life.NewTask("t2");
        await _life.Pass();
        _life.Obeys("h1");
        await _life.Pass();
        _life.HasQuota("h2", 1);
        _life.Reports("h2");
        await _life.Pass();
        _life.FallsSilent("h1");
        await _life.Pass(DownAfter + 2);
        var told = _life.Bus.Take<AlertRaised>().Where(a => a.Host == "h1" && a.Event != AlertEvents.HostThreshold).ToList();
        Assert.Equal(AlertEvents.HostDown, told[0].Event);
        var some = Assert.Single(told, a => a.Event == AlertEvents.HostDownMigrateResource);
        Assert.Equal("1 component of host h1 was moved, 1 waits", some.Summary);
        Assert.Contains("Waiting: ", some.Description, StringComparison.Ordinal);
        Assert.Contains("HA-207", some.Description, StringComparison.Ordinal);

        await _life.Pass(5);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.HostDownMigrateResource);
        _life.HasQuota("h2", 2);
        await _life.Pass(3);
        var rest = _life.Bus.Take<AlertRaised>().Where(a => a.Event == AlertEvents.HostDownMigrateResource).ToList();
        Assert.Equal([AlertCondition.Resolved, AlertCondition.Firing], rest.Select(a => a.Condition));
        Assert.Equal((some.Id, "2 components of host h1 were moved"), (rest[0].Id, rest[1].Summary));
        Assert.True(rest[1].At > rest[0].At && rest[1].Id != some.Id);
        await _life.Pass(3);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.HostDownMigrateResource);
    }

    [Fact]
    public async Task What_stayed_since_its_host_came_back_ends_the_waiting_without_another_move_being_told()
    {
        var (host, other) = await TwoTasksOnOne();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 2);
        Assert.Contains(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.HostDownMigrateResource);
        _life.Reports(host, desiredVersion: 0);
        await _life.Pass(6);
        Assert.Equal([AlertCondition.Resolved], _life.Bus.Take<AlertRaised>()
            .Where(a => a.Event == AlertEvents.HostDownMigrateResource).Select(a => a.Condition));
        Assert.NotEqual(host, other);
    }

    [Fact]
    public async Task Each_host_of_an_IDC_that_is_lost_is_told_down()
    {
        foreach (var host in (string[])["h1", "h2"])
        {
            _life.Reports(host);
        }

        await _life.Pass();
        _life.FallsSilent("h1");
        _life.FallsSilent("h2");
        await _life.Pass(DownAfter + 2);
        var downs = _life.Bus.Take<AlertRaised>().Where(a => a.Event == AlertEvents.HostDown).ToList();
        Assert.Equal(["h1", "h2"], downs.Select(a => a.Host!).Distinct().Order());
    }

    private async Task<(string Host, string Other)> TwoTasksOnOne()
    {
        _life.Reports("h1");
        await _life.Pass();
        await _life.NewTask("t1");
        await _life.NewTask("t2");
        await _life.Pass();
        _life.Obeys("h1");
        _life.HasQuota("h2", 1);
        _life.Reports("h2");
        await _life.Pass();
        return ("h1", "h2");
    }

    private static MoveNews Ended(Ticket ticket) => MoveReport.Decide(ticket, [], new Dictionary<string, Hold>());

    private static MoveNews Decided(Ticket ticket, string? code)
    {
        Reason[] reasons = [Reason.NoRoom, Reason.NotMoved, Reason.Brake, Reason.Cooldown, Reason.AwaitsApproval, Reason.Paced,
            Reason.FeedInterrupted];
        var held = code is null ? new Dictionary<string, Hold>() : new Dictionary<string, Hold>
        {
            [Left.Component] = new(Left.Component, Array.Find(reasons, r => r.Code == code)!, "because"),
        };
        return MoveReport.Decide(ticket, [Left], held);
    }
}
