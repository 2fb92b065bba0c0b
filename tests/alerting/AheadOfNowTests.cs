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
        Assert.Equal(
            [Transition.Counted, Transition.Ignored],
            new[] { T0.AddMinutes(4).AddMicroseconds(-1), T0.AddMinutes(4) }.Select(at => Decide(alert, Firing(at), at).Transition));
        var ended = Decide(alert, Resolved(T0.AddSeconds(5)), T0.AddSeconds(6));
        Assert.Equal(Transition.Resolved, ended.Transition);
        Assert.Equal(Transition.Opened, Decide(ended.Alert, Firing(T0.AddSeconds(9)), T0.AddSeconds(9)).Transition);
        Assert.Equal(Transition.Ignored, Decide(ended.Alert, Firing(T0.AddSeconds(5)), T0.AddSeconds(9)).Transition);
    }

    /// <summary>
    /// Clocks of replicas differ by up to a second, and who raises may be ahead by five minutes. Digests are a minute apart. An alert is
    /// looked at within ten minutes of its lapse.
    /// </summary>
    [Theory]
    [InlineData(nameof(Rules.Alerting.Alert.HeardAt), 1)]
    [InlineData(nameof(Rules.Alerting.Alert.GenerationAt), 1)]
    [InlineData(nameof(Rules.Alerting.Alert.CompletedAt), 1)]
    [InlineData(nameof(Rules.Alerting.Alert.ChildHeardAt), 1)]
    [InlineData(nameof(Rules.Alerting.Alert.DigestedAt), 1)]
    [InlineData(nameof(Rules.Alerting.Alert.DigestAt), 60 + 1)]
    [InlineData(nameof(Rules.Alerting.Alert.LastTriggered), 300 + 1)]
    [InlineData(nameof(Rules.Alerting.Alert.ResolvedAt), 300 + 1)]
    [InlineData(nameof(Rules.Alerting.Alert.DueAt), (3 * 3600) + 600)]
    public void A_time_of_an_alert_stays_to_the_last_one_that_a_right_clock_writes(string name, int seconds)
    {
        var right = With(Alert(), name, T0.AddSeconds(seconds));
        Assert.Same(right, AheadOfNow.Taken(right, T0));
        Assert.False(AheadOfNow.IsAhead(right, T0));
        var ahead = With(Alert(), name, T0.AddSeconds(seconds).AddTicks(1));
        Assert.True(AheadOfNow.IsAhead(ahead, T0));
        var sent = name is nameof(ahead.LastTriggered) or nameof(ahead.ResolvedAt) ? T0.AddMinutes(-1) : T0;
        Assert.Equal(sent, Of(AheadOfNow.Taken(ahead, T0), name));
    }

    /// <summary>A receiver may ask for an hour, an attempt may take a minute, and its claim half a minute more.</summary>
    [Theory]
    [InlineData(nameof(Rules.Alerting.Delivery.CreatedAt), 1)]
    [InlineData(nameof(Rules.Alerting.Delivery.SettledAt), 1)]
    [InlineData(nameof(Rules.Alerting.Delivery.DeadAt), 1)]
    [InlineData(nameof(Rules.Alerting.Delivery.Attempts), 1)]
    [InlineData(nameof(Rules.Alerting.Delivery.NextAttempt), 3600 + 300)]
    [InlineData(nameof(Rules.Alerting.Delivery.ClaimedUntil), 60 + 30 + 1)]
    public void A_time_of_a_delivery_stays_to_the_last_one_that_a_right_clock_writes(string name, int seconds)
    {
        var right = With(Delivery(), name, T0.AddSeconds(seconds));
        Assert.Same(right, AheadOfNow.Taken(right, T0));
        Assert.False(AheadOfNow.IsAhead(right, T0));
        var ahead = With(Delivery(), name, T0.AddSeconds(seconds).AddTicks(1));
        Assert.True(AheadOfNow.IsAhead(ahead, T0));
        Assert.Equal(name is nameof(ahead.SettledAt) ? T0.AddMinutes(-1) : T0, Of(AheadOfNow.Taken(ahead, T0), name));
    }

    [Theory]
    [InlineData(nameof(ChannelHealth.FailedAt), 1)]
    [InlineData(nameof(ChannelHealth.OpenedAt), 1)]
    [InlineData(nameof(ChannelHealth.ClosedAt), 1)]
    [InlineData(nameof(ChannelHealth.DeliveredAt), 1)]
    [InlineData(nameof(ChannelHealth.LastMinute), 1)]
    [InlineData(nameof(ChannelHealth.ProbeAt), 300 + 1)]
    public void A_time_of_a_channel_s_health_stays_to_the_last_one_that_a_right_clock_writes(string name, int seconds)
    {
        var right = With(new ChannelHealth { Channel = "ops" }, name, T0.AddSeconds(seconds));
        Assert.Same(right, AheadOfNow.Taken(right, T0));
        var ahead = With(new ChannelHealth { Channel = "ops" }, name, T0.AddSeconds(seconds).AddTicks(1));
        Assert.Equal(T0, Of(AheadOfNow.Taken(ahead, T0), name));
    }

    /// <summary>It was sent before the first message after the clock was set right, which may be on its way for a minute.</summary>
    [Fact]
    public void A_message_that_is_on_its_way_for_a_minute_is_not_older_than_one_that_was_ahead()
    {
        var alert = Decide(null, Firing(Ahead(20)), Ahead(20)).Alert;
        Transition Sent(DateTimeOffset at) => Decide(alert, Firing(at), T0).Transition;
        Assert.Equal(
            (Transition.Ignored, Transition.Counted), (Sent(T0.AddMinutes(-1)), Sent(T0.AddMinutes(-1).AddMicroseconds(1))));
    }

    [Fact]
    public void What_is_not_ahead_of_now_keeps_its_time_beside_what_is()
    {
        var alert = AheadOfNow.Taken(
            Alert() with { HeardAt = Ahead(20), ActiveAt = T0, LastTriggered = T0, ResolvedAt = T0, CompletedAt = T0.AddHours(-1) }, T0);
        Assert.Equal(
            (T0, T0, T0, T0, T0.AddHours(-1)),
            (alert.HeardAt, alert.ActiveAt, alert.LastTriggered, alert.ResolvedAt, alert.CompletedAt));
        var delivery = AheadOfNow.Taken(Delivery().Sent(T0) with { CreatedAt = Ahead(20), Deadline = T0.AddHours(1) }, T0);
        Assert.Equal((T0, T0, T0.AddHours(1)), (delivery.CreatedAt, delivery.SettledAt, delivery.Deadline));
    }

    [Fact]
    public void What_waits_goes_now_for_a_day_and_what_is_being_sent_gets_the_time_of_the_longest_attempt()
    {
        var made = Delivery() with { CreatedAt = Ahead(2000), NextAttempt = Ahead(2000), Deadline = Ahead(2000).AddDays(1) };
        var waits = AheadOfNow.Taken(made, T0);
        Assert.Equal((T0, null, T0.AddHours(24)), (waits.NextAttempt, waits.ClaimedUntil, waits.Deadline));
        var claimed = AheadOfNow.Taken(made.Claimed("me", Ahead(2000)), T0);
        Assert.Equal((T0.AddSeconds(90), T0.AddSeconds(90)), (claimed.NextAttempt, claimed.ClaimedUntil));
    }

    [Fact]
    public void A_silence_begun_or_ended_by_a_person_begins_or_ends_now_and_what_people_gave_as_times_stays()
    {
        var silence = new Silence
        {
            Id = "s", Matcher = new SilenceMatcher { Scopes = ["system"] }, Reason = "r", Owner = "o",
            CreatedAt = T0.AddHours(-1), StartsAt = T0.AddHours(-1), EndsAt = Ahead(60),
        };
        Assert.Same(silence, AheadOfNow.Taken(silence, T0));
        var ended = AheadOfNow.Taken(silence with { EndedEarly = true, EndsAt = Ahead(21) }, T0);
        Assert.Equal((T0.AddHours(-1), T0.AddHours(-1), T0), (ended.CreatedAt, ended.StartsAt, ended.EndsAt));
        var begun = AheadOfNow.Taken(silence with { CreatedAt = Ahead(20), StartsAt = Ahead(20) }, T0);
        Assert.Equal((T0, T0, Ahead(60)), (begun.CreatedAt, begun.StartsAt, begun.EndsAt));
        var planned = AheadOfNow.Taken(silence with { CreatedAt = Ahead(20), StartsAt = Ahead(30) }, T0);
        Assert.Equal((T0, Ahead(30), Ahead(60)), (planned.CreatedAt, planned.StartsAt, planned.EndsAt));
    }

    private static Alert With(Alert alert, string name, DateTimeOffset at) => name switch
    {
        nameof(alert.HeardAt) => alert with { HeardAt = at },
        nameof(alert.GenerationAt) => alert with { GenerationAt = at },
        nameof(alert.CompletedAt) => alert with { CompletedAt = at },
        nameof(alert.ChildHeardAt) => alert with { ChildHeardAt = at },
        nameof(alert.DigestedAt) => alert with { DigestedAt = at },
        nameof(alert.DigestAt) => alert with { DigestAt = at },
        nameof(alert.LastTriggered) => alert with { LastTriggered = at },
        nameof(alert.ResolvedAt) => alert with { ResolvedAt = at },
        nameof(alert.DueAt) => alert with { DueAt = at },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static Delivery With(Delivery delivery, string name, DateTimeOffset at) => name switch
    {
        nameof(delivery.CreatedAt) => delivery with { CreatedAt = at },
        nameof(delivery.SettledAt) => delivery with { SettledAt = at },
        nameof(delivery.DeadAt) => delivery with { DeadAt = at },
        nameof(delivery.Attempts) => delivery with { Attempts = [new Attempt { At = at, DurationMs = 1, Ok = true }] },
        nameof(delivery.NextAttempt) => delivery with { NextAttempt = at },
        nameof(delivery.ClaimedUntil) => delivery with { ClaimedUntil = at },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static ChannelHealth With(ChannelHealth health, string name, DateTimeOffset at) => name switch
    {
        nameof(health.FailedAt) => health with { FailedAt = at },
        nameof(health.OpenedAt) => health with { OpenedAt = at },
        nameof(health.ClosedAt) => health with { ClosedAt = at },
        nameof(health.DeliveredAt) => health with { DeliveredAt = at },
        nameof(health.LastMinute) => health with { LastMinute = [T0, at] },
        nameof(health.ProbeAt) => health with { ProbeAt = at },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The time of that name; of a list the last one.</summary>
    private static DateTimeOffset Of(object document, string name) => document.GetType().GetProperty(name)!.GetValue(document) switch
    {
        DateTimeOffset at => at,
        IReadOnlyList<Attempt> attempts => attempts[^1].At,
        IReadOnlyList<DateTimeOffset> times => times[^1],
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
