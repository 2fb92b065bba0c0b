using Holdfast.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The whole way of a host that flaps. Profile fast: Down after 8 s, a unit of 5 s, a quiet time of 50 s.</summary>
[Trait("Category", "slow")]
public sealed class FlappingPassTests : PassScene
{
    private HostVerdict Verdict(string host) => _life.Cluster.Hosts.Find(host)!;

    private async Task Falls(string host)
    {
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        Assert.Equal(HostState.Down, Verdict(host).State);
    }

    private async Task Returns(string host)
    {
        _life.Reports(host); // fenced: nothing runs there
        await _life.Pass(2);
        Assert.Equal(HostState.Online, Verdict(host).State);
    }

    private async Task<(string Host, string Other)> FellTwice()
    {
        var (host, other) = await OneTaskRuns();
        for (var fall = 0; fall < 2; fall++)
        {
            await Falls(host);
            _life.Obeys(other);
            await Returns(host);
        }

        return (host, other);
    }

    [Fact]
    public async Task After_its_second_return_no_new_work_comes_to_it_until_its_hold_off_has_passed()
    {
        var (host, other) = await FellTwice();
        Assert.Equal(2, Verdict(host).Returns);
        await _life.NewTask("t2");
        await _life.Pass();
        Assert.Equal(other, _life.Component("t2").Host);
        await _life.Pass(10);
        await _life.NewTask("t3");
        await _life.Pass();
        Assert.Equal(host, _life.Component("t3").Host);
    }

    [Fact]
    public async Task An_operator_releases_it_at_once()
    {
        var (host, _) = await FellTwice();
        Assert.NotNull(_life.Get<HoldOffBoard>().Of(Verdict(host)));
        Assert.True(await _life.Get<HoldOffBoard>().Release(host, "ana", "a cable", default));
        Assert.False(await _life.Get<HoldOffBoard>().Release("nobody", "ana", null, default));
        await _life.NewTask("t2");
        await _life.Pass();
        Assert.Equal(host, _life.Component("t2").Host);
        Assert.Null(_life.Get<HoldOffBoard>().Counts(Verdict(host)));
    }

    [Fact]
    public async Task People_are_told_once_that_it_flaps_and_once_that_it_is_over()
    {
        var (host, _) = await FellTwice();
        await _life.Pass();
        var told = Assert.Single(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.HostFlaps);
        Assert.Equal((host, AlertCondition.Firing), (told.Target, told.Condition));
        await Falls(host);
        await Returns(host);
        await _life.Pass(20);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.HostFlaps && a.Id != told.Id);
        await _life.Pass(65);
        Assert.Single(_life.Bus.Take<AlertRaised>(), a => a is { Event: AlertEvents.HostFlaps, Condition: AlertCondition.Resolved });
    }

    [Fact]
    public async Task A_fall_with_nothing_to_move_opens_no_ticket_while_it_flaps()
    {
        var (host, _) = await FellTwice();
        var before = _life.Cluster.Tickets.All.Count(t => t.IsFailover);
        await Falls(host);
        Assert.Equal(before, _life.Cluster.Tickets.All.Count(t => t.IsFailover));
    }

    [Fact]
    public async Task The_store_manager_is_told_to_which_hosts_no_Store_is_to_come_and_that_there_are_none_any_more()
    {
        var (host, _) = await FellTwice();
        await _life.Pass();
        Assert.Equal(host, Assert.Single(_life.Bus.Take<HostsAvoided>()[^1].Hosts).Host);
        await _life.Pass(12);
        Assert.Empty(_life.Bus.Take<HostsAvoided>()[^1].Hosts);
        await _life.Pass(6);
        Assert.Empty(_life.Bus.Take<HostsAvoided>());
    }

    [Fact]
    public async Task Another_life_of_the_scheduler_goes_on_counting()
    {
        var (host, _) = await FellTwice();
        Restart();
        _life.Reports("h1");
        _life.Reports("h2");
        await _life.Pass(2);
        Assert.Equal(2, Verdict(host).Returns);
        Assert.NotNull(_life.Get<HoldOffBoard>().Of(Verdict(host)));
    }
}
