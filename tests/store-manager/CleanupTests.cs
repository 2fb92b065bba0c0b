using Holdfast.Contracts;
using Holdfast.Rules.StoreManager;
using static Holdfast.Rules.StoreManager.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class CleanupTests
{
    private static readonly HaConfig Clearing = Scene.Config with { ClearRedundantStores = true };

    private static IReadOnlyList<RedundantStore> Of(SubtopicView view, HaConfig? config = null) => Cleanup.Of(view, Terms(config), Now);

    private static ObservedStore AbnormalFor(double hours, long seq = 1) => Seen(Abnormal, seq) is var seen
        ? seen with { Store = seen.Store with { AbnormalSince = Now.AddHours(-hours) } }
        : null!;

    [Theory]
    [InlineData(71.99, 0)]
    [InlineData(72, 1)]
    public void An_abnormal_store_goes_after_clearAbnormalResourceHours(double hours, int goes)
    {
        var surplus = Of(Scene.Of(AbnormalFor(hours), Seen(Stopped, 2)));
        Assert.Equal(goes, surplus.Count);
        Assert.All(surplus, s => Assert.True(s.IsAllowed));
    }

    [Fact]
    public void The_last_store_stays_for_without_one_HA_would_leave_the_subtopic_alone()
    {
        Assert.Empty(Of(Scene.Of(AbnormalFor(100))));
        Assert.Equal(2, Of(Scene.Of(AbnormalFor(100), AbnormalFor(90, 2), AbnormalFor(80, 3))).Count);
    }

    [Fact]
    public void Switched_off_it_is_only_shown()
    {
        var view = Scene.Of(AbnormalFor(100), Seen(Stopped, 2));
        Assert.False(Assert.Single(Of(view, new HaConfig())).IsAllowed);
        Assert.False(Assert.Single(Of(view, Scene.Config with { Autonomy = Autonomy.Approve })).IsAllowed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_that_nobody_needs_beside_another_is_offered_and_goes_where_that_is_allowed(bool allowed)
    {
        var view = Scene.Of(Seen(Running, 1, Clock(8, 0)), Seen(Running, 2, Clock(9, 0))).ReadAt(Clock(9, 0), Clock(9, 30));
        var surplus = Assert.Single(Of(view, allowed ? Clearing : Scene.Config));
        Assert.Equal((view.Stores[0].Store.Name, allowed), (surplus.Store, surplus.IsAllowed));
    }

    [Fact]
    public void A_store_that_came_back_is_kept_as_long_as_its_range_helps_and_goes_then()
    {
        var (back, newer) = (Seen(Running, 1, Clock(8, 0)), Seen(Running, 2, Clock(9, 30)));
        Assert.Equal(newer.Store.Name, Assert.Single(Of(Scene.Of(back, newer).ReadAt(Clock(9, 29)), Clearing)).Store);
        Assert.Equal(back.Store.Name, Assert.Single(Of(Scene.Of(back, newer).ReadAt(Clock(9, 30)), Clearing)).Store);
    }

    [Fact]
    public void While_a_position_is_not_known_nobody_can_say_what_is_needed()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(8, 0)), Seen(Running, 2, Clock(9, 0))).ReadAt(Clock(9, 0), Clock(9, 30));
        Assert.Empty(Of(view.Unseen(), Clearing));
        Assert.Empty(Of(view.With(d => d with { Tasks = ["t1", "t2", "t3"] }), Clearing));
    }

    public static TheoryData<string> Kept => ["read", "host away", "starting", "stopped", "fresh", "retained fresh", "retained behind"];

    [Theory]
    [MemberData(nameof(Kept))]
    public void What_is_read_starts_was_stopped_is_fresh_or_cannot_be_heard_stays(string why)
    {
        var (other, retained) = (Seen(Running, 1, Clock(8, 0)), Seen(Running, 2, Clock(9, 0)) with { Readers = 2 });
        var fresh = Now.AddSeconds(-599);
        other = why switch
        {
            "read" => other with { Readers = 1 },
            "host away" => other with { HostServes = false, Health = Abnormal },
            "starting" => other with { Health = Starting },
            "stopped" => other with { Health = Stopped },
            "fresh" => other with { Store = other.Store with { PlacedAt = fresh } },
            _ => other,
        };
        retained = why switch
        {
            "retained fresh" => retained with { Store = retained.Store with { AskedAt = fresh } },
            "retained behind" => retained with { End = Clock(9, 10) - 1 },
            _ => retained,
        };
        // A retained that is behind hands the part to the other one, which does not serve less; then the retained has readers.
        Assert.Empty(Of(Scene.Of(other, retained).ReadAt(Clock(9, 10)), Clearing));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Where_an_operator_added_one_HA_takes_none_away(int byHand)
    {
        ObservedStore Of(int seq) => Seen(Running, seq, Clock(8, 0)) is var seen && seq == byHand
            ? seen with { Store = seen.Store with { Origin = StoreOrigin.Operator } }
            : seen;
        Assert.False(Assert.Single(CleanupTests.Of(Scene.Of(Of(1), Of(2)).ReadAt(Clock(9, 30)), Clearing)).IsAllowed);
    }
}

public sealed class CoverageTests
{
    private static Gap? GapOf(SubtopicView view, long? coming = null) =>
        Coverage.GapOf(view, coming is { } from ? new Start(from, "") : null, Now);

