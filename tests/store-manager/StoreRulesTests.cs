using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.StoreManager.Tests;

public sealed class StoreRulesTests
{
    private static readonly StoreRequested Request = Requests.Of("t1");
    private static readonly SubtopicDocument First = StoreRules.First(Request)!;

    [Fact]
    public void The_first_request_makes_the_subtopic_and_a_first_release_makes_nothing()
    {
        Assert.Equal(("mysql", "north", 100L), (First.Subtopic, First.Region, First.StartTimestamp));
        Assert.Equal(["t1"], First.Tasks);
        Assert.Null(StoreRules.First(Request with { Desired = DesiredState.Absent }));
    }

    [Fact]
    public void A_request_said_again_changes_nothing() => Assert.Same(First, StoreRules.After(First, Request));

    [Theory]
    [InlineData(50, 50)]
    [InlineData(150, 100)]
    public void A_second_task_shares_and_the_earlier_position_holds(long start, long holds)
    {
        var shared = StoreRules.After(First, Requests.Of("t2") with { StartTimestamp = start });
        Assert.Equal(["t1", "t2"], shared.Tasks);
        Assert.Equal(holds, shared.StartTimestamp);
    }

    [Fact]
    public void A_task_that_leaves_takes_only_itself_away()
    {
        var shared = StoreRules.After(First, Requests.Of("t2"));
        Assert.Equal(["t2"], StoreRules.After(shared, Request with { Desired = DesiredState.Absent }).Tasks);
        Assert.Same(shared, StoreRules.After(shared, Requests.Of("t3") with { Desired = DesiredState.Absent }));
    }

    [Fact]
    public void A_subtopic_that_nobody_needed_begins_anew_with_the_next_request()
    {
        var again = StoreRules.After(First with { Tasks = [] },
            Requests.Of("t2") with { StartTimestamp = 900, Region = "south", Command = ["other"] });
        Assert.Equal((900L, "south", "other"), (again.StartTimestamp, again.Region, again.Command[0]));
    }

    [Fact]
    public void A_store_is_needed_by_tasks_and_only_once()
    {
        Assert.True(StoreRules.NeedsStore(First));
        Assert.False(StoreRules.NeedsStore(First with { Tasks = [] }));
        Assert.False(StoreRules.NeedsStore(Placed));
    }

    [Fact]
    public void A_store_that_is_being_removed_serves_nobody_who_comes_now()
    {
        var leaving = StoreRules.Settle(Placed with { Tasks = [] }, _ => false);
        var again = StoreRules.After(leaving, Request);
        Assert.True(StoreRules.NeedsStore(again));
        var both = StoreRules.WithStore(again, Host, default);
        Assert.Equal([DesiredState.Absent, DesiredState.Running], both.Stores.Select(s => s.Desired));
        Assert.Equal(DesiredState.Running, Assert.Single(StoreRules.Settle(both, _ => true).Stores).Desired);
    }

    [Fact]
    public void A_store_has_the_reference_s_name_and_a_number_that_never_comes_again()
    {
        Assert.Equal("10.0.0.7-9000:mysql:0000000001", Assert.Single(Placed.Stores).Name);
        var second = StoreRules.WithStore(Placed with { Stores = [] }, Host, default);
        Assert.Equal((2L, "10.0.0.7-9000:mysql:0000000002"), (second.Seq, Assert.Single(second.Stores).Name));
    }

    [Fact]
    public void Stores_that_nobody_needs_are_told_to_go_and_forgotten_only_when_gone()
    {
        Assert.Same(Placed, StoreRules.Settle(Placed, _ => true));
        var told = StoreRules.Settle(Placed with { Tasks = [] }, _ => true);
        Assert.Equal(DesiredState.Absent, Assert.Single(told.Stores).Desired);
        Assert.Same(told, StoreRules.Settle(told, _ => false));
        Assert.Empty(StoreRules.Settle(told, _ => true).Stores);
    }

    private static FleetHost Host => FleetHost.After(null, Requests.Report("h7") with { Address = "10.0.0.7:9000" });

    private static readonly SubtopicDocument Placed = StoreRules.WithStore(First, Host, default);
}
