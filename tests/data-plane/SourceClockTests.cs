using Holdfast.Store;

namespace Holdfast.DataPlane.Tests;

/// <summary>A source's clock that is ahead of the Store's is said, once.</summary>
public sealed class SourceClockTests
{
    private readonly SourceClock _clock = new();

    [Fact]
    public void It_is_said_when_it_begins_and_when_it_ends()
    {
        Assert.Null(_clock.Look(TimeSpan.FromHours(3)));
        Assert.Null(_clock.Look(-SourceClock.AheadMax));
        Assert.StartsWith("DP-345 The source's clock is 90 s ahead", _clock.Look(TimeSpan.FromSeconds(-90)), StringComparison.Ordinal);
        Assert.Null(_clock.Look(TimeSpan.FromSeconds(-91)));
        Assert.Equal("The source's clock is not ahead any more.", _clock.Look(-SourceClock.AheadMax));
        Assert.Null(_clock.Look(TimeSpan.Zero));
    }
}
