namespace Holdfast.Alerting.Tests;

public class AheadOfNowTests
{
    public static TheoryData<double> Minutes => [2, 20, 200, 24 * 60];

    private static DateTimeOffset Ahead(double minutes) => T0.AddMinutes(minutes);

    private static Transitioned Decide(Alert? latest, AlertRaised raised, DateTimeOffset now) =>
        AlertTransition.Decide(latest, raised, Defaults, now);

    [Theory]
    [MemberData(nameof(Minutes))]
    public void After_the_clock_was_set_right_an_end_ends_and_what_is_graver_is_told(double minutes)
    {
        var alert = Decide(null, Firing(Ahead(minutes)), Ahead(minutes)).Alert;
        var graver = Decide(alert, Firing(T0.AddSeconds(1), level: 1), T0.AddSeconds(1));
        Assert.Equal((Transition.Counted, 2), (graver.Transition, graver.Alert.Generation));
        var ended = Decide(graver.Alert, Resolved(T0.AddSeconds(2)), T0.AddSeconds(2));
        Assert.Equal(Transition.Resolved, ended.Transition);
        var again = Decide(ended.Alert, Firing(T0.AddSeconds(3)), T0.AddSeconds(3));
        Assert.Equal((Transition.Opened, 2), (again.Transition, again.Alert.Occurrence));
        var endedAtOnce = Decide(alert, Resolved(T0.AddSeconds(1)), T0.AddSeconds(1));
        Assert.Equal(Transition.Resolved, endedAtOnce.Transition);
        Assert.Equal(Transition.Opened, Decide(endedAtOnce.Alert, Firing(T0.AddSeconds(2)), T0.AddSeconds(2)).Transition);
    }

    [Theory]
    [MemberData(nameof(Minutes))]
    public void The_repeat_interval_begins_anew_and_does_not_last_until_the_clock_is_there_again(double minutes)
    {
        var alert = Decide(null, Firing(Ahead(minutes)), Ahead(minutes)).Alert;
        var said = Decide(alert, Firing(T0.AddSeconds(1)), T0.AddSeconds(1)).Alert;
        Assert.Equal(1, said.Generation);
        Assert.Equal(1, Decide(said, Firing(T0.AddSeconds(180)), T0.AddSeconds(180)).Alert.Generation);
        Assert.Equal(2, Decide(said, Firing(T0.AddSeconds(181)), T0.AddSeconds(181)).Alert.Generation);
        Assert.True(Completion.Lapsed(said, T0.AddSeconds(1) + Completion.After));
    }

    [Fact]
    public void The_clock_of_who_raises_may_be_ahead_and_be_set_right_as_well()
    {
        var alert = Decide(null, Firing(T0.AddMinutes(4)), T0).Alert;
        // As long as it is ahead its messages are in the order of their times.
        Assert.Equal(Transition.Ignored, Decide(alert, Firing(T0.AddMinutes(4)), T0.AddSeconds(1)).Transition);
        Assert.Equal(Transition.Ignored, Decide(alert, Resolved(T0.AddMinutes(3.9)), T0.AddSeconds(1)).Transition);
        Assert.Equal(Transition.Counted, Decide(alert, Firing(T0.AddMinutes(4.1)), T0.AddSeconds(1)).Transition);
        var ended = Decide(alert, Resolved(T0.AddSeconds(5)), T0.AddSeconds(6));
        Assert.Equal(Transition.Resolved, ended.Transition);
        Assert.Equal(Transition.Opened, Decide(ended.Alert, Firing(T0.AddSeconds(9)), T0.AddSeconds(9)).Transition);
        Assert.Equal(Transition.Ignored, Decide(ended.Alert, Firing(T0.AddSeconds(5)), T0.AddSeconds(9)).Transition);
    }

    [Fact]
    public void Times_that_a_right_clock_has_written_stay_to_the_last_one()
    {
        var alert = Alert() with
        {
            LastTriggered = T0 + AlertNormalizer.AheadMax, DueAt = T0 + AheadOfNow.LookMax, DigestAt = T0 + Grouping.Apart,
        };
        Assert.Same(alert, AheadOfNow.Taken(alert, T0));
        Assert.NotSame(alert, AheadOfNow.Taken(alert, T0 - AheadOfNow.Tolerance - TimeSpan.FromMicroseconds(1)));
        var waits = Delivery().Failing() with { NextAttempt = T0 + AheadOfNow.WaitMax };
        Assert.Same(waits, AheadOfNow.Taken(waits, T0));
        Assert.NotSame(waits, AheadOfNow.Taken(waits, T0.AddMicroseconds(-1)));
        var claimed = Delivery().Claimed("me", T0 + AheadOfNow.ClaimMax);
        Assert.Same(claimed, AheadOfNow.Taken(claimed, T0));
        var health = new ChannelHealth { Channel = "ops", Circuit = Circuit.Open, FailedAt = T0, ProbeAt = T0 + Breaker.ProbeMax };
        Assert.Same(health, AheadOfNow.Taken(health, T0));
    }
}
