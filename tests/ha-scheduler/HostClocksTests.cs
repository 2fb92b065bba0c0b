using System.Collections.Frozen;
using Holdfast.Rules.HaScheduler.Hosts;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Clocks that are off by more than they may run apart: 2 s.</summary>
public sealed class HostClocksTests
{
    private static readonly IReadOnlyDictionary<(string, string), Finding> NothingTold = FrozenDictionary<(string, string), Finding>.Empty;

    private static HostSnapshot Host(double? ahead, HostState state = HostState.Online) =>
        Scene.Host("h1", state).With(h => h with { Report = h.Report with { ClockAheadSec = ahead } });

    [Theory]
    [InlineData(2.0, false)]
    [InlineData(2.1, true)]
    [InlineData(-2.0, false)]
    [InlineData(-2.1, true)]
    [InlineData(null, false)]
    public void A_clock_that_is_off_by_more_than_the_drift_is_told(double? ahead, bool told) =>
        Assert.Equal(told, HostClocks.Of(Scene.Of([Host(ahead)]), Scene.Config, NothingTold).Any());

    [Theory]
    [InlineData(1.01, true)]
    [InlineData(1.0, false)]
    public void What_was_told_is_over_at_half_of_it(double ahead, bool told) =>
        Assert.Equal(told, HostClocks.IsOff(ahead, Scene.Config, isTold: true));

    [Fact]
    public void A_host_that_is_Down_says_nothing_of_its_clock() =>
        Assert.Empty(HostClocks.Of(Scene.Of([Host(86_400, HostState.Down)]), Scene.Config, NothingTold));

    [Fact]
    public void It_says_by_how_much_and_which_way()
    {
        var finding = Assert.Single(HostClocks.Of(Scene.Of([Host(-86_400)]), Scene.Config, NothingTold));
        Assert.Equal("The clock of host h1 is wrong: 86400 s behind", finding.Summary);
        Assert.Equal(["behind"], finding.Parts);
    }

    [Theory]
    [InlineData(0.5, "ahead")]
    [InlineData(-0.5, "behind")]
    public void Less_than_a_second_has_a_way_too(double ahead, string way)
    {
        var finding = Assert.Single(HostClocks.Of(Scene.Of([Host(ahead)]), Scene.Config with { ClockDriftSec = 0.1 }, NothingTold));
        Assert.Equal(($"The clock of host h1 is wrong: 0.5 s {way}", way), (finding.Summary, Assert.Single(finding.Parts)));
        Assert.StartsWith($"its wall clock is 0.5 s {way}", HostClocks.InWords(ahead), StringComparison.Ordinal);
    }
}