    [Fact]
    public void A_consumer_before_all_ranges_is_in_a_gap_with_its_bounds()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(9, 30)), Seen(Abnormal, 2, Clock(8, 0))).ReadAt(Clock(9, 0), Clock(9, 45));
        var gap = GapOf(view)!;
        Assert.Equal((Clock(9, 0), Clock(9, 30), "t1"), (gap.From, gap.To, Assert.Single(gap.Tasks)));
        Assert.Null(GapOf(view.ReadAt(Clock(9, 30))));
    }

    [Theory]
    [InlineData(Starting, false)]
    [InlineData(Unheard, false)]
    [InlineData(Abnormal, true)]
    [InlineData(Stopped, true)]
    [InlineData(Leaving, true)]
    public void What_is_on_its_way_closes_a_gap_and_what_has_failed_does_not(StoreHealth standing, bool gap) =>
        Assert.Equal(gap, GapOf(Scene.Of(Seen(standing)).ReadAt(Clock(9, 0))) is not null);

    [Fact]
    public void A_store_decided_a_moment_ago_closes_the_gap()
    {
        var view = Scene.Of(Seen(Abnormal)).ReadAt(Clock(9, 0));
        Assert.Null(GapOf(view, Clock(9, 0)));
        Assert.Equal(Clock(9, 1), GapOf(view, Clock(9, 1))!.To);
        Assert.Equal(Clock(10, 0), GapOf(view)!.To);
    }

    [Fact]
    public void The_map_says_who_reads_where_what_may_go_and_how_long_the_source_keeps_it()
    {
        var view = Scene.Of(Seen(Running, 1, Clock(9, 0)), Seen(Leaving, 2)).ReadAt(Clock(9, 30), Clock(8, 0))
            .With(d => d with { Source = new SourceLog { RetentionSec = 7300 } });
        var map = Coverage.Of(view, [new RedundantStore(view.Stores[0].Store.Name, false) { Keeper = "k" }], Now);
        Assert.StartsWith("nobody needs what it holds: k serves all", Assert.Single(map.Stores).Redundant, StringComparison.Ordinal);
        Assert.Equal([(null, 100L), (view.Stores[0].Store.Name, 5500)], map.Consumers.Select(c => (c.Store, c.RetentionLeftSec ?? 0)));
    }

    [Theory]
    [InlineData(3600, 900)]
    [InlineData(86400, 21600)]
    [InlineData(864000, 21600)]
    public void People_are_warned_a_quarter_of_the_retention_ahead_and_six_hours_at_most(long kept, long warning) =>
        Assert.Equal(warning, Coverage.RetentionWarning(kept));
}

public sealed class ResolvingTests
{
    private static string? Best(long position, params IReadOnlyList<ObservedStore> stores) =>
        Resolving.Best(stores, position, null)?.Store.Name[^1..];

    [Fact]
    public void A_consumer_gets_a_running_store_that_begins_no_later()
    {
        Assert.Equal("1", Best(Clock(9, 0), Seen(Running)));
        Assert.Null(Best(Clock(9, 0) - 1, Seen(Running)));
        foreach (var standing in Enum.GetValues<StoreHealth>().Where(s => s != Running))
        {
            Assert.Null(Best(Clock(9, 30), Seen(standing)));
        }

        Assert.Null(Best(Clock(9, 30), Seen(Running) with { HostServes = false }));
    }

    [Fact]
    public void One_that_has_the_position_goes_before_one_that_will_then_fewer_readers_then_the_newer()
    {
        Assert.Equal("1", Best(Clock(9, 30), Seen(Running, 1, end: Clock(9, 30)), Seen(Running, 2, end: Clock(9, 29))));
        Assert.Equal("2", Best(Clock(9, 30), Seen(Running, 1, end: Clock(9, 20)), Seen(Running, 2, end: Clock(9, 29))));
        Assert.Equal("1", Best(Clock(9, 30), Seen(Running), Seen(Running, 2) with { Readers = 1 }));
        Assert.Equal("2", Best(Clock(9, 30), Seen(Running), Seen(Running, 2)));
    }

    [Fact]
    public void One_that_has_failed_and_shows_what_it_has_is_better_than_none()
    {
        var shows = Seen(Abnormal, 2) with { ShowsItsLog = true };
        Assert.Equal("2", Best(Clock(9, 30), shows, Seen(Abnormal, 3)));
        Assert.Equal("1", Best(Clock(9, 30), Seen(Running, 1), shows));
        Assert.Null(Best(Clock(9, 30), shows with { HostServes = false }));
        Assert.Null(Best(Clock(9, 0) - 1, shows));
    }

    /// <summary>Its source is away: its process lives, says where it listens, and its host is heard.</summary>
    [Theory]
    [InlineData(ComponentState.Abnormal, true, true, false, 0, true)]
    [InlineData(ComponentState.Running, true, true, false, 0, false)]
    [InlineData(ComponentState.Abnormal, false, true, false, 0, false)]
    [InlineData(ComponentState.Abnormal, true, false, false, 0, false)]
    [InlineData(ComponentState.Abnormal, true, true, true, 0, false)]
    [InlineData(ComponentState.Abnormal, true, true, false, 30, true)]
    [InlineData(ComponentState.Abnormal, true, true, false, 31, false)]
    public void A_Store_that_has_failed_shows_its_log_while_its_process_lives(
        ComponentState state, bool lives, bool listens, bool hostIsDown, int silence, bool shows)
    {
        var report = new ComponentReport
        {
            Name = "s",
            Kind = ComponentKind.Store,
            Epoch = 1,
            State = state,
            Pid = lives ? 7 : null,
            Endpoint = listens ? "127.0.0.1:9" : null,
        };
        var observed = new StoreObservation(report, TimeSpan.FromSeconds(silence), TimeSpan.FromHours(1), hostIsDown, HostServes: true);
        Assert.Equal(shows, ObservedStore.Of(Seen(Running).Store, observed, TimeSpan.FromSeconds(30)).ShowsItsLog);
    }
}
