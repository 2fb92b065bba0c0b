namespace Holdfast.Alerting.Tests;

public class InhibitionTests
{
    private static readonly AlertRaised Task = Firing(T0, "orders") with
    {
        Event = AlertEvents.SyncDelay, Scope = AlertScope.Task, Host = "host-1",
    };

    [Fact]
    public void A_task_s_alert_follows_from_its_Down_host_and_a_fall_from_a_host_that_flaps()
    {
        Assert.Equal(Rules.Alerting.Alert.FingerprintOf(AlertEvents.HostDown, "host-1"), Inhibition.ParentOf(Task));
        Assert.Equal(Rules.Alerting.Alert.FingerprintOf(AlertEvents.HostFlaps, "host-1"), Inhibition.ParentOf(Firing(T0)));
        Assert.Null(Inhibition.ParentOf(Task with { Host = null }));
        Assert.Null(Inhibition.ParentOf(Task with { Host = "" }));
        Assert.Null(Inhibition.ParentOf(Task with { Condition = AlertCondition.Resolved }));
        Assert.Null(Inhibition.ParentOf(Firing(T0) with { Event = AlertEvents.HostThreshold }));
        Assert.True(Inhibition.IsNamedSoon(Task));
        Assert.False(Inhibition.IsNamedSoon(Firing(T0)));
    }

    [Fact]
    public void It_lasts_while_the_parent_fires_and_a_minute_longer()
    {
        Assert.Null(Inhibition.QuietUntil(null, T0));
        Assert.Equal(T0.AddMinutes(1), Inhibition.QuietUntil(Alert(), T0));
        var over = Alert() with { Condition = AlertCondition.Resolved, ResolvedAt = T0 };
        Assert.Equal(T0.AddMinutes(1), Inhibition.QuietUntil(over, T0.AddMinutes(1).AddTicks(-1)));
        Assert.Null(Inhibition.QuietUntil(over, T0.AddMinutes(1)));
        var (lapse, unheard) = (T0.AddHours(3), Alert());
        Assert.Equal(lapse.AddMinutes(1), Inhibition.QuietUntil(unheard, lapse));
        Assert.Null(Inhibition.QuietUntil(unheard, lapse.AddMinutes(1)));
    }

    [Fact]
    public void A_parent_that_nobody_raised_for_three_hours_inhibits_nothing()
    {
        Assert.False(Inhibition.IsUp(Alert(), T0 + Completion.After - TimeSpan.FromTicks(1)));
        Assert.True(Inhibition.IsUp(Alert(), T0 + Completion.After));
        Assert.True(Inhibition.IsUp(null, T0));
    }

    [Fact]
    public void Only_a_Down_host_and_one_that_flaps_have_children() => Assert.Equal(
        [AlertEvents.HostDown, AlertEvents.HostFlaps],
        EventCatalog.Names.Where(name => Inhibition.MayBeParent(Alert() with { Event = name })));

    [Fact]
    public void What_still_fires_after_it_begins_a_generation_of_its_own_and_what_has_ended_does_not()
    {
        var child = Alert() with { Parent = "p-1" };
        var alone = Inhibition.Outlived(child, T0.AddMinutes(1));
        Assert.Equal((null, 2, T0.AddMinutes(1)), (alone.Parent, alone.Generation, alone.GenerationAt));
        var ended = Inhibition.Outlived(child with { Condition = AlertCondition.Resolved }, T0.AddMinutes(1));
        Assert.Equal((null, 1), (ended.Parent, ended.Generation));
    }

    [Fact]
    public void A_child_is_named_by_its_task_s_name_or_its_target() => Assert.Equal(
        ["nightly (oms_host_down)", "host-1 (oms_host_down)"],
        new[] { Alert() with { TaskName = "nightly" }, Alert() }.Select(Inhibition.Name));
}
