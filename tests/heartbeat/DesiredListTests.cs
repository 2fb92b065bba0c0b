using Holdfast.Contracts;
using static Holdfast.Heartbeat.Tests.Some;

namespace Holdfast.Heartbeat.Tests;

public sealed class DesiredListTests
{
    private static DesiredRow? Place(DesiredRow? row, ComponentPlaced placed, int second = 0) =>
        DesiredList.Place(row, placed, "me", DateTimeOffset.UnixEpoch.AddSeconds(second));

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

    [Fact]
    public void The_oldest_removals_are_forgotten_beyond_the_bound()
    {
        var row = Place(null, Placed("lives"));
        for (var i = 0; i <= DesiredList.TombstonesMax; i++)
        {
            row = Place(row, Placed($"gone{i}", desired: DesiredState.Absent), i);
        }

        Assert.Equal(DesiredList.TombstonesMax + 1, row!.Entries.Count);
        Assert.Contains(row.Entries, e => e.Name == "lives");
        Assert.DoesNotContain(row.Entries, e => e.Name == "gone0");
        Assert.Contains(row.Entries, e => e.Name == "gone1");
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
