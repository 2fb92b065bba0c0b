namespace Holdfast.Heartbeat.Tests;

/// <summary>
/// A host whose clock was ahead, or whose work directory is gone, names its next life below its former one. Lease, grace and drift
/// are 15 s together.
/// </summary>
public sealed class SuccessionTests
{
    /// <summary>Incarnation 5, sequence 100, granted at 100 s: it is over at 115 s.</summary>
    private static readonly Known Heard = Known.Nobody with { Incarnation = 5, Sequence = 100, Address = "10.0.0.1",
        Granted = Seconds(100), Lease = Seconds(10) };

    /// <summary>Life 3 has reported once, at 101 s.</summary>
    private static readonly Known Claimed = Decide(Heard, Report(3, 7), 101).Next;

    /// <summary>Life 3 was taken at 115 s.</summary>
    private static readonly Known Taken = Decide(Claimed, Report(3, 8), 115).Next;

    private static Verdict Decide(Known known, HostReport report, double now, bool peers = false, bool fresh = true) =>
        Admission.Decide(known, report, new Circumstances(Seconds(now), peers, fresh), Some.Terms);

    [Theory]
    [InlineData(114.999, (int)Step.RefuseSuperseded, 5)]
    [InlineData(115, (int)Step.Apply, 6)]
    public void A_life_named_below_its_predecessor_gets_the_next_number_once_that_one_is_over(double now, int step, long number)
    {
        var verdict = Decide(Claimed, Report(3, 8), now);
        Assert.Equal(((Step)step, number, false), (verdict.Step, verdict.Next.Incarnation, verdict.Conflict));
    }

    [Fact]
    public void It_is_known_to_everybody_by_its_number_and_goes_on_under_its_own_name()
    {
        var verdict = Decide(Taken, Report(3, 9), 116);
        Assert.Equal((Step.Apply, 6L, 3L), (verdict.Step, verdict.Next.Incarnation, verdict.Next.Name));
        Assert.Equal((6L, 9L), (Admission.Numbered(Report(3, 9), verdict).Incarnation, verdict.Next.Sequence));
        Assert.Equal(Step.Recognise, Decide(verdict.Next, Report(3, 9), 117).Step);
    }

    /// <summary>The row of a life is written anew every 30 s by the collector that hears it.</summary>
    [Theory]
    [InlineData(120.0, 169.999, false)]
    [InlineData(120.0, 170, true)]
    [InlineData(null, 114.999, false)]
    [InlineData(null, 115, true)]
    public void With_other_collectors_none_of_them_may_have_heard_the_predecessor_either(double? elsewhere, double now, bool taken)
    {
        var known = Claimed with { HeardElsewhere = elsewhere is { } at ? Seconds(at) : null };
        Assert.Equal(taken ? Step.Apply : Step.RefuseSuperseded, Decide(known, Report(3, 8), now, peers: true).Step);
    }

    [Fact]
    public void With_other_collectors_it_runs_nothing_before_all_leases_have_run_out()
    {
        var verdict = Decide(Claimed, Report(3, 8), 115, peers: true);
        Assert.Equal((true, Seconds(130)), (verdict.Withhold, verdict.Next.WithheldUntil));
        Assert.False(Decide(Claimed, Report(3, 8), 115).Withhold);
    }

    [Fact]
    public void Nobody_is_over_while_the_store_cannot_be_read() =>
        Assert.Equal(Step.RefuseSuperseded, Decide(Claimed, Report(3, 8), 200, fresh: false).Step);

    /// <summary>A report that was long on its way must not end the life that is only silent.</summary>
    [Fact]
    public void One_late_report_of_a_former_life_succeeds_nobody()
    {
        Assert.Equal(Step.RefuseSuperseded, Decide(Heard, Report(3, 7), 200).Step);
        Assert.Equal(Step.RefuseSuperseded, Decide(Claimed, Report(3, 7), 200).Step);
    }

    [Fact]
    public void A_restart_that_has_killed_what_it_left_is_taken_at_once_and_another_one_waits()
    {
        var vouched = Decide(Taken, Report(4, 1) with { Succeeds = 3 }, 116);
        Assert.Equal((Step.Apply, 7L, 4L, false), (vouched.Step, vouched.Next.Incarnation, vouched.Next.Name, vouched.Withhold));
        Assert.Equal(Step.RefuseSuperseded, Decide(Taken, Report(4, 1), 116).Step);
    }

    /// <summary>Its own successor would have named itself 6, which is a number of another life by now.</summary>
    [Theory]
    [InlineData(5, 101)]
    [InlineData(6, 1)]
    public void The_predecessor_and_its_heir_are_refused_while_the_successor_lives(long incarnation, long sequence)
    {
        var first = Decide(Taken, Report(incarnation, sequence), 116);
        var present = Decide(first.Next, Report(3, 9), 117);
        var second = Decide(present.Next, Report(incarnation, sequence + 1), 118);
        Assert.Equal((Step.RefuseSuperseded, Step.RefuseSuperseded, true), (first.Step, second.Step, first.Conflict || second.Conflict));
    }

    [Fact]
    public void From_another_address_it_is_taken_as_soon_and_no_sooner()
    {
        Assert.Equal(Step.RefuseSuperseded, Decide(Claimed, Report(3, 8, "10.0.0.9"), 114.999).Step);
        Assert.Equal("10.0.0.9", Decide(Claimed, Report(3, 8, "10.0.0.9"), 115).Next.Address);
    }

