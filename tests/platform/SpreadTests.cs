using System.Diagnostics.Metrics;
using Holdfast.Platform.Telemetry;

namespace Holdfast.Platform.Tests;

public sealed class SpreadTests
{
    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 2)]
    [InlineData("50", 100)]
    [InlineData("90", 180)]
    [InlineData("99", 198)]
    [InlineData("100", 200)]
    public void A_percentile_is_the_nearest_value_that_there_is(string percentile, double value)
    {
        var spread = new Spread();
        Enumerable.Range(1, 200).Reverse().ToList().ForEach(v => spread.Add("north", v));
        Assert.Equal(value, Of(spread.Figures(), "north", percentile));
    }

    [Fact]
    public void Of_one_value_all_percentiles_are_that_value_and_of_none_there_are_none()
    {
        var spread = new Spread();
        Assert.Empty(spread.Figures());
        spread.Add("north", 7);
        Assert.All(spread.Figures(), f => Assert.Equal(7, f.Value));
    }

    [Fact]
    public void Regions_are_apart()
    {
        var spread = new Spread();
        spread.Add("north", 1);
        spread.Add("south", 9);
        Assert.Equal((1, 9), (Of(spread.Figures(), "north", "100"), Of(spread.Figures(), "south", "0")));
    }

    [Fact]
    public void A_tally_counts_each_set_of_labels()
    {
        var tally = Tally.By("code");
        tally.Add("HA-200");
        tally.Add("HA-204", 2);
        tally.Add("HA-200");
        Assert.Equal(["HA-200 2", "HA-204 2"], tally.Figures().Select(f => $"{f.Tags[0].Value} {f.Value}"));
    }

    [Fact]
    public void The_metrics_of_one_scrape_are_worked_out_once_and_those_of_the_next_anew()
    {
        var (time, count) = (new ManualTime(), 0);
        var once = new ReadOnce<string>(() => $"{++count}", time);
        Assert.Equal(("1", "1"), (once.Now, once.Now));
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal("1", once.Now);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("2", once.Now);
    }

    private static double Of(IEnumerable<Measurement<double>> figures, string region, string percentile) =>
        figures.Single(f => Equals(f.Tags[0].Value, region) && Equals(f.Tags[1].Value, percentile)).Value;
}
