namespace Holdfast.Heartbeat.Tests;

public sealed class AdmissionTests
{
    /// <summary>Incarnation 5, sequence 100 at 10.0.0.1, granted at 100 s: its leftovers may run until 115 s.</summary>
    private static readonly Known Heard = Known.Nobody with { Incarnation = 5, Sequence = 100, Address = "10.0.0.1",
        Granted = Seconds(100), Lease = Seconds(10) };

    private static Verdict Decide(Known known, HostReport report, double now, bool peers = false, bool fresh = true) =>
        Admission.Decide(known, report, new Circumstances(Seconds(now), peers, fresh), Some.Terms);

    [Fact]
    public void A_host_heard_for_the_first_time_is_applied_and_gets_its_list()
    {
        var verdict = Decide(Known.Nobody, Report(), 1);
        Assert.Equal((Step.Apply, false), (verdict.Step, verdict.Withhold));
        Assert.Equal((1, 1, Seconds(1)), (verdict.Next.Incarnation, verdict.Next.Sequence, verdict.Next.Granted));
    }

    [Theory]
    [InlineData(101, true)]
    [InlineData(100, false)]
    [InlineData(99, false)]
    public void Only_a_higher_sequence_is_applied(long sequence, bool applied)
    {
        var verdict = Decide(Heard, Report(5, sequence), 103);
        Assert.Equal(applied ? Step.Apply : Step.Recognise, verdict.Step);
        Assert.Equal(applied ? Seconds(103) : Seconds(100), verdict.Next.Granted);
    }

    [Theory]
    [InlineData(114.999, (int)Step.RefuseClone, true)]
    [InlineData(115, (int)Step.Apply, false)]
    public void One_incarnation_at_two_addresses_is_refused_while_the_first_may_run(double now, int step, bool conflict)
    {
        var verdict = Decide(Heard, Report(5, 101, "10.0.0.9"), now);
        Assert.Equal(((Step)step, conflict), (verdict.Step, verdict.Conflict));
        Assert.Equal(conflict ? "10.0.0.1" : "10.0.0.9", verdict.Next.Address);
    }

    [Theory]
    [InlineData(114.999, (int)Step.RefuseElsewhere, true)]
    [InlineData(115, (int)Step.Apply, false)]
    public void A_newer_incarnation_elsewhere_is_refused_while_the_known_one_may_run(double now, int step,
        bool conflict)
    {
        // Even when it says that it succeeds the known one: a clone says so too.
        var verdict = Decide(Heard, Report(6, 1, "10.0.0.9") with { Succeeds = 5 }, now);
        Assert.Equal(((Step)step, conflict), (verdict.Step, verdict.Conflict));
    }

