using Holdfast.Data.Reports;
using Holdfast.Log.Contract;
using Holdfast.Store;

namespace Holdfast.DataPlane.Tests;

/// <summary>The line that a Store logs of itself.</summary>
public sealed class StoreMetricsTests
{
    private static readonly LogRange Earlier = new(new Position(1, 0), 0, new Position(1, 5), 1_700_000_000_000_000, 1000, 1);
    private static readonly LogRange Now =
        Earlier with { Last = new Position(1, 9), LastTime = 1_700_000_008_000_000, Bytes = 6000, Segments = 2 };

    [Fact]
    public void It_says_rate_position_lag_and_the_slowest_consumer()
    {
        var figures = Figures() with
        {
            Consumers = [new("quick", new Position(1, 9), 1_700_000_008), new("slow", new Position(1, 7), 1_700_000_003)],
            SourceLag = TimeSpan.FromMilliseconds(12),
        };
        Assert.Equal("500 bytes/s, at 1/9, 12 ms after its newest commit; from 1/0 on 6000 bytes in 2 segments; "
            + "consumers 2, the slowest slow at 1/7, 5 s behind", StoreMetrics.Line(figures, Now, Earlier, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Segments_that_went_make_no_negative_rate() => Assert.StartsWith("0 bytes/s, at 1/5; from 1/0 on 1000 bytes",
        StoreMetrics.Line(Figures(), Earlier, Now, TimeSpan.FromSeconds(10)), StringComparison.Ordinal);

    [Fact]
    public void It_says_why_it_does_not_collect() => Assert.EndsWith("no consumer is connected; does not collect: DP-210 Full. Free room.",
        StoreMetrics.Line(Figures() with { Fault = new StoreFault("DP-210", "Full.", "Free room.", IsPassing: true) }, Now, null, default),
        StringComparison.Ordinal);

    private static StoreFigures Figures() => new(null, null, Now, [], null);
}