    [Theory]
    [InlineData(4L, 4)]
    [InlineData(2L, 3)]
    public void Of_two_lives_with_one_number_the_later_name_has_it_at_every_collector(long named, long name)
    {
        var row = new HostRow("h1", 6, 1, "r", "i", "10.0.0.9", "other", DateTimeOffset.UnixEpoch) { Claimed = named };
        Assert.Equal(name, Taken.With(row, Seconds(120), Seconds(10)).Name);
    }

    /// <summary>Granted 10 s at 100 s.</summary>
    [Theory]
    [InlineData(109.999, null)]
    [InlineData(110, 10.0)]
    [InlineData(113, 13.0)]
    public void A_report_of_the_same_life_that_comes_after_its_lease_was_over_is_a_lapse(double now, double? gap)
    {
        var lapse = Decide(Heard, Report(5, 101), now).Lapse;
        Assert.Equal(gap is { } seconds ? new LeaseLapse("h1", seconds, 10) : null, lapse);
    }

    [Fact]
    public void Another_life_and_a_duplicate_have_let_no_lease_lapse()
    {
        Assert.Null(Decide(Heard, Report(6, 1), 200).Lapse);
        Assert.Null(Decide(Heard, Report(5, 100), 113).Lapse);
        Assert.Null(Decide(Known.Nobody, Report(), 113).Lapse);
    }

    [Fact]
    public void A_row_of_the_present_life_says_that_it_is_heard_there()
    {
        var row = new HostRow("h1", 6, 9, "r", "i", "10.0.0.1", "other", DateTimeOffset.UnixEpoch) { Claimed = 3 };
        Assert.Equal(Seconds(120), Taken.With(row, Seconds(120), Seconds(10)).HeardElsewhere);
        Assert.Null(Taken.With(row with { Incarnation = 5, Claimed = null }, Seconds(120), Seconds(10)).HeardElsewhere);
    }

    /// <summary>The newest rows of each collector are read every second, those of a dead one as well.</summary>
    [Fact]
    public void A_row_that_is_read_once_more_does_not_say_that_the_life_is_heard_still()
    {
        var row = new HostRow("h1", 5, 100, "r", "i", "10.0.0.1", "other", DateTimeOffset.UnixEpoch);
        var known = Heard;
        for (var second = 100; second <= 149; second++)
        {
            known = known.With(row, Seconds(second), Seconds(10));
        }

        Assert.Equal(Seconds(100), known.HeardElsewhere);
        var claimed = Decide(known, Report(3, 7), 149, peers: true).Next.With(row, Seconds(150), Seconds(10));
        var verdict = Decide(claimed, Report(3, 8), 150, peers: true);
        Assert.Equal((Step.Apply, false), (verdict.Step, verdict.Conflict));
    }

    [Theory]
    [InlineData("other", 1)]
    [InlineData("another", 0)]
    public void A_row_that_is_written_anew_says_that_the_life_is_heard_there(string by, int at)
    {
        var row = new HostRow("h1", 5, 100, "r", "i", "10.0.0.1", "other", DateTimeOffset.UnixEpoch);
        var anew = row with { By = by, At = DateTimeOffset.UnixEpoch.AddSeconds(at) };
        var known = Heard.With(row, Seconds(101), Seconds(10)).With(anew, Seconds(130), Seconds(10));
        Assert.Equal(Seconds(130), known.HeardElsewhere);
    }

    /// <summary>The present life's last row stays the newest of a collector that died; both lives were never heard at once.</summary>
    [Fact]
    public void Who_claims_the_id_after_a_collector_died_is_in_no_conflict_with_what_that_one_wrote()
    {
        var row = new HostRow("h1", 5, 100, "r", "i", "10.0.0.1", "other", DateTimeOffset.UnixEpoch);
        var claimed = Decide(Heard.With(row, Seconds(100), Seconds(10)), Report(3, 7), 101, peers: true).Next;
        var verdict = Decide(claimed.With(row, Seconds(102), Seconds(10)), Report(3, 8), 103, peers: true);
        Assert.Equal((Step.RefuseSuperseded, false), (verdict.Step, verdict.Conflict));
    }

    /// <summary>
    /// The store was away when a number was handed out, and who had handed it out died: the next life got one that schedulers knew already.
    /// </summary>
    [Theory]
    [InlineData(5, 6, 3)]
    [InlineData(6, 7, 3)]
    [InlineData(9, 10, 3)]
    [InlineData(long.MaxValue, 6, 3)]
    public void A_life_that_is_heard_goes_on_above_a_number_that_schedulers_know(long known, long number, long name)
    {
        var above = Taken.Above(known, Seconds(124.999));
        Assert.Equal((number, name), (above.Incarnation, above.Name));
        var next = Decide(above, Report(3, 9), 125);
        Assert.Equal((Step.Apply, number, 9L), (next.Step, next.Next.Incarnation, next.Next.Sequence));
        Assert.Equal(number, Admission.Numbered(Report(3, 9), next).Incarnation);
    }

    [Fact]
    public void One_that_has_no_lease_any_more_or_was_never_heard_is_not_numbered_anew()
    {
        Assert.Equal(6, Taken.Above(9, Seconds(125)).Incarnation);
        Assert.Equal(Known.Nobody, Known.Nobody.Above(9, Seconds(1)));
    }
}
