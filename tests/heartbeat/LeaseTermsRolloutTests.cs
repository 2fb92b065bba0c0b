namespace Holdfast.Heartbeat.Tests;

public sealed class LeaseTermsRolloutTests
{
    /// <summary>May run 300 + 30 + 10 s.</summary>
    private static readonly LeaseTerms Long = new(Seconds(300), Seconds(30), Seconds(10));

    /// <summary>May run 6 s.</summary>
    private static readonly LeaseTerms Short = new(Seconds(4), Seconds(1), Seconds(1));

    private static LeaseTermsRollout Granting(LeaseTerms what) => new() { Version = 0, Granted = what };

    private static DateTimeOffset Clock(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    /// <summary>The other collector's row as it was last written, read over and over until then.</summary>
    private static LeaseTermsRollout StandsStill(LeaseTermsRollout rollout, double from, double until, double written = 0, long heard = 0)
    {
        for (var at = from; at < until; at += 5)
        {
            rollout = Read(rollout, at, written, heard).Pass(Seconds(at));
        }

        return Read(rollout, until, written, heard);
    }

    private static LeaseTermsRollout Read(LeaseTermsRollout rollout, double at, double written = 0, long heard = 0) =>
        rollout.Read([("other", Long, (Clock(written), heard))], Seconds(at));

    /// <summary>Said in a confirmed batch and, since then, in the row.</summary>
    private static LeaseTermsRollout Said(LeaseTermsRollout rollout, double at) =>
        rollout.SaidInBatch(rollout.Own).SaidInRow(rollout.Own, Seconds(at));

    [Fact]
    public void Shorter_terms_are_granted_at_once_and_the_longer_ones_count_until_they_have_run_out()
    {
        var lowered = Granting(Long).Change(1, Short);
        Assert.Equal((1, Short, Long), (lowered.Version, lowered.Granted, lowered.Longest));
        // From the first pass after the change: whoever took the terms before it has granted by then.
        var passed = lowered.Pass(Seconds(100));
        Assert.Equal(Long, passed.Pass(Seconds(439.999)).Longest);
        Assert.Equal(Short, passed.Pass(Seconds(440)).Longest);
    }

    [Fact]
    public void Longer_terms_are_said_at_once_and_granted_when_batch_and_row_have_said_them_for_others_to_read()
    {
        var raised = Granting(Short).Change(1, Long);
        Assert.Equal((0, Short, Long), (raised.Version, raised.Granted, raised.Longest));
        Assert.Equal(Short, raised.SaidInBatch(Long).Pass(Seconds(1_000)).Granted);
        Assert.Equal(Short, raised.SaidInRow(Long, Seconds(1)).Pass(Seconds(1_000)).Granted);
        Assert.Equal(Short, raised.SaidInBatch(Short).SaidInRow(Short, Seconds(1)).Pass(Seconds(1_000)).Granted);
        var said = Said(raised, 10);
        Assert.Equal(Short, said.Pass(Seconds(10) + LeaseTermsRollout.Settle - Seconds(0.001)).Granted);
        var granted = said.Pass(Seconds(10) + LeaseTermsRollout.Settle);
        Assert.Equal((1, Long, Long), (granted.Version, granted.Granted, granted.Longest));
    }

    [Fact]
    public void Terms_longer_in_one_part_and_shorter_in_another_are_covered_by_neither()
    {
        var mixed = new LeaseTerms(Seconds(10), Seconds(60), Seconds(1));
        var changed = Granting(Long).Change(1, mixed);
        Assert.Equal(Long, changed.Granted);
        Assert.Equal(new LeaseTerms(Seconds(300), Seconds(60), Seconds(10)), changed.Longest);
        var granted = Said(changed, 0).Pass(Seconds(10));
        Assert.Equal((mixed, Seconds(300)), (granted.Granted, granted.Longest.Lease));
        Assert.Equal(mixed, granted.Pass(Seconds(351)).Longest);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public void A_doubled_and_an_older_version_change_nothing(int version)
    {
        var at = Granting(Long).Change(5, Short);
        Assert.Same(at, at.Change(version, Long));
        var raising = Granting(Short).Change(5, Long);
        Assert.Same(raising, raising.Change(version, Short));
    }

    [Fact]
    public void A_raise_that_is_taken_back_before_it_was_granted_leaves_nothing_behind()
    {
        var taken = Granting(Short).Change(1, Long).Change(2, Short);
        Assert.Equal((2, Short, Short), (taken.Version, taken.Granted, taken.Longest));
        Assert.Equal(Short, Said(taken, 0).Pass(Seconds(1_000)).Granted);
    }

    [Fact]
    public void A_raise_that_is_raised_again_must_be_said_again()
    {
        var longer = Long with { Lease = Seconds(900) };
        var raised = Said(Granting(Short).Change(1, Long), 0).Change(2, longer);
        Assert.Equal(Short, raised.Pass(Seconds(100)).Granted);
        Assert.Equal(longer, Said(raised, 100).Pass(Seconds(102)).Granted);
    }

    [Fact]
    public void Lowered_twice_each_former_terms_run_out_by_themselves()
    {
        var middle = new LeaseTerms(Seconds(15), Seconds(5), Seconds(2));
        var twice = Granting(Long).Change(1, middle).Pass(Seconds(0)).Change(2, Short).Pass(Seconds(330));
        Assert.Equal(Long, twice.Longest);
        Assert.Equal(middle, twice.Pass(Seconds(340)).Longest);
        Assert.Equal(Short, twice.Pass(Seconds(352)).Longest);
    }

    [Fact]
    public void What_a_former_life_or_another_collector_granted_counts_until_its_row_has_stood_still_for_as_long()
    {
        var read = Read(Granting(Short), 7);
        Assert.Equal((Short, Long), (read.Own, read.Longest));
        var end = 7 + 340 + LeaseTermsRollout.RowAgeMax.TotalSeconds;
        var still = StandsStill(read, 8, end - 1);
        Assert.Equal(Long, still.Pass(Seconds(end - 0.001)).Longest);
        Assert.Equal(Short, still.Pass(Seconds(end)).Longest);
        Assert.Equal("other", Assert.Single(still.Pass(Seconds(end)).RunOut));
        var alive = Read(still, end - 0.5, written: 1);
        Assert.Equal(Long, alive.Pass(Seconds(end)).Longest);
        Assert.Empty(alive.Pass(Seconds(end)).RunOut);
    }

    [Fact]
    public void Run_out_stays_run_out_until_the_row_changes()
    {
        var over = StandsStill(Granting(Short), 0, 1_000).Pass(Seconds(1_000));
        Assert.Equal(Short, Read(over, 1_001).Longest);
        Assert.Equal(Long, Read(over, 1_001, written: 2).Longest);
        Assert.Equal(Short, over.Read([("other", null, (Clock(2), 0))], Seconds(1_001)).Longest);
        Assert.Equal(Short, over.Read([], Seconds(1_001)).Longest);
    }

    /// <summary>It is cut off from the store and not from the broker: its row stands still, and it grants on.</summary>
    [Fact]
    public void Whom_a_scheduler_hears_has_not_run_out()
    {
        var heard = Granting(Short);
        for (var at = 0; at <= 1_000; at++)
        {
            heard = Read(heard, at, heard: at).Pass(Seconds(at));
        }

        Assert.Equal(Long, heard.Longest);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(10.001, false)]
    public void Of_a_time_in_which_nothing_was_read_nothing_is_concluded(double away, bool isRunOut)
    {
        var before = StandsStill(Granting(Short), 0, 349).Pass(Seconds(349));
        Assert.Equal(Long, before.Pass(Seconds(359.001)).Longest);
        var back = Read(before, 349 + away).Pass(Seconds(349 + away));
        Assert.Equal(isRunOut ? Short : Long, back.Longest);
    }

    [Fact]
    public void What_the_store_remembers_is_granted_from_the_first_report_on_unless_something_newer_was_heard()
    {
        var begun = Granting(Short).Begin(3, Long);
        Assert.Equal((3, Long, Long), (begun.Version, begun.Granted, begun.Longest));
        var heard = Granting(Long).Change(4, Short);
        Assert.Same(heard, heard.Begin(3, Long));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, double.NaN)]
    [InlineData(86_401, 1, 1)]
    public void What_no_rule_lets_through_is_not_granted(double lease, double grace, double drift) =>
        Assert.Throws<ArgumentException>(() => LeaseTerms.Of(
            new Contracts.HaConfig { LeaseSec = lease, KillGraceSec = grace, ClockDriftSec = drift }));

    [Theory]
    [InlineData(300, 10, 10)]
    [InlineData(6, 10, 2)]
    public void Hosts_report_several_times_within_a_lease_however_short_it_became(double lease, double beat, double interval)
    {
        var granted = Long with { Lease = Seconds(lease) };
        var terms = new HeartbeatTerms(granted, Long, Seconds(beat));
        Assert.Equal((Seconds(interval), Seconds(lease / 2)), (terms.Interval, terms.HoldMax));
    }
}
