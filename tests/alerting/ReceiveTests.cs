using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Alerting.State;
using Holdfast.Contracts;
using Holdfast.Platform.State;
using static Holdfast.Alerting.Tests.Some;

namespace Holdfast.Alerting.Tests;

public class ReceiveTests
{
    [Fact]
    public void What_is_heard_for_the_first_time_is_told()
    {
        var (reception, alert) = Receive.Decide(null, Firing(T0), Defaults, T0);
        Assert.Equal(Reception.Opened, reception);
        Assert.Equal((1, 1, 1L), (alert.Occurrence, alert.Round, alert.Count));
        Assert.Equal($"{alert.Fingerprint}-1", alert.Id);
    }

    [Fact]
    public void All_occurrences_are_told_in_one_line_that_begins_with_the_time_of_the_first()
    {
        var first = Receive.Decide(null, Firing(T0), Defaults, T0).Alert;
        var ended = Receive.Decide(first, Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        var second = Receive.Decide(ended, Firing(T0.AddDays(1)), Defaults, T0.AddDays(1)).Alert;
        var later = Receive.Decide(null, Firing(T0.AddDays(1), "host-2"), Defaults, T0.AddDays(1)).Alert;
        Assert.Equal((null, first.Fingerprint), (first.RecurrenceOf, second.RecurrenceOf));
        Assert.Equal((first.Line, first.Line), (second.Line, Delivery(second).Line));
        Assert.True(string.CompareOrdinal(second.Line, later.Line) < 0);
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

        Assert.Equivalent(second with { Line = second.Fingerprint }, After(AlertingCollections.Alerts, second), strict: true);
        Assert.Equivalent(
            Delivery(second) with { Line = second.Fingerprint }, After(AlertingCollections.Deliveries, Delivery(second)), strict: true);
        var upgraded = JsonNode.Parse(AlertingCollections.Alerts.UpgradeFrom(1)!(Encoding.UTF8.GetBytes(Before(second).ToJsonString())))!;
        Assert.Equal(second.Fingerprint, (string?)upgraded["recurrenceOf"]);
    }

    [Fact]
    public void The_same_message_twice_is_one_alert()
    {
        var (reception, alert) = Receive.Decide(Alert(), Firing(T0), Defaults, T0.AddSeconds(5));
        Assert.Equal(Reception.Ignored, reception);
        Assert.Equal(1, alert.Count);
    }

    [Theory]
    [InlineData(-1, nameof(Reception.Ignored))]
    [InlineData(0, nameof(Reception.Resolved))]
    [InlineData(1, nameof(Reception.Resolved))]
    public void An_end_of_the_same_instant_as_its_beginning_is_its_end(int micros, string reception)
    {
        var ended = Receive.Decide(Alert(), Resolved(T0.AddMicroseconds(micros)), Defaults, T0.AddSeconds(1));
        Assert.Equal(reception, ended.Reception.ToString());
    }

    [Fact]
    public void Heard_the_other_way_round_a_beginning_of_the_same_instant_as_its_end_is_over()
    {
        var remembered = Receive.Decide(null, Resolved(T0), Defaults, T0);
        Assert.Equal(Reception.Ignored, Receive.Decide(remembered.Alert, Firing(T0), Defaults, T0).Reception);
        Assert.Equal(Reception.Opened, Receive.Decide(remembered.Alert, Firing(T0.AddMicroseconds(1)), Defaults, T0).Reception);
        var ended = Receive.Decide(Alert(), Resolved(T0), Defaults, T0);
        Assert.Equal(Reception.Ignored, Receive.Decide(ended.Alert, Firing(T0), Defaults, T0).Reception);
    }

    [Theory]
    [InlineData(179, 1)]
    [InlineData(180, 2)]
    public void Said_again_it_is_counted_and_told_again_only_past_the_restraint(int seconds, int round)
    {
        var later = T0.AddSeconds(seconds);
        var (reception, alert) = Receive.Decide(Alert(), Firing(later), Defaults, later);
        Assert.Equal(Reception.Counted, reception);
        Assert.Equal((2L, later, round), (alert.Count, alert.LastTriggered, alert.Round));
    }

    [Fact]
    public void What_gets_graver_is_told_at_once()
    {
        var later = T0.AddSeconds(1);
        Assert.Equal(2, Receive.Decide(Alert(), Firing(later, level: 1), Defaults, later).Alert.Round);
        Assert.Equal(1, Receive.Decide(Alert(), Firing(later, level: 3), Defaults, later).Alert.Round);
    }

    [Fact]
    public void An_end_is_told_once()
    {
        var (reception, ended) = Receive.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9));
        Assert.Equal(Reception.Resolved, reception);
        Assert.Equal((2, AlertCondition.Resolved, 1L), (ended.Round, ended.Condition, ended.Count));
        Assert.Equal(Reception.Ignored,
            Receive.Decide(ended, Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(10)).Reception);
    }

    [Fact]
    public void An_end_said_again_later_is_not_told_and_what_began_before_it_is_over()
    {
        var ended = Receive.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        var (reception, again) = Receive.Decide(ended, Resolved(T0.AddSeconds(20)), Defaults, T0.AddSeconds(20));
        Assert.Equal((Reception.Counted, ended.Round, T0.AddSeconds(20)), (reception, again.Round, again.ResolvedAt));
        Assert.Equal(Reception.Ignored, Receive.Decide(again, Firing(T0.AddSeconds(15)), Defaults, T0.AddSeconds(21)).Reception);
        Assert.Equal(Reception.Opened, Receive.Decide(again, Firing(T0.AddSeconds(21)), Defaults, T0.AddSeconds(21)).Reception);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void A_late_firing_never_follows_its_resolved(int seconds)
    {
        var ended = Receive.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        Assert.Equal(Reception.Ignored,
            Receive.Decide(ended, Firing(T0.AddSeconds(seconds)), Defaults, T0.AddSeconds(20)).Reception);
    }

    [Fact]
    public void A_late_resolved_does_not_end_what_fired_after_it()
    {
        var counted = Receive.Decide(Alert(), Firing(T0.AddSeconds(20)), Defaults, T0.AddSeconds(20)).Alert;
        Assert.Equal(Reception.Ignored,
            Receive.Decide(counted, Resolved(T0.AddSeconds(10)), Defaults, T0.AddSeconds(21)).Reception);
    }

    [Fact]
    public void An_end_that_overtook_its_beginning_is_remembered_and_told_to_nobody()
    {
        var (reception, alert) = Receive.Decide(null, Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9));
        Assert.Equal(Reception.Remembered, reception);
        Assert.Equal((0L, SendingStatus.Completed), (alert.Count, alert.Status));
        Assert.Equal(Reception.Ignored, Receive.Decide(alert, Firing(T0), Defaults, T0.AddSeconds(10)).Reception);
        Assert.Empty(Routing.Missing(alert, [], [Route()], T0));
    }

    [Fact]
    public void After_an_end_a_new_firing_is_a_new_occurrence()
    {
        var ended = Receive.Decide(Alert(), Resolved(T0.AddSeconds(9)), Defaults, T0.AddSeconds(9)).Alert;
        var (reception, alert) = Receive.Decide(ended, Firing(T0.AddSeconds(10)), Defaults, T0.AddSeconds(10));
        Assert.Equal(Reception.Opened, reception);
        Assert.Equal((2, 1L, AlertCondition.Firing), (alert.Occurrence, alert.Count, alert.Condition));
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 2)]
    public void After_three_hours_of_silence_a_firing_is_a_new_occurrence(int secondsPast, int occurrence)
    {
        var later = T0 + Completion.After + TimeSpan.FromSeconds(secondsPast);
        Assert.Equal(occurrence, Receive.Decide(Alert(), Firing(later), Defaults, later).Alert.Occurrence);
    }

    [Fact]
    public void Oversized_and_impossible_fields_are_cut_and_never_refused()
    {
        var wild = Firing(T0.AddYears(50)) with
        {
            Target = new string('x', 10_000),
            Summary = new string('界', 10_000),
            Description = string.Concat(Enumerable.Repeat("😀", 9_000)),
            Event = " ",
            Level = 99,
            Scope = (AlertScope)7,
            Condition = (AlertCondition)7,
            Region = null!,
        };
        var tame = Saying.Within(wild, T0);
        Assert.Equal(256, tame.Target.Length);
        Assert.EndsWith("…[cut]", tame.Summary);
        Assert.True(tame.Description.Length <= 4096);
        Assert.DoesNotContain(tame.Description.EnumerateRunes(), r => r == System.Text.Rune.ReplacementChar);
        Assert.Equal(("unknown", 5, "", T0), (tame.Event, tame.Level, tame.Region, tame.At));
        Assert.Equal((AlertScope.System, AlertCondition.Firing), (tame.Scope, tame.Condition));
    }

    [Fact]
    public void Times_are_compared_as_documents_keep_them()
    {
        var raised = Saying.Within(Firing(T0.AddTicks(7)), T0.AddSeconds(1));
        Assert.Equal(T0, raised.At);
    }
}
