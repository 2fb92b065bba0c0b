using Holdfast.StoreManager.Tickets;
using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>A host is to be empty: its Stores are replaced elsewhere first, and go once nobody needs them there.</summary>
public sealed class VacatingTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public VacatingTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    private static ObservedStore Drained(StoreHealth standing = Running, long seq = 1) => Seen(standing, seq) with { HostDrains = true };

    private static SubtopicView With(params IReadOnlyList<ObservedStore> stores) => Of(stores).ReadAt(Clock(9, 30));

    [Theory]
    [InlineData(true, Autonomy.Auto)]
    [InlineData(false, Autonomy.Auto)]
    [InlineData(true, Autonomy.Observe)]
    public void A_running_store_on_a_host_that_is_to_be_empty_is_replaced_whatever_the_switches_say(bool enable, Autonomy autonomy)
    {
        var create = Assert.IsType<Create>(With(Drained()).Decide(Scene.Config with { Enable = enable, Autonomy = autonomy }));
        Assert.Equal((StoreOrigin.Drain, Clock(9, 30) - 10), (create.Origin, create.From));
        Assert.StartsWith("h1 is to be empty", create.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Threshold_and_cooldown_hold_it()
    {
        Assert.Equal("ST-205", With(Drained()).With(d => d with { Threshold = 1 }).Decide().Code());
        Assert.Equal("ST-206", With(Drained()).With(d => d with { OperatedAt = Now.AddSeconds(-599) }).Decide().Code());
        Assert.Equal("create", With(Drained()).With(d => d with { OperatedAt = Now.AddSeconds(-600) }).Decide().Code());
    }

    [Theory]
    [InlineData(Running, 30, "ST-216")]
    [InlineData(Running, 31, "create")]
    [InlineData(Starting, 30, "ST-204")]
    [InlineData(Starting, 31, "create")]
    [InlineData(Abnormal, 30, "create")]
    public void Another_one_elsewhere_counts_when_it_reaches_as_far_back_as_is_needed(StoreHealth standing, int minute, string code) =>
        Assert.Equal(code, With(Drained(), Seen(standing, 2, Clock(9, minute), host: "h2")).Decide().Code());

    [Fact]
    public void What_the_source_does_not_keep_any_more_is_not_tried_again_and_again()
    {
        var view = With(Drained(), Seen(Running, 2, Clock(9, 40), host: "h2"))
            .With(d => d with { Source = new SourceLog { RetentionSec = 1200 } });
        Assert.Equal("ST-215", view.Decide().Code());
    }

    [Fact]
    public void It_goes_once_another_one_serves_all_also_while_it_is_read_and_HA_is_off()
    {
        var view = With(Drained() with { Readers = 3 }, Seen(Running, 2, Clock(9, 30), host: "h2"));
        var off = Terms(Scene.Config with { Enable = false });
        var gone = Assert.Single(Cleanup.Of(view, off, Now));
        Assert.Equal((view.Stores[0].Store.Name, true), (gone.Store, gone.IsAllowed));
        Assert.StartsWith("h1 is to be empty", gone.Because, StringComparison.Ordinal);
        Stays(view.Unseen());
        Stays(With(Drained(), Seen(Running, 2, Clock(9, 31), host: "h2")));
        Stays(With(Drained(Stopped), Seen(Running, 2, Clock(9, 30), host: "h2")));
        Stays(With(Drained(), Drained(seq: 2)));

        void Stays(SubtopicView other) => Assert.DoesNotContain(Cleanup.Of(other, off, Now), s => s.IsAllowed);
    }

    [Fact]
    public void The_last_acknowledged_position_of_a_stopped_task_is_enough_and_an_unknown_one_is_not()
    {
        var view = With(Drained(), Seen(Running, 2, Clock(9, 30), host: "h2")).Unseen();
        var known = view with { Consumers = [.. view.Consumers.Select(c => c with { IsEvidence = true })] };
        Assert.Equal(view.Stores[0].Store.Name, Assert.Single(Cleanup.Of(known, Terms(), Now)).Store);
        Assert.Contains("goes with the next pass", Assert.IsType<Hold>(known.Decide()).Because, StringComparison.Ordinal);
        var unknown = view with { Consumers = [] };
        Assert.Empty(Cleanup.Of(unknown, Terms(), Now));
        Assert.Contains("the position of t1 was never seen", Assert.IsType<Hold>(unknown.Decide()).Because, StringComparison.Ordinal);
        var behind = known with { Stores = [known.Stores[0], Seen(Running, 2, Clock(9, 30), Clock(9, 29), host: "h2")] };
        Assert.Empty(Cleanup.Of(behind, Terms(), Now));
        Assert.Contains("no other one has reached", Assert.IsType<Hold>(behind.Decide()).Because, StringComparison.Ordinal);
        // A removal that nobody ordered still waits until every position is seen.
        var surplus = Scene.Of(Seen(Running, 1, Clock(8, 0)), Seen(Running, 2, Clock(9, 0))).ReadAt(Clock(9, 0)).Unseen();
        Assert.Empty(Cleanup.Of(surplus with { Consumers = [.. surplus.Consumers.Select(c => c with { IsEvidence = true })] },
            Terms(Scene.Config with { ClearRedundantStores = true }), Now));
    }

    [Fact]
    public async Task A_drain_does_not_wait_for_a_task_that_is_stopped_and_that_no_host_lists_any_more()
    {
        await _life.Configure(new HaConfig());
        _life.Hears(Requests.Report("n1") with { Idc = "a" });
        var position = _time.GetUtcNow().ToUnixTimeSeconds();
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = position });
        var first = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Hears(Requests.Report("n2") with { Idc = "b" });
        _life.Runs("n1", Requests.Component(first, ComponentState.Running));
        _life.Hosts.Hear(_life.Batch() with
        {
            Registrations = [new HostRegistration("n1", Quotas.Unset, []) { Drain = new Drain("new disk", "ada", default) }],
        });
        await _life.Loop.Once();
        var second = Assert.Single(_life.Bus.Take<ComponentPlaced>(), p => p.Host == "n2");
        _life.Runs("n2", Requests.Component(second, ComponentState.Running) with { End = position });
        await _life.Loop.Once();
        Assert.Equal([DesiredState.Absent, DesiredState.Running], Desired());
        var page = await _life.Get<TicketStore>().List("mysql", null, 100, default);
        var removal = Assert.Single(page.Items.Select(i => i.Document), t => t.Kind == TicketKind.Delete);
        Assert.Equal(("drain", TicketStatus.InProgress, first.Component, "n1"),
            (removal.By, removal.Status, removal.Store, removal.Host));
        Assert.StartsWith("n1 is to be empty", removal.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Why_one_stays_is_said()
    {
        var hold = Assert.IsType<Hold>(With(Drained(Stopped), Seen(Running, 2, Clock(9, 30), host: "h2")).Decide());
        Assert.Equal("ST-216", hold.Reason.Code);
        Assert.Contains("on h1: an operator has paused it", hold.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Consumers_are_led_to_the_one_that_stays()
    {
        var stays = Seen(Running, 1, host: "h2") with { Readers = 9 };
        Assert.Equal(stays, Resolving.Best([Drained(seq: 2), stays], Clock(9, 30), null));
    }

    [Fact]
    public async Task A_drained_host_s_store_runs_until_the_new_one_serves_and_is_then_removed()
    {
        await _life.Configure(new HaConfig());
        _life.Hears(Requests.Report("n1") with { Idc = "a" });
        var position = _time.GetUtcNow().ToUnixTimeSeconds();
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = position });
        var first = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Hears(Requests.Report("n2") with { Idc = "b" });
        _life.Runs("n1", Requests.Component(first, ComponentState.Running, new ConsumerCheckpoint("t1", position)));
        _life.Hosts.Hear(_life.Batch() with
        {
            Registrations = [new HostRegistration("n1", Quotas.Unset, []) { Drain = new Drain("new disk", "ada", default) }],
        });
        await _life.Loop.Once();
        var second = Assert.Single(_life.Bus.Take<ComponentPlaced>(), p => p.Host == "n2");
        Assert.Equal([DesiredState.Running, DesiredState.Running], Desired());
        _life.Runs("n2", Requests.Component(second, ComponentState.Starting));
        await _life.Loop.Once();
        Assert.Equal("ST-204", _life.Why());
        Assert.Equal([DesiredState.Running, DesiredState.Running], Desired());
        _life.Runs("n2", Requests.Component(second, ComponentState.Running) with { End = position });
        await _life.Loop.Once();
        Assert.Equal([DesiredState.Absent, DesiredState.Running], Desired());
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p is { Host: "n1", Desired: DesiredState.Absent });
    }

    private List<DesiredState> Desired() => [.. _life.Store("mysql").Stores.Select(s => s.Desired)];

    [Theory]
    [InlineData(true, true, Running, false, true)]
    [InlineData(true, true, Abnormal, false, true)]
    [InlineData(true, true, Starting, false, true)]
    [InlineData(true, true, Stopped, false, false)]
    [InlineData(true, true, Unheard, false, false)]
    [InlineData(false, true, Running, false, false)]
    [InlineData(true, false, Running, false, false)]
    [InlineData(true, true, Running, true, false)]
    public void It_may_go_once_another_one_serves_elsewhere(bool drains, bool serves, StoreHealth standing, bool successorDrains,
        bool goes)
    {
        var seen = Seen(standing) with { HostDrains = drains, HostServes = serves };
        Assert.Equal(goes, Vacating.MayGo(seen, Seen(Running, 2) with { HostDrains = successorDrains }));
        Assert.False(Vacating.MayGo(seen, null));
    }

    [Theory]
    [InlineData(Running, true)]
    [InlineData(Abnormal, false)]
    [InlineData(Stopped, false)]
    [InlineData(Starting, false)]
    public void Only_one_that_runs_is_replaced_for_the_drain(StoreHealth standing, bool decides) =>
        Assert.Equal(decides, Vacating.Decide(With(Drained(standing)), Terms(), Now) is not null);

    [Theory]
    [InlineData(5, "t2, t3, t4, t5, t6 was never seen")]
    [InlineData(6, "t2, t3, t4, t5, t6 was never seen")]
    public void Five_tasks_are_named_whose_position_nobody_knows(int unknown, string named)
    {
        var view = With(Drained());
        view = view.With(d => d with { Tasks = [.. Enumerable.Range(1, unknown + 1).Select(i => $"t{i}")] });
        Assert.Contains("the position of " + named, Vacating.WhyStays(view), StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_being_removed_does_not_stay()
    {
        Assert.Null(Vacating.WhyStays(With(Drained(Leaving), Seen(Running, 2))));
        Assert.Null(Vacating.WhyStays(With(Seen(Running))));
    }
}
