namespace Holdfast.HaScheduler.Tests;

/// <summary>Alerts that a region does not tolerate a loss, and cases without an alert.</summary>
public sealed class HeadroomAlertsTests : PassScene
{
    private static readonly Snapshot Two = Scene.Of([Scene.Host("h1"), Scene.Host("h2", idc: "n2")]);

    private static Headroom Answer(params (string Lost, bool Survives)[] losses) => new("north", losses.All(l => l.Survives),
        [.. losses.Select(l => new Loss(l.Lost, 1, 12, l.Survives, l.Survives ? 0 : 5, l.Survives ? null : "h2: others 2 of 2"))], "");

    private static List<Finding> Of(Snapshot snapshot, Headroom? answer, params Finding[] before) =>
        [.. HeadroomAlerts.Of(snapshot, Scene.Config, answer is null ? [] : [answer], before)];

    [Fact]
    public void A_loss_that_is_not_survived_is_told_with_what_is_missing()
    {
        var found = Assert.Single(Of(Two, Answer(("host h1", false), ("idc n2", true))));
        Assert.Equal("Region north does not tolerate the loss of host h1", found.Summary);
        Assert.StartsWith("host h1: 5 of 12 components would find no room, h2: others 2 of 2.", found.Description,
            StringComparison.Ordinal);
        Assert.Equal((AlertEvents.Headroom, "north", AlertLevel.Warning), (found.Event, found.Target, found.Level));
    }

    [Fact]
    public void Ten_losses_are_named_and_all_are_its_parts()
    {
        var found = Assert.Single(Of(Two, Answer([.. Enumerable.Range(0, 11).Select(n => ($"host h{n}", false))])));
        Assert.EndsWith(", host h9", found.Summary, StringComparison.Ordinal);
        Assert.Equal(10, found.Description.Split("; host").Length);
        Assert.Equal(11, found.Parts.Count);
    }

    [Fact]
    public void A_region_that_survives_is_no_finding() => Assert.Empty(Of(Two, Answer(("host h1", true), ("idc n2", true))));

    [Fact]
    public void One_region_that_would_survive_speaks_for_no_other()
    {
        var south = Answer(("host h9", true)) with { Region = "south" };
        Assert.Equal("north", Assert.Single(HeadroomAlerts.Of(Two, Scene.Config, [south, Answer(("host h1", false))], [])).Region);
    }

    [Fact]
    public void A_region_s_only_IDC_and_its_only_host_wake_nobody()
    {
        Assert.Empty(Of(Scene.Of([Scene.Host("h1"), Scene.Host("h2")]), Answer(("host h1", true), ("idc n1", false))));
        Assert.Empty(Of(Scene.Of([Scene.Host("h1")]), Answer(("host h1", false), ("idc n1", false))));
    }

    [Fact]
    public void A_host_that_is_Down_is_one_that_the_region_should_have() =>
        Assert.Single(Of(Scene.Of([Scene.Host("h1"), Scene.DownHost("h2")]), Answer(("host h1", false))));

    [Fact]
    public void Where_HA_is_off_nothing_would_be_moved_and_nothing_is_told()
    {
        Assert.Empty(HeadroomAlerts.Of(Two, Scene.Config with { EnableHost = false }, [Answer(("host h1", false))], []));
        Assert.Empty(HeadroomAlerts.Of(Two, Scene.Config with { Enable = false }, [Answer(("host h1", false))], []));
    }

    [Fact]
    public void What_was_told_goes_on_until_there_is_an_answer()
    {
        var told = Assert.Single(Of(Two, Answer(("host h1", false))));
        Assert.Same(told, Assert.Single(Of(Two, null, told)));
        Assert.Empty(Of(Two, Answer(("host h1", true)), told));
    }

    [Fact]
    public async Task It_is_told_when_it_turns_to_no_and_again_when_it_turns_to_yes()
    {
        var (_, other) = await OneTaskRuns();
        await _life.Pass(6);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.Headroom);
        _life.HasQuota(other, 0);
        await _life.Pass(14);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.Headroom);
        await _life.Pass(8);
        Assert.Equal(AlertCondition.Firing, Raised());
        _life.HasQuota(other, 5);
        await _life.Pass(7);
        Assert.Equal(AlertCondition.Resolved, Raised());
    }

    private AlertCondition Raised() => Assert.Single(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.Headroom).Condition;
}
