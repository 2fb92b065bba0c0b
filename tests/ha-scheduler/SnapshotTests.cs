namespace Holdfast.HaScheduler.Tests;

/// <summary>The silence of a host in a snapshot.</summary>
public sealed class SnapshotTests
{
    [Theory]
    [InlineData(5, 5, false)]
    [InlineData(5, 5.1, true)]
    public void Silence_that_does_not_count_is_of_a_break(double silent, double unheard, bool since) =>
        Assert.Equal(since, Scene.Host("h1", silent: silent, unheard: unheard).UnheardSinceBreak);
}
