using static Holdfast.Contracts.StoreHealth;
using static Holdfast.StoreManager.Tests.Scene;

namespace Holdfast.StoreManager.Tests;

public sealed class StartTimestampTests
{
    private static readonly HaConfig Perceive = Scene.Config with { PerceiveStoreClientCheckpoint = true };
    private static readonly HaConfig Computed = Scene.Config with { RefetchMode = RefetchMode.Computed };

    private static long? From(SubtopicView view, HaConfig config, HaWindow? window = null) =>
        StartTimestamp.Of(view, Terms(config, window), Now)?.From;

    [Fact]
    public void The_reference_s_first_example_an_exception_at_10_00_starts_at_09_30() =>
        Assert.Equal(Clock(9, 30), From(View(Abnormal), Scene.Config));

    [Fact]
    public void The_reference_s_second_example_the_earliest_consumer_at_09_40_starts_at_09_10() =>
        Assert.Equal(Clock(9, 10), From(View(Abnormal).ReadAt(Clock(9, 50), Clock(9, 40)), Perceive));

    [Fact]
    public void Perceiving_sees_only_consumers_that_are_seen()
    {
        Assert.Null(From(View(Abnormal), Perceive));
        Assert.Null(From(View(Abnormal).ReadAt(Clock(9, 40)).Unseen(), Perceive));
    }

    [Fact]
    public void Computed_starts_at_the_earliest_consumer_less_skew_and_lag_seen_or_not()
    {
        var source = new SourceLog { ClockSkewSec = 7, FlushLagSec = 11 };
        var view = View(Abnormal).ReadAt(Clock(9, 50), Clock(9, 40)).With(d => d with { Source = source });
        Assert.Equal(Clock(9, 40) - 18, From(view, Computed));
        Assert.Equal(Clock(9, 40) - 18, From(view.Unseen(), Computed));
        Assert.Equal(Clock(9, 0) - 18, From(view with { Consumers = [] }, Computed));
    }

    [Theory]
    [InlineData(1200, 20)]
    [InlineData(1210, 20)]
    [InlineData(1190, 19.8333)]
    public void A_start_is_never_before_the_source_s_retention(int kept, double minutesBefore)
    {
        var view = View(Abnormal).ReadAt(Clock(9, 40, 10)).With(d => d with { Source = new SourceLog { RetentionSec = kept } });
        Assert.Equal(Clock(10, 0) - Math.Min(kept, 1200), From(view, Computed)!.Value);
        Assert.Equal(Math.Min(kept, 1200) / 60.0, minutesBefore, 3);
        Assert.Equal(Clock(10, 0) - kept, From(view, Scene.Config));
    }

    [Fact]
    public void No_start_is_in_the_future() => Assert.Equal(Clock(10, 0), From(View(Abnormal).ReadAt(Clock(11, 0)), Computed));

    /// <summary>Never a gap, and at most 5 % or 60 s too much.</summary>
    [Fact]
    public void Computed_leaves_no_gap_and_reads_little_too_much()
    {
        const int Seed = 4711;
        var random = new Random(Seed);
        for (var run = 0; run < 2000; run++)
        {
            var source = new SourceLog { ClockSkewSec = random.Next(31), FlushLagSec = random.Next(31) };
            var positions = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Clock(10, 0) - random.Next(200_000)).ToList();
            var view = View(Abnormal).ReadAt(positions).With(d => d with { Source = source });
            var from = From(random.Next(2) == 0 ? view : view.Unseen(), Computed)!.Value;
            var earliest = positions.Min();
            Assert.True(from <= earliest - source.ClockSkewSec - source.FlushLagSec, $"seed {Seed}, run {run}: a gap");
            Assert.True(earliest - from <= Math.Max(60, (Clock(10, 0) - earliest) * 0.05), $"seed {Seed}, run {run}: too much");
        }
    }

    [Fact]
    public void A_window_without_HA_widens_the_refetch_and_says_so_until_the_subtopic_has_run_again()
    {
        var window = new HaWindow(Now.AddMinutes(-50), Now.AddMinutes(-5));
        var start = StartTimestamp.Of(View(Abnormal), Terms(Scene.Config, window), Now)!;
        Assert.Equal(Clock(8, 45), start.From);
        Assert.EndsWith("45 min more: HA was off from 2026-01-01T09:10:00Z to 2026-01-01T09:55:00Z", start.Because,
            StringComparison.Ordinal);
        Assert.Equal(Clock(8, 45), From(View(Abnormal) with { RanUntil = Clock(9, 55) - 1 }, Scene.Config, window));
        Assert.Equal(Clock(9, 30), From(View(Abnormal) with { RanUntil = Clock(9, 55) }, Scene.Config, window));
    }

    [Theory]
    [InlineData(0, null, null, true)]
    [InlineData(-1, null, null, false)]
    [InlineData(-1, "1/5@a", "1/5@a", true)]
    [InlineData(-1, "1/5@a", "1/4@a", false)]
    [InlineData(-1, "1/5@a", "1/6@b", false)]
    [InlineData(-1, "1/5@a", null, false)]
    [InlineData(-1, null, "1/5@a", false)]
    public void A_start_has_what_a_consumer_needs_by_its_time_or_by_its_exact_position(int later, string? start, string? needs,
        bool covers) =>
        Assert.Equal(covers, new Start(Clock(9, 0), "") { Exact = ExactPlace.Parse(start) }.Covers(
            new ObservedConsumer("t1", Clock(9, 0) + later, IsVisible: true) { Exact = ExactPlace.Parse(needs) }));

    [Fact]
    public void A_position_that_is_not_seen_any_more_is_said_to_be_the_last_one_known()
    {
        var view = Scene.Of(Seen(Abnormal)).ReadAt(Clock(9, 0));
        Assert.Equal("computed from t1 at 2026-01-01T09:00:00Z", StartTimestamp.Computed(view, Now).Because);
        Assert.EndsWith(", as it was known last", StartTimestamp.Computed(view.Unseen(), Now).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_second_without_HA_is_a_whole_one() => Assert.Equal(Clock(9, 29, 59),
        From(View(Abnormal), Scene.Config, new HaWindow(Now.AddSeconds(-1), Now.AddSeconds(-0.5))));
}
