namespace Holdfast.Alerting.Tests;

public class MissedServicesTests
{
    [Fact]
    public void A_service_is_missed_after_a_minute_and_forgotten_after_a_day()
    {
        var (beat, tick) = (TimeSpan.FromSeconds(10), TimeSpan.FromTicks(1));
        Assert.Equal(Hearing.Well, MissedServices.Decide(TimeSpan.FromSeconds(60), beat));
        Assert.Equal(Hearing.Silent, MissedServices.Decide(TimeSpan.FromSeconds(60) + tick, beat));
        Assert.Equal(Hearing.Silent, MissedServices.Decide(TimeSpan.FromHours(24), beat));
        Assert.Equal(Hearing.Forgotten, MissedServices.Decide(TimeSpan.FromHours(24) + tick, beat));
        Assert.False(MissedServices.IsBusSilent(TimeSpan.FromSeconds(30), beat));
        Assert.True(MissedServices.IsBusSilent(TimeSpan.FromSeconds(30) + tick, beat));
    }

    [Fact]
    public void A_process_that_did_not_look_for_two_beats_was_stopped_itself()
    {
        var beat = TimeSpan.FromSeconds(10);
        Assert.False(MissedServices.WasStopped(TimeSpan.FromSeconds(20), beat));
        Assert.True(MissedServices.WasStopped(TimeSpan.FromSeconds(20) + TimeSpan.FromTicks(1), beat));
    }

    [Fact]
    public void The_alert_names_the_replica_and_what_it_means_and_its_end_says_how()
    {
        var silent = MissedServices.Silent("ha-scheduler", "a", TimeSpan.FromSeconds(61), T0);
        Assert.Equal((AlertEvents.ServiceSilent, "ha-scheduler/a"), (silent.Event, silent.Target));
        Assert.Contains("no failure of a host is found", silent.Description);
        Assert.Contains(
            "no failure of a host is found", MissedServices.Silent("heartbeat", "a", TimeSpan.FromSeconds(61), T0).Description);
        Assert.DoesNotContain("no failure of a host", MissedServices.Silent("console", "a", TimeSpan.FromSeconds(61), T0).Description);
        var over = MissedServices.Over(MissedServices.Bus(TimeSpan.FromSeconds(31), T0), MissedServices.Heard);
        Assert.Equal((AlertCondition.Resolved, "The message bus is heard again"), (over.Condition, over.Summary));
        Assert.Equal("The service ha-scheduler/a has said that it stops", MissedServices.Over(silent, MissedServices.Stops).Summary);
    }
}
