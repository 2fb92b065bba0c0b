namespace Holdfast.Alerting.Tests;

public class AlertTests
{
    [Fact]
    public void A_fingerprint_is_of_event_and_target_and_of_neither_alone()
    {
        var one = Rules.Alerting.Alert.FingerprintOf(AlertEvents.HostDown, "host-1");
        Assert.Matches("^[0-9a-f]{16}$", one);
        Assert.Equal(one, Rules.Alerting.Alert.FingerprintOf(AlertEvents.HostDown, "host-1"));
        Assert.NotEqual(one, Rules.Alerting.Alert.FingerprintOf(AlertEvents.HostDown, "host-2"));
        Assert.NotEqual(one, Rules.Alerting.Alert.FingerprintOf(AlertEvents.HostFlaps, "host-1"));
        Assert.NotEqual(Rules.Alerting.Alert.FingerprintOf("a\nb", "c"), Rules.Alerting.Alert.FingerprintOf("a", "b\n\nc"));
    }

    [Fact]
    public void It_counts_as_firing_until_it_is_resolved_or_completed_and_news_never_does()
    {
        var firing = Alert();
        Assert.Equal((2, T0), (firing.FiringLevel, firing.FiringAt));
        Assert.All(
            [
                firing with { Condition = AlertCondition.Resolved }, firing with { Status = SendingStatus.Completed },
                firing with { Count = 0 }, firing with { Event = AlertEvents.HostDownMigrateResource },
            ],
            ended => Assert.Equal((null, null), (ended.FiringLevel, ended.FiringAt)));
    }

    [Fact]
    public void All_but_the_first_occurrence_are_found_by_the_fingerprint()
    {
        Assert.Null(Alert().RecurrenceOf);
        Assert.Equal(Alert().Fingerprint, (Alert() with { Occurrence = 2 }).RecurrenceOf);
    }

    /// <summary>Stored, answered and searched for under these names since the first release.</summary>
    [Fact]
    public void What_is_stored_keeps_its_names()
    {
        var stored = System.Text.Json.JsonSerializer.SerializeToNode(Alert(), Platform.State.StateJson.Options)!.AsObject();
        Assert.All(["line", "saying", "round", "roundAt"], name => Assert.True(stored.ContainsKey(name), name));
        Assert.All(["series", "generation", "lastMessage"], name => Assert.False(stored.ContainsKey(name), name));
    }
}
