namespace Holdfast.Simulation.Tests;

/// <summary>Ways to draw a world from a seed, by the names that tests are given.</summary>
internal static class Worlds
{
    internal static Func<int, Shape> Named(string name) => name switch
    {
        nameof(Shape.Drawn) => Shape.Drawn,
        nameof(Shape.DrawnWithStores) => Shape.DrawnWithStores,
        nameof(Shape.DrawnWithAlerts) => Shape.DrawnWithAlerts,
        nameof(AwayTests.Several) => AwayTests.Several,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There are no such worlds."),
    };
}
