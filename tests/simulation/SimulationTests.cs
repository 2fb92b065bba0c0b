namespace Holdfast.Simulation.Tests;

public sealed class SimulationTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(20);

    [Fact]
    public void A_seed_replays_bit_for_bit()
    {
        var shape = Shape.Drawn(1);
        var plan = Plan.Drawn(shape, Short);
        var first = Run.Of(shape, plan);
        var second = Run.Of(shape, plan);
        Assert.Equal((first.Hash, first.Events), (second.Hash, second.Events));
        Assert.Equal(first.Figures, second.Figures);
        Assert.NotEqual(first.Hash, Run.Of(shape with { Seed = 2 }, plan).Hash);
    }
}
