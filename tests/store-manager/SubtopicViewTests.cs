using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

/// <summary>Health of a Store by its host's reports, both sides of each limit.</summary>
public sealed class SubtopicViewTests
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(240);

    private static StoreObservation Signs(ComponentState? state, double silence = 0, double sinceAsked = 9999, bool down = false) => new(
        state is { } said ? new ComponentReport { Name = "s", Kind = ComponentKind.Store, Epoch = 1, State = said } : null,
        TimeSpan.FromSeconds(silence), TimeSpan.FromSeconds(sinceAsked), down, !down);

    private static StoreHealth Of(StoreObservation signs, DesiredState desired = DesiredState.Running) =>
        ObservedStore.HealthOf(desired, signs, SilenceMax);

    [Theory]
    [InlineData(ComponentState.Running, Running)]
    [InlineData(ComponentState.Starting, Starting)]
    [InlineData(ComponentState.Migrating, Starting)]
    [InlineData(ComponentState.Stopped, Stopped)]
    [InlineData(ComponentState.Completed, Stopped)]
    [InlineData(ComponentState.Abnormal, Abnormal)]
    public void A_clean_exit_counts_as_stopped(ComponentState state, StoreHealth standing) => Assert.Equal(standing, Of(Signs(state)));

    [Theory]
    [InlineData(240, Running)]
    [InlineData(240.1, Abnormal)]
    public void A_store_silent_for_longer_is_abnormal(double silence, StoreHealth standing) =>
        Assert.Equal(standing, Of(Signs(ComponentState.Running, silence)));

    [Theory]
    [InlineData(240, Starting)]
    [InlineData(240.1, Unheard)]
    public void One_that_is_not_listed_starts_for_as_long_as_it_may_be_silent(double sinceAsked, StoreHealth standing) =>
        Assert.Equal(standing, Of(Signs(null, 0, sinceAsked)));

    [Fact]
    public void On_a_host_that_is_Down_nothing_runs() => Assert.Equal(Abnormal, Of(Signs(ComponentState.Running, down: true)));

    [Fact]
    public void What_an_operator_wants_goes_before_what_is_reported()
    {
        Assert.Equal(Stopped, Of(Signs(ComponentState.Abnormal, 9999), DesiredState.Stopped));
        Assert.Equal(Leaving, Of(Signs(ComponentState.Running), DesiredState.Absent));
    }

    private static readonly ComponentReport Report = new()
    {
        Name = "s", Kind = ComponentKind.Store, Epoch = 1, State = ComponentState.Running, Begin = 100, End = 200, Pid = 7,
            Endpoint = "h:1",
        Consumers = [new ConsumerCheckpoint("t1", 150)],
    };

    private static readonly StoreObservation Heard = new(Report, TimeSpan.Zero, TimeSpan.FromHours(1), false,
        HostServes: true) { LastBegin = 90 };

    [Fact]
    public void What_is_as_it_was_is_the_same_again_and_whatever_is_another_makes_it_new()
    {
        var store = Seen(Running).Store;
        var before = ObservedStore.Of(store, Heard, SilenceMax);
        Assert.Same(before, ObservedStore.Of(store, Heard, SilenceMax, before));
        StoreObservation[] others =
        [
            Heard with { HostIsDown = true }, Heard with { Report = Report with { Begin = 99 } }, Heard
                with { Report = Report with { End = 201 } },
            Heard with { HostServes = false }, Heard with { Report = Report with { Consumers = [] } }, Heard with { HostDrains = true },
            Heard with { LastExact = ExactRange.Of("1/2", null, null) },
        ];
        Assert.All(others, signs => Assert.Equal(
            ObservedStore.Of(store, signs, SilenceMax), ObservedStore.Of(store, signs, SilenceMax, before)));
        Assert.All(others, signs => Assert.NotEqual(before, ObservedStore.Of(store, signs, SilenceMax, before)));
        var other = store with { Ticket = "t" };
        Assert.Same(other, ObservedStore.Of(other, Heard, SilenceMax, before).Store);
        var failed = Heard with { Report = Report with { State = ComponentState.Abnormal } };
        var shows = ObservedStore.Of(store, failed, SilenceMax);
        Assert.False(ObservedStore.Of(store, failed with { Report = failed.Report! with { Pid = null } }, SilenceMax, shows).ShowsItsLog);
    }

    [Fact]
    public void Its_readers_count_while_it_runs_and_it_begins_where_it_says_said_or_was_to()
    {
        var store = Seen(Running).Store;
        Assert.Equal((1, 100L, 200L), (ObservedStore.Of(store, Heard, SilenceMax) is var seen
            ? (seen.Readers, seen.Begin, seen.End!.Value) : default));
        var failed = Heard with { Report = Report with { State = ComponentState.Abnormal } };
        Assert.Equal(0, ObservedStore.Of(store, failed, SilenceMax).Readers);
        Assert.Equal((0, 90L), (ObservedStore.Of(store, Heard with { Report = Report with { Consumers = null, Begin = null } },
            SilenceMax) is var said
            ? (said.Readers, said.Begin) : default));
        Assert.Equal(store.StartTimestamp, ObservedStore.Of(store, Heard with { Report = null, LastBegin = null }, SilenceMax).Begin);
    }

    [Theory]
    [InlineData(true, DesiredState.Running, true)]
    [InlineData(true, DesiredState.Stopped, false)]
    [InlineData(false, DesiredState.Running, false)]
    public void It_is_held_back_when_it_would_run_otherwise(bool heldBack, DesiredState desired, bool isHeldBack) =>
        Assert.Equal(isHeldBack,
        (Seen(Running) with { Store = Seen(Running).Store with { IsHeldBack = heldBack, Desired = desired } }).IsHeldBack);

    [Theory]
    [InlineData(1, 2, null, null, true)]
    [InlineData(2, 2, null, null, false)]
    [InlineData(3, 2, "1/1@a", "1/2@a", true)]
    [InlineData(1, 2, "1/2@a", "1/2@a", false)]
    [InlineData(1, 2, "1/3@a", "1/2@b", true)]
    [InlineData(1, 2, "1/3@a", null, true)]
    public void Of_two_consumers_of_one_source_the_exact_position_says_who_needs_more(
        long mine, long its, string? exact, string? other, bool isBefore) => Assert.Equal(isBefore,
        new ObservedConsumer("a", mine, true) { Exact = ExactPlace.Parse(exact) }
            .IsBefore(new ObservedConsumer("b", its, true) { Exact = ExactPlace.Parse(other) }));

    [Fact]
    public void The_first_position_that_is_served_or_needed_is_the_least_of_those_that_count()
    {
        var view = Scene.Of(Seen(Running, 1, 30), Seen(Running, 2, 20), Seen(Abnormal, 3, 10)).ReadAt(50, 40, 60);
        Assert.Equal((20L, 10L, null), (view.RunningBegin, view.Begin(Abnormal), view.Begin(Starting)));
        view = view with { Consumers = [view.Consumers[0], view.Consumers[1] with { IsVisible = false }, view.Consumers[2]] };
        Assert.Equal((50L, 40L), (view.Earliest(visibleOnly: true), view.Earliest(visibleOnly: false)));
        Assert.Null((view with { Consumers = [] }).Earliest(visibleOnly: false));
        Assert.Equal((true, false), (view.HasRunning, View(Starting).HasRunning));
    }
}
