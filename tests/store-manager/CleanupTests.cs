using static Holdfast.Contracts.StoreHealth;
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
    public void Where_no_task_needs_the_subtopic_its_Stores_go_another_way() =>
        Assert.Empty(Of(Scene.Of(AbnormalFor(100), AbnormalFor(90, 2)).With(d => d with { Tasks = [] })));

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
        Assert.Empty(Of(view with { Consumers = [view.Consumers[0] with { IsVisible = false }, view.Consumers[1]] }, Clearing));
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
