namespace Holdfast.StoreManager.Tests;

/// <summary>Effects of requests, and of a look, on a subtopic.</summary>
public sealed class AskingTests
{
    private static readonly StoreRequested Request = Requests.Of("t1");
    private static readonly SubtopicDocument First = Asking.First(Request)!;

    [Fact]
    public void The_first_request_makes_the_subtopic_and_a_first_release_makes_nothing()
    {
        Assert.Equal(("mysql", "north", 100L), (First.Subtopic, First.Region, First.StartTimestamp));
        Assert.Equal(["t1"], First.Tasks);
        Assert.Null(Asking.First(Request with { Desired = DesiredState.Absent }));
    }

    [Fact]
    public void A_request_said_again_changes_nothing() => Assert.Same(First, Asking.After(First, Request));

    [Fact]
    public void A_task_that_was_changed_has_its_new_tags_and_the_Stores_to_come_its_new_command()
    {
        var store = new Store("10.0.0.1-9000:mysql:0000000001", "h1", 1, 100, DesiredState.Running, default);
        var before = First with { Stores = [store], Needs = [First.Needs[0] with { IsMet = true }] };
        var after = Asking.After(before, Request with { TaskTags = ["payments"], Command = ["other"], StartTimestamp = 900 });
        Assert.Equal((true, 100L, "payments"), (after.Needs[0].IsMet, after.Needs[0].From, after.Needs[0].Tags![0]));
        Assert.Equal(("other", First.Command[0]), (after.Command[0], after.Stores[0].Command![0]));
    }

    [Fact]
    public void Another_configuration_is_for_Stores_to_come_and_those_there_keep_theirs()
    {
        var store = new Store("10.0.0.1-9000:mysql:0000000001", "h1", 1, 100, DesiredState.Running, default);
        var without = First with { Stores = [store] };
        var after = Asking.After(without, Request, "{}");
        Assert.Equal(("{}", null), (after.Config, after.ConfigOf(after.Stores[0])));
        var with = Asking.First(Request, "{}")! with { Stores = [store] };
        Assert.Equal("{}", with.ConfigOf(store));
        var changed = Asking.After(with, Request, """{"a":1}""");
        Assert.Equal(("""{"a":1}""", "{}"), (changed.Config, changed.ConfigOf(changed.Stores[0])));
        Assert.Same(with, Asking.After(with, Request, "{}"));
    }

    [Fact]
    public void What_several_tasks_share_keeps_its_configuration()
    {
        var shared = Asking.After(Asking.First(Request, "{}")!, Requests.Of("t2"), """{"b":2}""");
        Assert.Equal("""{"b":2}""", shared.Config); // no Store was made yet, as with a command
        var made = shared with { Stores = [new Store("s", "h1", 1, 100, DesiredState.Running, default)] };
        Assert.Same(made, Asking.After(made, Request, """{"c":3}"""));
        Assert.Equal("""{"b":2}""", Asking.After(made, Requests.Of("t3"), null).Config);
    }

    [Fact]
    public void What_several_tasks_share_keeps_its_command()
    {
        var shared = Asking.After(First, Requests.Of("t2"));
        Assert.Same(shared, Asking.After(shared, Request with { Command = ["other"] }));
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(150, 100)]
    public void A_second_task_shares_and_the_earlier_position_holds(long start, long holds)
    {
        var shared = Asking.After(First, Requests.Of("t2") with { StartTimestamp = start });
        Assert.Equal(["t1", "t2"], shared.Tasks);
        Assert.Equal(holds, shared.StartTimestamp);
    }

    [Fact]
    public void A_task_that_leaves_takes_only_itself_away()
    {
        var shared = Asking.After(First, Requests.Of("t2"));
        Assert.Equal(["t2"], Asking.After(shared, Request with { Desired = DesiredState.Absent }).Tasks);
        Assert.Same(shared, Asking.After(shared, Requests.Of("t3") with { Desired = DesiredState.Absent }));
    }

    [Fact]
    public void A_subtopic_that_nobody_needed_begins_anew_with_the_next_request()
    {
        var again = Asking.After(First with { Tasks = [] },
            Requests.Of("t2") with { StartTimestamp = 900, Region = "south", Command = ["other"] });
        Assert.Equal((900L, "south", "other"), (again.StartTimestamp, again.Region, again.Command[0]));
    }

    [Fact]
    public void What_is_one_task_s_alone_is_given_to_no_other()
    {
        var own = Asking.First(Request with { Shared = false })!;
        Assert.Same(own, Asking.After(own, Requests.Of("t2")));
        Assert.Same(First, Asking.After(First, Requests.Of("t2") with { Shared = false }));
        Assert.Same(First, Asking.After(First, Requests.Of("t2", region: "south")));
    }

    [Fact]
    public void A_store_that_is_being_removed_serves_nobody_who_comes_now()
    {
        var leaving = Settle(Placed with { Tasks = [], Needs = [] }, gone: false);
        var again = Asking.After(leaving, Request);
        var both = WithStore(again, Assert.IsType<Create>(StoreRules.Decide(View(again), Scene.Terms(), Scene.Now)).From);
        Assert.Equal([DesiredState.Absent, DesiredState.Running], both.Stores.Select(s => s.Desired));
        Assert.Equal(DesiredState.Running, Assert.Single(Settle(both, gone: true).Stores).Desired);
    }

