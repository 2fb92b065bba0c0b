namespace Holdfast.HaScheduler.Tests;

/// <summary>The time for which something has held while somebody looked.</summary>
public sealed class PatienceTests
{
    private readonly Patience<string> _patience = new();

    private void Look(double at, params string[] hold) => _patience.Look(hold, Scene.Seconds(at), lookMax: Scene.Seconds(2));

    [Theory]
    [InlineData(3, true)]
    [InlineData(3.1, false)]
    public void What_is_seen_in_each_look_has_held_since_the_first(double least, bool hasHeld)
    {
        for (var at = 0; at <= 3; at++)
        {
            Look(at, "a");
        }

        Assert.Equal(hasHeld, _patience.HasHeld("a", Scene.Seconds(least)));
    }

    [Fact]
    public void What_is_not_seen_once_begins_anew_and_others_go_on()
    {
        Look(0, "a", "b");
        Look(1, "b");
        Assert.False(_patience.HasHeld("a", TimeSpan.Zero));
        Look(2, "a", "b");
        Assert.True(_patience.HasHeld("a", TimeSpan.Zero));
        Assert.False(_patience.HasHeld("a", Scene.Seconds(0.1)));
        Assert.True(_patience.HasHeld("b", Scene.Seconds(2)));
    }

    [Fact]
    public void A_look_that_comes_late_counts_for_no_more_than_the_most()
    {
        Look(0, "a");
        Look(100, "a");
        Assert.True(_patience.HasHeld("a", Scene.Seconds(2)));
        Assert.False(_patience.HasHeld("a", Scene.Seconds(2.1)));
    }
}
