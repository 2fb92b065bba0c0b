namespace Holdfast.Heartbeat.Tests;

public sealed class DesiredListTests
{
    private static DesiredRow? Place(DesiredRow? row, ComponentPlaced placed) => Place(row, [placed], DateTimeOffset.UnixEpoch);

    private static DesiredRow? Place(
        DesiredRow? row, IReadOnlyList<ComponentPlaced> placed, DateTimeOffset at, HostWord? said = null) =>
        DesiredList.Place(row, placed, new Writing("me", at), said);

    private static ComponentPlaced Removed(string component, ComponentKind kind = ComponentKind.IncrSync) =>
        Placed(component, revision: 9, desired: DesiredState.Absent) with { Kind = kind };

    [Theory]
    [InlineData(2, 3, false)]
    [InlineData(2, 2, false)]
    [InlineData(1, 9, false)]
    [InlineData(2, 4, true)]
    [InlineData(3, 1, true)]
    public void Of_two_placements_the_higher_epoch_and_revision_holds(long epoch, long revision, bool changes)
    {
        var row = Place(null, Placed(epoch: 2, revision: 3, command: "old"));
        var next = Place(row, Placed(epoch: epoch, revision: revision, command: "new"));
        Assert.Equal(changes, next is not null);
        Assert.Equal(changes ? 3 : null, next?.Version);
    }

    [Fact]
    public void A_late_placement_does_not_raise_what_was_removed()
    {
        var row = Place(Place(null, Placed(revision: 1)), Placed(revision: 3, desired: DesiredState.Absent));
        Assert.Null(Assert.Single(row!.Entries).Component);
        Assert.Equal(3, row.Version);
        Assert.Null(Place(row, Placed(revision: 2)));
        Assert.Equal(4, Place(row, Placed(epoch: 2))!.Version);
    }

    /// <summary>A host deletes a Store's data for this word only, never because a list lacks it.</summary>
    [Fact]
    public void A_removed_store_stays_in_the_list_as_absent_and_other_components_do_not()
    {
        var store = Placed("s") with { Kind = ComponentKind.Store };
        var row = Place(Place(Place(null, store), Placed("a")), store with { Revision = 9, Desired = DesiredState.Absent })!;
        row = Place(row, Placed("a", revision: 9, desired: DesiredState.Absent))!;
        var removed = Assert.Single(DesiredHost.Of(row).Components);
        Assert.Equal(("s", ComponentKind.Store, DesiredState.Absent), (removed.Name, removed.Kind, removed.Desired));
        var again = DesiredHost.Of(Place(row, store with { Epoch = 7 })!).Components;
        Assert.Equal(("s", store.Desired), (Assert.Single(again).Name, again[0].Desired));
    }

    [Fact]
    public void The_version_stands_when_the_host_would_notice_nothing()
    {
        var row = Place(null, Placed(revision: 1, command: ["run", "x"]));
        var again = Place(row, Placed(revision: 2, command: ["run", "x"]));
        Assert.Equal((2, 2), (again!.Version, again.Entries[0].Revision));
        Assert.Equal(3, Place(again, Placed(revision: 3, command: ["run", "y"]))!.Version);
        Assert.Equal(DesiredList.NothingVersion, Place(null, Placed(desired: DesiredState.Absent))!.Version);
    }

    /// <summary>Of 2,000 the memory of 256 was news again and again, and the list was written 400 times a second.</summary>
    [Fact]
    public void However_many_removals_are_said_again_nothing_changes()
    {
        ComponentPlaced[] removed = [.. Enumerable.Range(0, 2_000).Select(i => Removed($"gone{i}"))];
        var row = Place(null, removed, DateTimeOffset.UnixEpoch)!;
        Assert.Equal(2_000, row.Entries.Count);
        Assert.Empty(DesiredList.News(row, removed));
        Assert.All(removed, again => Assert.Null(Place(row, again)));
    }

    [Theory]
    [InlineData(3600, 3, false, false)]
    [InlineData(3599, 3, false, true)]
    [InlineData(3600, 2, false, true)]
    [InlineData(3600, 3, true, true)]
    public void A_removal_is_remembered_until_its_host_has_acknowledged_it_and_an_hour_beyond(
        int seconds, long held, bool has, bool isRemembered)
    {
        var row = Place(Place(null, Placed("a")), Removed("a"))!;
        Assert.Equal((3, 3), (row.Version, row.Entries[0].RemovedIn));
        var said = new HostWord(held, has ? new HashSet<string> { "a" } : []);
        var next = Place(row, [Placed("b")], DateTimeOffset.UnixEpoch.AddSeconds(seconds), said)!;
        Assert.Equal(isRemembered, next.Entries.Any(e => e.Name == "a"));
    }

    [Fact]
    public void A_host_that_says_nothing_has_acknowledged_nothing()
    {
        var row = Place(null, Removed("a"));
        Assert.Equal(2, Place(row, [Placed("b")], DateTimeOffset.UnixEpoch.AddYears(1))!.Entries.Count);
    }

    /// <summary>The host gets the word with its list, and lists of one version are alike.</summary>
    [Fact]
    public void The_removal_of_a_store_comes_and_goes_with_a_new_version()
    {
        var row = Place(Place(null, Removed("s", ComponentKind.Store)), Placed("c"))!;
        Assert.Equal((3, 2), (row.Version, row.Entries[0].RemovedIn));
        var (later, said) = (DateTimeOffset.UnixEpoch.AddHours(2), new HostWord(3, new HashSet<string> { "c" }));
        var same = Place(row, [Placed("c", revision: 2)], later, said)!;
        Assert.Equal((3, 2), (same.Version, same.Entries.Count));
        var next = Place(same, [Placed("d")], later, said)!;
        Assert.Equal((4, 0), (next.Version, DesiredHost.Of(next).Components.Count(c => c.Name == "s")));
    }

    [Fact]
    public void Of_placements_that_come_together_the_highest_of_each_component_holds()
    {
        var row = Place(null, [Placed("a", 1, 2), Placed("a", 2, 1, command: "new"), Placed("b"), Placed("a", 1, 9)],
            DateTimeOffset.UnixEpoch)!;
        Assert.Equal((2, 2), (row.Version, row.Entries.Count));
        Assert.Equal("new", row.Entries.Single(e => e.Name == "a").Component!.Command.Single());
    }

    [Fact]
    public void Any_order_of_the_same_placements_gives_the_same_components()
    {
        ComponentPlaced[] placed =
        [
            Placed("a", 1, 1, command: "1"), Placed("a", 1, 2, DesiredState.Absent), Placed("a", 2, 1, command: "3"),
            Placed("b", 1, 1, command: "1"), Placed("b", 1, 5, DesiredState.Stopped, command: "5"),
                Placed("b", 1, 6, DesiredState.Absent),
        ];
        const int Seed = 20261;
        var random = new Random(Seed);
        for (var run = 0; run < 100; run++)
        {
            var order = placed.Concat(placed).ToArray();
            random.Shuffle(order);
            var row = order.Aggregate((DesiredRow?)null, (held, next) => Place(held, next) ?? held);
            var component = Assert.Single(DesiredHost.Of(row!).Components);
            Assert.Equal(("a", 2L), (component.Name, component.Epoch));
        }
    }
}
