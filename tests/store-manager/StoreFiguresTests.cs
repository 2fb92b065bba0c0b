using System.Diagnostics.Metrics;
using Holdfast.StoreManager.Api;

namespace Holdfast.StoreManager.Tests;

/// <summary>Figures of Stores in /metrics. <see cref="Scene.Now"/> is 10:00.</summary>
public sealed class StoreFiguresTests
{
    [Fact]
    public void Stores_are_counted_by_how_they_stand_and_only_running_ones_have_a_range_and_a_lag()
    {
        var figures = Of(Scene.Of(
            Scene.Seen(StoreHealth.Running, 1, begin: Scene.Clock(8, 0), end: Scene.Clock(9, 59)),
            Scene.Seen(StoreHealth.Running, 2, begin: Scene.Clock(9, 30), end: Scene.Clock(9, 50)),
            Scene.Seen(StoreHealth.Abnormal, 3, begin: Scene.Clock(1, 0), end: Scene.Clock(2, 0))));
        Assert.Equal(["north Abnormal 1", "north Running 2"], Lines(figures.Stores.Figures()));
        Assert.Equal((20 * 60, 119 * 60), (At(figures.Range, "0"), At(figures.Range, "100")));
        Assert.Equal((60, 10 * 60), (At(figures.Lag, "0"), At(figures.Lag, "100")));
    }

    [Fact]
    public void A_Store_that_is_ahead_of_the_clock_has_no_lag_and_no_less() =>
        Assert.Equal(0, At(Of(Scene.Of(Scene.Seen(StoreHealth.Running, end: Scene.Clock(10, 1)))).Lag, "0"));

    [Theory]
    [InlineData(9, 0, false)]
    [InlineData(8, 59, true)]
    public void A_subtopic_is_uncovered_while_a_task_needs_what_no_Store_has(int hour, int minute, bool isUncovered)
    {
        var view = Scene.View(StoreHealth.Running).ReadAt(Scene.Clock(hour, minute));
        Assert.Equal(isUncovered ? ["north 1"] : [], Lines(Of(view).Uncovered.Figures()));
        Assert.Equal(["north 1"], Lines(Of(view).Subtopics.Figures()));
    }

    [Fact]
    public void What_a_source_will_have_thrown_away_is_told_where_it_says_how_long_it_keeps_its_log()
    {
        var view = Scene.View(StoreHealth.Running).ReadAt(Scene.Clock(9, 30));
        Assert.Empty(Of(view).RetentionLeft.Figures());
        var kept = view.With(s => s with { Source = new Contracts.SourceLog { RetentionSec = 3600 } });
        Assert.Equal(30 * 60, At(Of(kept).RetentionLeft, "0"));
    }

    private static StoreFigures Of(SubtopicView view) => StoreFigures.Of([view], Scene.Now);

    private static IEnumerable<string> Lines(IEnumerable<Measurement<int>> figures) => figures
        .Select(f => $"{string.Join(' ', f.Tags.ToArray().Select(t => t.Value))} {f.Value}").Order(StringComparer.Ordinal);

    private static double At(Platform.Telemetry.Spread spread, string percentile) =>
        spread.Figures().Single(f => Equals(f.Tags[1].Value, percentile)).Value;
}
