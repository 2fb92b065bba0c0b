namespace Holdfast.Alerting.Tests;

public class AlertPipelineTests
{
    private static readonly PipelineContext Ops = new([Route()], [], Defaults);

    private static readonly AlertRaised Task = Firing(T0, "orders") with
    {
        Event = AlertEvents.SyncDelay, Scope = AlertScope.Task, Host = "host-1",
    };

    private static Ingested Ingest(AlertRaised raised, Alert? latest = null, Alert? parent = null, PipelineContext? context = null) =>
        AlertPipeline.Ingest(new IncomingAlert(raised, "trace"), latest, parent, context ?? Ops, T0);

    [Fact]
    public void A_new_alert_gets_a_delivery_for_each_channel_and_is_looked_at_soon_until_it_has_them()
    {
        var alert = Ingest(Firing(T0)).Transitioned.Alert;
        Assert.Equal(T0.AddSeconds(10), alert.DueAt);
        var plan = AlertPipeline.Plan(alert, [], Ops, null, T0);
        Assert.Equal(["ops"], plan.Missing.Select(d => d.Channel));
        Assert.Empty(AlertPipeline.Plan(plan.Alert, plan.Missing, Ops, null, T0).Missing);
    }

    [Fact]
    public void What_no_channel_hears_of_is_planned_with_its_first_write()
    {
        var alert = Ingest(Firing(T0), context: new([], [], Defaults)).Transitioned.Alert;
        Assert.Equal(T0 + Completion.After, alert.DueAt);
    }

    [Fact]
    public void A_child_joins_a_parent_that_fires_and_gets_no_delivery_of_its_own()
    {
        var parent = Alert() with { Incident = "i-1" };
        var ingested = Ingest(Task, parent: parent);
        var child = ingested.Transitioned.Alert;
        Assert.Equal((parent.Id, "i-1", parent.Id), (ingested.Joins, child.Incident, child.Parent));
        Assert.Empty(AlertPipeline.Plan(child, [], Ops, T0.AddMinutes(1), T0).Missing);
        Assert.Null(Ingest(Task, child, parent).Joins);
        var over = parent with { Condition = AlertCondition.Resolved, ResolvedAt = T0 };
        Assert.Null(Ingest(Task, parent: over).Joins);
        // It stays with it through the grace.
        Assert.Equal(parent.Id, Ingest(Task with { At = T0.AddSeconds(1) }, child, over).Transitioned.Alert.Parent);
    }

    [Fact]
    public void A_child_that_outlives_its_parent_begins_a_generation_that_is_written_before_its_deliveries()
    {
        var child = Ingest(Task, parent: Alert()).Transitioned.Alert;
        var alone = AlertPipeline.Plan(child, [], Ops, null, T0.AddMinutes(2));
        Assert.Equal((0, null, 2), (alone.Missing.Count, alone.Alert.Parent, alone.Alert.Generation));
        Assert.Equal(["ops"], AlertPipeline.Plan(alone.Alert, [], Ops, null, T0.AddMinutes(2)).Missing.Select(d => d.Channel));
    }

    [Fact]
    public void What_is_silenced_gets_no_delivery_and_says_by_which_silence_until_that_ends()
    {
        var silence = new Silence
        {
            Id = "s", Matcher = new SilenceMatcher { Hosts = ["host-1"] }, Reason = "r", Owner = "o", CreatedAt = T0, StartsAt = T0,
            EndsAt = T0.AddSeconds(30),
        };
        var quiet = Ops with { Silences = [silence] };
        var plan = AlertPipeline.Plan(Alert(), [], quiet, null, T0);
        Assert.Equal((0, "s", silence.EndsAt), (plan.Missing.Count, plan.Alert.SilencedBy, plan.Alert.DueAt));
        var after = AlertPipeline.Plan(plan.Alert, [], quiet, null, silence.EndsAt);
        Assert.Equal((1, null), (after.Missing.Count, after.Alert.SilencedBy));
    }

    [Theory]
    [InlineData(20, 50)]
    [InlineData(50, 20)]
    public void What_is_silenced_and_goes_with_its_parent_is_looked_at_when_both_are_over(int silenced, int inhibited)
    {
        var silence = new Silence
        {
            Id = "s", Matcher = new SilenceMatcher { Hosts = ["host-1"] }, Reason = "r", Owner = "o", CreatedAt = T0, StartsAt = T0,
            EndsAt = T0.AddSeconds(silenced),
        };
        var child = Ingest(Task, parent: Alert()).Transitioned.Alert;
        var plan = AlertPipeline.Plan(child, [], Ops with { Silences = [silence] }, T0.AddSeconds(inhibited), T0);
        Assert.Equal((0, T0.AddSeconds(50)), (plan.Missing.Count, plan.Alert.DueAt));
    }

    [Fact]
    public void A_later_look_alone_is_not_written_and_an_earlier_one_or_a_past_one_is()
    {
        var written = Alert() with { DueAt = T0.AddMinutes(5) };
        Assert.False(AlertPipeline.NeedsWriting(written, written with { DueAt = T0.AddMinutes(6) }, T0));
        Assert.True(AlertPipeline.NeedsWriting(written, written with { DueAt = T0.AddMinutes(4) }, T0));
        Assert.True(AlertPipeline.NeedsWriting(written, written with { DueAt = null }, T0));
        Assert.True(AlertPipeline.NeedsWriting(written, written with { DueAt = T0.AddMinutes(9) }, T0.AddMinutes(5)));
        Assert.True(AlertPipeline.NeedsWriting(written, written with { Status = SendingStatus.Failed }, T0));
    }
}