    [Fact]
    public void A_store_has_the_reference_s_name_and_a_number_that_never_comes_again()
    {
        var name = Assert.Single(Placed.Stores).Name;
        Assert.Equal(("10.0.0.7-9000:mysql:0000000001", "mysql"), (name, StoreName.SubtopicOf(name)));
        var second = WithStore(Placed with { Stores = [] }, 100);
        Assert.Equal((2L, "10.0.0.7-9000:mysql:0000000002"), (second.Seq, Assert.Single(second.Stores).Name));
    }

    [Theory]
    [InlineData("fe80::1-9000:a:b:0000000001", "a:b")]
    [InlineData("10.0.0.1-9000:mysql", null)]
    [InlineData("nonsense", null)]
    [InlineData("", null)]
    public void The_subtopic_is_in_a_store_s_name(string name, string? subtopic) => Assert.Equal(subtopic, StoreName.SubtopicOf(name));

    [Fact]
    public void Stores_that_nobody_needs_are_told_to_go_and_forgotten_only_when_gone()
    {
        Assert.Same(Placed, Settle(Placed, gone: true));
        var told = Settle(Placed with { Tasks = [] }, gone: true);
        Assert.Equal(DesiredState.Absent, Assert.Single(told.Stores).Desired);
        Assert.Same(told, Settle(told, gone: false));
        Assert.Empty(Settle(told, gone: true).Stores);
    }

    [Fact]
    public void A_failure_is_dated_once_and_forgotten_when_it_runs_again()
    {
        var failed = StoreChange.Settle(View(Placed, StoreHealth.Abnormal), _ => false, Scene.Now);
        Assert.Equal(Scene.Now, Assert.Single(failed.Stores).AbnormalSince);
        Assert.Same(failed, StoreChange.Settle(View(failed, StoreHealth.Abnormal), _ => false, Scene.Now.AddHours(1)));
        Assert.Same(failed, StoreChange.Settle(View(failed, StoreHealth.Starting), _ => false, Scene.Now.AddHours(1)));
        Assert.Null(Assert.Single(StoreChange.Settle(View(failed, StoreHealth.Running), _ => false, Scene.Now).Stores).AbnormalSince);
    }

    private static readonly FleetHost Host = FleetHost.After(null, Requests.Report("h7") with { Address = "10.0.0.7:9000" });

    private static readonly SubtopicDocument Placed = WithStore(First, 100);

    private static SubtopicDocument WithStore(SubtopicDocument subtopic, long from) => StoreChange.WithStore(
        subtopic, new Create(subtopic, from, StoreOrigin.Task, "") { Host = Host.Host, Idc = Host.Idc }, Host.Ip, Scene.Now);

    private static SubtopicDocument Settle(SubtopicDocument subtopic, bool gone) =>
        StoreChange.Settle(View(subtopic), _ => gone, Scene.Now);

    private static SubtopicView View(SubtopicDocument subtopic, StoreHealth standing = StoreHealth.Running) => new(
        subtopic,
        [.. subtopic.Stores.Select(s => new ObservedStore(
            s, s.IsLeaving ? StoreHealth.Leaving : standing, s.StartTimestamp, null, HostServes: true, Readers: 0))],
        [], null);

    [Fact]
    public void A_task_that_goes_takes_its_own_need_with_it_and_no_other()
    {
        var both = Asking.After(First, Requests.Of("t2"));
        var after = Asking.After(both, Requests.Released("t1"));
        Assert.Equal(("t2", "t2"), (Assert.Single(after.Tasks), Assert.Single(after.Needs).Task));
        Assert.Equal("t1", Assert.Single(Asking.After(both, Requests.Released("t2")).Needs).Task);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Whoever_asks_first_or_first_again_says_whether_it_is_shared(bool? asked, bool shared)
    {
        Assert.Equal(shared, Asking.First(Request with { Shared = asked })!.Shared);
        Assert.Equal(shared, Asking.After(First with { Tasks = [], Shared = !shared }, Request with { Shared = asked }).Shared);
    }

    [Theory]
    [InlineData(0, "new", "{}")]
    [InlineData(1, "store", null)]
    public void Another_task_brings_its_command_only_while_there_is_no_Store(int stores, string command, string? config)
    {
        var store = new Store("10.0.0.1-9000:mysql:0000000001", "h1", 1, 100, DesiredState.Running, default);
        var before = First with { Stores = [.. Enumerable.Repeat(store, stores)] };
        var after = Asking.After(before, Requests.Of("t2") with { Command = ["new"] }, "{}");
        Assert.Equal((command, config), (after.Command[0], after.Config));
    }

    [Fact]
    public void The_latest_word_on_a_source_s_log_counts_and_no_word_changes_nothing()
    {
        var (old, fresh) = (new SourceLog { RetentionSec = 60 }, new SourceLog { RetentionSec = 90 });
        var before = First with { Source = old };
        Assert.Equal(fresh, Asking.After(before, Requests.Of("t2") with { Source = fresh }).Source);
        Assert.Equal(old, Asking.After(before, Requests.Of("t2")).Source);
    }

    [Fact]
    public void Tags_that_are_taken_away_are_gone()
    {
        var tagged = Asking.After(First, Request with { TaskTags = ["a"] });
        Assert.Same(tagged, Asking.After(tagged, Request with { TaskTags = ["a"] }));
        Assert.Empty(Asking.After(tagged, Request).Needs[0].Tags ?? []);
    }
}