    [Theory]
    [InlineData(114.999, true)]
    [InlineData(115, false)]
    public void A_restarted_supervisor_gets_nothing_to_run_while_leftovers_may_run(double now, bool withheld)
    {
        var taken = Decide(Heard, Report(6, 1), now);
        Assert.Equal((Step.Apply, withheld), (taken.Step, taken.Withhold));
        var later = Decide(Decide(Heard, Report(6, 1), 101).Next, Report(6, 2), now);
        Assert.Equal(withheld, later.Withhold);
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(4, true)]
    public void A_supervisor_that_killed_the_known_ones_leftovers_gets_its_list_at_once(long succeeds, bool withheld) =>
        Assert.Equal(withheld, Decide(Heard, Report(6, 1) with { Succeeds = succeeds }, 101).Withhold);

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(1, true, true)]
    [InlineData(0, false, true)]
    public void A_restarted_supervisor_that_holds_a_list_has_been_judged_by_another_collector(long holds, bool fresh, bool withheld)
    {
        var verdict = Decide(Heard, Report(6, 9) with { DesiredVersion = holds }, 101, peers: true, fresh: fresh);
        Assert.Equal(withheld ? Seconds(101 + 15) : Seconds(0), verdict.Next.WithheldUntil);
    }

    [Fact]
    public void Killing_the_leftovers_of_a_withheld_life_does_not_excuse_those_of_the_life_before()
    {
        var second = Decide(Heard, Report(6, 1), 101).Next;
        var third = Decide(second, Report(7, 1) with { Succeeds = 6 }, 102);
        Assert.True(third.Withhold);
        Assert.Equal(Seconds(115), third.Next.WithheldUntil);
    }

    [Fact]
    public void With_other_collectors_the_known_incarnation_may_have_a_lease_from_them() =>
        Assert.Equal(Seconds(140 + 15), Decide(Heard, Report(6, 1), 140, peers: true).Next.WithheldUntil);

    [Fact]
    public void A_late_report_of_a_former_life_is_refused_without_a_conflict()
    {
        var taken = Decide(Heard, Report(6, 1), 120).Next;
        var late = Decide(taken, Report(5, 100), 121);
        Assert.Equal((Step.RefuseSuperseded, false), (late.Step, late.Conflict));
        Assert.Equal(taken.Granted, late.Next.Granted);
    }

    [Fact]
    public void A_former_life_that_goes_on_is_a_conflict_told_once_per_lease()
    {
        var taken = Decide(Heard, Report(6, 1), 120).Next;
        var first = Decide(taken, Report(5, 101), 121);
        var second = Decide(first.Next, Report(5, 102), 130.999);
        var third = Decide(second.Next, Report(5, 103), 131);
        Assert.Equal([true, false, true], new[] { first, second, third }.Select(v => v.Conflict));
    }

    [Fact]
    public void An_unknown_former_life_is_a_conflict_only_when_it_goes_on_while_the_present_one_is_heard()
    {
        var first = Decide(Heard, Report(3, 7), 101);
        var same = Decide(first.Next, Report(3, 7), 102);
        var alone = Decide(same.Next, Report(3, 8), 103);
        var present = Decide(alone.Next, Report(5, 101), 104);
        var both = Decide(present.Next, Report(3, 9), 105);
        Assert.Equal([false, false, false, false, true], new[] { first, same, alone, present, both }.Select(v => v.Conflict));
    }

    /// <summary>Lowered from the 10 s that the known one was granted to 1 s; a peer may have granted up to 60 s.</summary>
    [Fact]
    public void Terms_that_changed_meanwhile_shorten_no_wait_and_lapse_no_lease()
    {
        var shorter = new HeartbeatTerms(
            Some.Granted with { Lease = Seconds(1) }, Some.Granted with { Lease = Seconds(60) }, Seconds(1));
        Verdict Now(HostReport report, double now, bool fresh = true) =>
            Admission.Decide(Heard, report, new Circumstances(Seconds(now), Peers: false, fresh), shorter);
        Assert.Equal(Step.RefuseElsewhere, Now(Report(6, 1, "10.0.0.9"), 164.999).Step);
        Assert.Equal(Step.Apply, Now(Report(6, 1, "10.0.0.9"), 165).Step);
        Assert.Equal(Seconds(165), Now(Report(6, 1), 102).Next.WithheldUntil);
        Assert.False(Now(Report(5, 101) with { DesiredVersion = 1 }, 109.999, fresh: false).Withhold);
        Assert.True(Now(Report(5, 101) with { DesiredVersion = 1 }, 110, fresh: false).Withhold);
        Assert.Equal(Seconds(1), Now(Report(5, 101), 105).Next.Lease);
    }

    [Theory]
    [InlineData(109.999, false)]
    [InlineData(110, true)]
    public void A_host_whose_lease_lapsed_gets_no_list_that_may_be_out_of_date(double now, bool withheld)
    {
        var verdict = Decide(Heard, Report(5, 101) with { DesiredVersion = 7 }, now, fresh: false);
        Assert.Equal(withheld, verdict.Withhold);
        Assert.Equal(withheld, Decide(verdict.Next, Report(5, 102) with { DesiredVersion = 7 }, now + 1, fresh: false).Withhold);
        Assert.False(Decide(verdict.Next, Report(5, 102) with { DesiredVersion = 7 }, now + 1, fresh: true).Withhold);
    }

    /// <summary>
    /// Another collector gave it a newer list than ours before it restarted; that collector's row told us of it just now, as if
    /// it had a lease from here.
    /// </summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(7, false)]
    public void A_host_without_a_list_gets_none_that_may_be_out_of_date_whoever_granted_to_it(long holds, bool withheld)
    {
        var restarted = Report(5, 101) with { DesiredVersion = holds };
        var verdict = Decide(Heard, restarted, 100.5, fresh: false);
        Assert.Equal((Step.Apply, withheld), (verdict.Step, verdict.Withhold));
        Assert.False(Decide(verdict.Next, restarted with { Sequence = 102 }, 101, fresh: true).Withhold);
    }
}
