using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Tests;

public class AlertTransitionTests
{
    [Fact]
    public void What_is_heard_for_the_first_time_is_told()
    {
        var (transition, alert) = AlertTransition.Decide(null, Firing(T0), Defaults, T0);
        Assert.Equal(Transition.Opened, transition);
        Assert.Equal((1, 1, 1L), (alert.Occurrence, alert.Generation, alert.Count));
        Assert.Equal($"{alert.Fingerprint}-1", alert.Id);
    }

    [Fact]
    public void All_occurrences_are_told_in_one_line_that_begins_with_the_time_of_the_first()
    {
        var first = AlertTransition.Decide(null, Firing(T0), Defaults, T0).Alert;
        var ended = AlertTransition.Decide(first, Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        var second = AlertTransition.Decide(ended, Firing(T0.AddDays(1)), Defaults, T0.AddDays(1)).Alert;
        var later = AlertTransition.Decide(null, Firing(T0.AddDays(1), "host-2"), Defaults, T0.AddDays(1)).Alert;
        Assert.Equal((null, first.Fingerprint), (first.RecurrenceOf, second.RecurrenceOf));
        Assert.Equal((first.Series, first.Series), (second.Series, Delivery(second).Series));
        Assert.True(string.CompareOrdinal(second.Series, later.Series) < 0);
    }

    [Fact]
    public void What_was_stored_before_there_were_lines_is_read_with_its_fingerprint_as_its_line()
    {
        var second = Alert().Next(AlertCondition.Firing, T0) with { Occurrence = 2 };
        JsonObject Before(object document)
        {
            var stored = JsonSerializer.SerializeToNode(document, document.GetType(), StateJson.Options)!.AsObject();
            stored.Remove("line");
            stored.Remove("recurrenceOf");
            return stored;
        }

        T After<T>(Collection<T> collection, T document) where T : class => JsonSerializer.Deserialize<T>(
            collection.UpgradeFrom(1)!(collection.UpgradeFrom(1)!(Encoding.UTF8.GetBytes(Before(document).ToJsonString()))),
            StateJson.Options)!;

        Assert.Equivalent(second with { Series = second.Fingerprint }, After(AlertingCollections.Alerts, second), strict: true);
        Assert.Equivalent(
            Delivery(second) with { Series = second.Fingerprint }, After(AlertingCollections.Deliveries, Delivery(second)), strict: true);
        var upgraded = JsonNode.Parse(AlertingCollections.Alerts.UpgradeFrom(1)!(Encoding.UTF8.GetBytes(Before(second).ToJsonString())))!;
        Assert.Equal(second.Fingerprint, (string?)upgraded["recurrenceOf"]);
    }

    [Fact]
    public void The_same_message_twice_is_one_alert()
    {
        var (transition, alert) = AlertTransition.Decide(Alert(), Firing(T0), Defaults, T0.AddSeconds(5));
        Assert.Equal(Transition.Ignored, transition);
        Assert.Equal(1, alert.Count);
    }

    [Theory]
    [InlineData(-1, nameof(Transition.Ignored))]
    [InlineData(0, nameof(Transition.Resolved))]
    [InlineData(1, nameof(Transition.Resolved))]
    public void An_end_of_the_same_instant_as_its_beginning_is_its_end(int micros, string transition)
    {
        var ended = AlertTransition.Decide(Alert(), Resolved(T0.AddMicroseconds(micros)), Defaults, T0.AddSeconds(1));
        Assert.Equal(transition, ended.Transition.ToString());
    }

    [Fact]
    public void Heard_the_other_way_round_a_beginning_of_the_same_instant_as_its_end_is_over()
    {
        var remembered = AlertTransition.Decide(null, Resolved(T0), Defaults, T0);
        Assert.Equal(Transition.Ignored, AlertTransition.Decide(remembered.Alert, Firing(T0), Defaults, T0).Transition);
        Assert.Equal(Transition.Opened, AlertTransition.Decide(remembered.Alert, Firing(T0.AddMicroseconds(1)), Defaults, T0).Transition);
        var ended = AlertTransition.Decide(Alert(), Resolved(T0), Defaults, T0);
        Assert.Equal(Transition.Ignored, AlertTransition.Decide(ended.Alert, Firing(T0), Defaults, T0).Transition);
    }

    [Theory]
    [InlineData(179, 1)]
    [InlineData(180, 2)]
    public void Said_again_it_is_counted_and_told_again_only_past_the_restraint(int seconds, int round)
    {
        var later = T0.AddSeconds(seconds);
        var (transition, alert) = AlertTransition.Decide(Alert(), Firing(later), Defaults, later);
        Assert.Equal(Transition.Counted, transition);
        Assert.Equal((2L, later, round), (alert.Count, alert.LastTriggered, alert.Generation));
    }

    [Fact]
    public void A_new_generation_is_looked_at_soon_and_is_nobody_s_who_asked_for_the_one_before()
    {
        var asked = Alert() with { Asked = true };
        var again = AlertTransition.Decide(asked, Firing(T0.AddMinutes(3)), Defaults, T0.AddMinutes(3)).Alert;
        Assert.Equal((2, false, T0.AddMinutes(3).AddSeconds(10)), (again.Generation, again.Asked, again.DueAt));
        Assert.True(AlertTransition.Decide(asked, Firing(T0.AddMinutes(1)), Defaults, T0.AddMinutes(1)).Alert.Asked);
    }

    [Fact]
    public void What_the_newest_message_says_holds_and_what_it_leaves_out_stays()
    {
        AlertRaised About(string host, ProtectionLevel protection, DateTimeOffset at) => Firing(at, "orders") with
        {
            Host = host, HostIp = $"{host}-ip", Task = $"{host}-task", TaskName = $"{host}-name", Protection = protection,
            TaskTags = [$"{host}-tag"], Incident = $"{host}-incident",
        };
        Alert After(Alert? alert, AlertRaised raised) => AlertTransition.Decide(alert, raised, Defaults, raised.At).Alert;
        (string?, string?, string?, string?, ProtectionLevel?, string, string?) Said(Alert alert) => (
            alert.Host, alert.HostIp, alert.Task, alert.TaskName, alert.Protection, string.Join(' ', alert.TaskTags), alert.Incident);

        var moved = After(After(null, About("a", ProtectionLevel.High, T0)), About("b", ProtectionLevel.Low, T0.AddSeconds(1)));
        Assert.Equal(("b", "b-ip", "b-task", "b-name", ProtectionLevel.Low, "b-tag", "b-incident"), Said(moved));
        var bare = About("", ProtectionLevel.Low, T0.AddSeconds(2)) with
        {
            Host = null, HostIp = null, Task = null, TaskName = null, Protection = null, TaskTags = null, Incident = null,
        };
        Assert.Equal(Said(moved), Said(After(moved, bare)));
    }

    [Fact]
    public void What_gets_graver_is_told_at_once()
    {
        var later = T0.AddSeconds(1);
        Assert.Equal(2, AlertTransition.Decide(Alert(), Firing(later, level: 1), Defaults, later).Alert.Generation);
        Assert.Equal(1, AlertTransition.Decide(Alert(), Firing(later, level: 3), Defaults, later).Alert.Generation);
    }

    [Fact]
    public void An_end_is_told_once()
    {
        var (transition, ended) = AlertTransition.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9));
        Assert.Equal(Transition.Resolved, transition);
        Assert.Equal((2, AlertCondition.Resolved, 1L), (ended.Generation, ended.Condition, ended.Count));
        Assert.Equal(Transition.Ignored,
            AlertTransition.Decide(ended, Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(10)).Transition);
    }

    [Fact]
    public void An_end_said_again_later_is_not_told_and_what_began_before_it_is_over()
    {
        var ended = AlertTransition.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        var (transition, again) = AlertTransition.Decide(ended, Resolved(T0.AddSeconds(20)), Defaults, T0.AddSeconds(20));
        Assert.Equal((Transition.Counted, ended.Generation, T0.AddSeconds(20)), (transition, again.Generation, again.ResolvedAt));
        Assert.Equal(Transition.Ignored, AlertTransition.Decide(again, Firing(T0.AddSeconds(15)), Defaults, T0.AddSeconds(21)).Transition);
        Assert.Equal(Transition.Opened, AlertTransition.Decide(again, Firing(T0.AddSeconds(21)), Defaults, T0.AddSeconds(21)).Transition);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void A_late_firing_never_follows_its_resolved(int seconds)
    {
        var ended = AlertTransition.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        Assert.Equal(Transition.Ignored,
            AlertTransition.Decide(ended, Firing(T0.AddSeconds(seconds)), Defaults, T0.AddSeconds(20)).Transition);
    }

    [Fact]
    public void A_late_resolved_does_not_end_what_fired_after_it()
    {
        var counted = AlertTransition.Decide(Alert(), Firing(T0.AddSeconds(20)), Defaults, T0.AddSeconds(20)).Alert;
        Assert.Equal(Transition.Ignored,
            AlertTransition.Decide(counted, Resolved(T0.AddSeconds(10)), Defaults, T0.AddSeconds(21)).Transition);
    }

    [Fact]
    public void An_end_that_overtook_its_beginning_is_remembered_and_told_to_nobody()
    {
        var (transition, alert) = AlertTransition.Decide(null, Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9));
        Assert.Equal(Transition.Remembered, transition);
        Assert.Equal((0L, SendingStatus.Completed), (alert.Count, alert.Status));
        Assert.Equal(Transition.Ignored, AlertTransition.Decide(alert, Firing(T0), Defaults, T0.AddSeconds(10)).Transition);
        Assert.Empty(Routing.Missing(alert, [], [Route()], T0));
    }

    [Fact]
    public void After_an_end_a_new_firing_is_a_new_occurrence()
    {
        var ended = AlertTransition.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        var (transition, alert) = AlertTransition.Decide(ended, Firing(T0.AddSeconds(10)), Defaults, T0.AddSeconds(10));
        Assert.Equal(Transition.Opened, transition);
        Assert.Equal((2, 1L, AlertCondition.Firing), (alert.Occurrence, alert.Count, alert.Condition));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 2)]
    public void After_three_hours_of_silence_a_firing_is_a_new_occurrence(int secondsPast, int occurrence)
    {
        var later = T0 + Completion.After + TimeSpan.FromSeconds(secondsPast);
        Assert.Equal(occurrence, AlertTransition.Decide(Alert(), Firing(later), Defaults, later).Alert.Occurrence);
    }
}
