using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests.Suspects;

/// <summary>Suspicion in whole passes, over a state file. Profile fast: Down after 8 s, suspectWindow 24 s, cooldown 20 s.</summary>
[Trait("Category", "slow")]
public sealed class SuspectPassTests : PassScene
{
    private static readonly string[] Hosts = ["h1", "h2", "h3", "h4", "h5", "h6", "h7"];

    /// <summary>The component came to h1 and then to another host, and both fell soon after; the hosts, in that order.</summary>
    private async Task<(string First, string Second)> Suspect()
    {
        foreach (var host in Hosts)
        {
            _life.Reports(host);
        }

        await _life.Pass();
        await _life.NewTask("t1");
        await _life.Pass();
        var first = await Fall();
        var second = await Fall();
        return (first, second);
    }

    /// <summary>It runs where it is, and two seconds later its host falls silent, until that is Down.</summary>
    private async Task<string> Fall()
    {
        var host = _life.Component("t1").Host!;
        _life.Obeys(host);
        await _life.Pass(2);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        return host;
    }

    private async Task<WhyView> Why(string id) => Assert.IsType<WhyView>(await _life.Get<WhyAnswers>().Of(id, default));

    [Fact]
    public async Task The_second_fall_makes_it_suspect_and_why_names_the_true_cause()
    {
        var (first, second) = await Suspect();
        await _life.Pass(2);
        var component = _life.Component("t1");
        Assert.Equal((second, true), (component.Host, component.Suspicion!.IsSuspect));
        Assert.Equal([first, second], component.Suspicion.Hosts);
        var why = await Why(component.Id);
        Assert.Equal(Reason.SuspectWaits.Code, why.Code);
        Assert.Contains($"{first} and {second} went Down in a row", why.Sentence, StringComparison.Ordinal);
        var ofHost = await Why(first);
        Assert.Equal(Reason.DownWithSuspect.Code, ofHost.Code);
        Assert.Contains(component.Id, ofHost.Sentence, StringComparison.Ordinal);
        Assert.Contains(component.Id, (await Why(second)).Sentence, StringComparison.Ordinal);
        var alert = Assert.Single(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.ComponentSuspect);
        Assert.Contains(component.Id, alert.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_comes_back_is_told_to_keep_it_stopped()
    {
        var (_, second) = await Suspect();
        await _life.Pass();
        Assert.Equal(DesiredState.Stopped, _life.Bus.Take<ComponentPlaced>().Last(p => p.Host == second).Desired);
    }

    [Fact]
    public async Task A_restart_forgets_nothing_and_its_turn_comes()
    {
        var (_, second) = await Suspect();
        await _life.Pass();
        Restart();
        foreach (var host in Hosts)
        {
            _life.Reports(host);
        }

        _life.FallsSilent(second);
        await _life.Pass(10);
        Assert.True(_life.Component("t1").Suspicion is { IsSuspect: true, TriedAt: null });
        await _life.Pass(24);
        var tried = _life.Component("t1");
        Assert.NotEqual(second, tried.Host);
        Assert.NotNull(tried.Suspicion!.TriedAt);
        _life.Obeys(tried.Host!);
        await _life.Pass(2);
        Assert.Equal(Reason.SuspectWatched.Code, (await Why(tried.Id)).Code);
        await _life.Pass(30);
        Assert.Null(_life.Component("t1").Suspicion);
        Assert.Equal(Reason.Healthy.Code, (await Why(tried.Id)).Code);
    }

    [Fact]
    public async Task The_third_host_holds_it_until_a_person_releases_it()
    {
        await Suspect();
        await _life.Pass(40);
        var third = await Fall();
        await _life.Pass(2);
        var held = _life.Component("t1");
        Assert.Equal((third, HeldFor.Hosts), (held.Host, held.Suspicion!.HeldFor));
        Assert.Equal(Reason.SuspectHeld.Code, (await Why(held.Id)).Code);
        var alert = Assert.Single(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.ComponentHeld);
        Assert.Equal((held.Id, AlertCondition.Firing), (alert.Target, alert.Condition));
        await _life.Pass(60);
        Assert.Equal(third, _life.Component("t1").Host);

        Assert.True(await _life.Get<SuspectBoard>().Release(held.Name!, "ana", "mended", default));
        Assert.False(await _life.Get<SuspectBoard>().Release("nobody", "ana", null, default));
        await _life.Pass(22);
        var released = _life.Component("t1");
        Assert.NotEqual(third, released.Host);
        Assert.False(released.Suspicion is { IsSuspect: true });
        Assert.Contains(_life.Bus.Take<AlertRaised>(),
            a => a is { Event: AlertEvents.ComponentHeld, Condition: AlertCondition.Resolved });
    }

    [Fact]
    public async Task A_new_command_of_its_task_releases_it()
    {
        var (_, second) = await Suspect();
        await _life.Pass(2);
        var changed = await _life.Get<TaskEditing>().Change("t1", new TaskChange { IncrSync = new(["mended"]) }, null, default);
        Assert.Null(changed.Fault);
        Assert.Null(_life.Component("t1").Suspicion);
        await _life.Pass(22);
        Assert.NotEqual(second, _life.Component("t1").Host);
        Assert.False(_life.Component("t1").Suspicion is { IsSuspect: true });
    }

    [Fact]
    public async Task A_move_by_hand_needs_no_turn()
    {
        var (_, second) = await Suspect();
        await _life.Pass();
        var opened = await _life.Get<ComponentOperations>().Open(
            new Order(TicketKind.Migrate, Components: [_life.Component("t1").Id]), default);
        Assert.Null(opened.Fault);
        await _life.Pass(3);
        var moved = _life.Component("t1");
        Assert.NotEqual(second, moved.Host);
        Assert.True(moved.Suspicion is { IsSuspect: true, TriedAt: not null });
    }

    [Fact]
    public async Task A_subtopic_whose_Stores_two_hosts_fell_with_is_told_before_the_second_fall_is()
    {
        foreach (var host in (string[])["h1", "h2", "h3"])
        {
            _life.Reports(host);
        }

        await _life.Pass();
        await StoreFalls("h1", 1);
        Assert.DoesNotContain(_life.Bus.Take<StoreSuspected>(), s => s.Standing != SuspectStanding.Cleared);
        await StoreFalls("h2", 2);
        var said = Assert.Single(_life.Bus.Take<StoreSuspected>());
        Assert.Equal(("mysql", SuspectStanding.Waits), (said.Subtopic, said.Standing));
        Assert.Equal(["h1", "h2"], said.Hosts);
        await _life.Pass();
        Assert.Equal(Reason.SuspectWaits.Code, (await Why("subtopic:mysql")).Code);

        Assert.True(await _life.Get<SuspectBoard>().Release("mysql", "ana", null, default));
        await _life.Pass();
        Assert.Equal(SuspectStanding.Cleared, Assert.Single(_life.Bus.Take<StoreSuspected>()).Standing);
    }

    private async Task StoreFalls(string host, int number)
    {
        await _life.Cluster.Take(new StorePlaced
        {
            Store = $"10.0.0.1-9000:mysql:{number:d10}", Subtopic = "mysql", Region = "north", Host = host, Revision = number,
            Desired = DesiredState.Running, StartTimestamp = 1, At = _time.GetUtcNow(),
        }, default);
        await _life.Pass(2);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
    }
}
