using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Stores as what may have felled hosts: the newest of each subtopic.</summary>
public sealed class StoreArrivalsTests
{
    private static StorePlace Place(string store, int? cameAgo, Suspicion? suspicion = null, string subtopic = "m",
        DesiredState desired = DesiredState.Running) => new(new StorePlaced
        {
            Store = store, Subtopic = subtopic, Region = "north", Host = "h1", Revision = 1, Desired = desired, StartTimestamp = 0,
                At = Scene.Now,
        })
    {
        CameAt = cameAgo is { } ago ? Scene.Now.AddSeconds(-ago) : null, Suspicion = suspicion,
    };

    private static List<Registration> Of(params StorePlace[] stores) =>
        StoreArrivals.Of(stores, _ => null, (_, came) => came > Scene.Now.AddSeconds(-60));

    private static readonly Suspicion Suspect = new() { Since = Scene.Now };

    [Fact]
    public void One_that_came_lately_or_is_remembered_concerns_and_only_while_it_is_to_run()
    {
        Assert.Single(Of(Place("s", 59)));
        Assert.Empty(Of(Place("s", 60)));
        Assert.Empty(Of(Place("s", null)));
        Assert.Single(Of(Place("s", 60, Suspect)));
        Assert.Single(Of(Place("s", null, Suspect)));
        Assert.Empty(Of(Place("s", 59, Suspect, desired: DesiredState.Stopped)));
    }

    [Fact]
    public void The_newest_of_a_subtopic_counts_and_of_two_that_came_at_once_the_one_with_the_later_name()
    {
        Assert.Equal(["b", "z"], Of(Place("a", 9), Place("b", 8), Place("c", 10), Place("z", 50, subtopic: "n")).Select(r => r.Name));
        Assert.Equal("b", Assert.Single(Of(Place("a", 9), Place("b", 9))).Name);
        Assert.Equal("b", Assert.Single(Of(Place("b", 9), Place("a", 9))).Name);
        Assert.Equal("a", Assert.Single(Of(Place("b", null, Suspect), Place("a", 9))).Name);
        Assert.Equal("a", Assert.Single(Of(Place("a", 9), Place("b", null, Suspect))).Name);
    }

    [Fact]
    public void It_has_the_epoch_that_its_host_says()
    {
        var host = Scene.Reported("h1", "north", "n1",
            [new ComponentReport { Name = "s", Kind = ComponentKind.Store, Epoch = 7, State = ComponentState.Running }]);
        Assert.Equal(7, Assert.Single(StoreArrivals.Of([Place("s", 9)], _ => host, (_, _) => true)).Epoch);
        Assert.Equal(0, Assert.Single(Of(Place("s", 9))).Epoch);
    }

    [Fact]
    public void The_memory_of_a_subtopic_is_the_newest_one()
    {
        var other = new Suspicion { Since = Scene.Now.AddSeconds(-1) };
        Assert.Same(Suspect, StoreArrivals.SuspicionOf("m", [Place("a", 9, other), Place("b", 8, Suspect), Place("c", 1),
            Place("d", 1, other, "n")]));
        Assert.Null(StoreArrivals.SuspicionOf("x", [Place("a", 9, other)]));
        Assert.Equal(("subtopic:m", "m", null), (StoreArrivals.IdOf("m"), StoreArrivals.SubtopicOf("subtopic:m"),
            StoreArrivals.SubtopicOf("m")));
    }
}
