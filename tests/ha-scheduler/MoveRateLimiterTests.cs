using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Number of moves that HA may still start: 10 a second here.</summary>
public sealed class MoveRateLimiterTests
{
    private static readonly HaConfig Config = Scene.Config with { MovesPerSecond = 10 };
    private readonly MoveRateLimiter _pace = new();

    private int Left(double at) => _pace.Left([Scene.Verdict("h1", HostState.Online)], Config, Scene.Seconds(at))["north"];

    private void Spend(int moves) => _pace.Spend([.. Enumerable.Repeat(
        new Place(Scene.Component("t1", "h1"), "h2", DesiredState.Running, null, "i1"), moves)]);

    [Fact]
    public void One_second_s_worth_is_there_at_first_and_is_all_that_is_kept()
    {
        Assert.Equal(10, Left(5));
        Assert.Equal(10, Left(100));
    }

    [Fact]
    public void What_was_spent_comes_back_with_time()
    {
        Left(0);
        Spend(10);
        Assert.Equal(0, Left(0));
        Assert.Equal(0, Left(0.05));
        Assert.Equal(1, Left(0.1));
        Assert.Equal(6, Left(0.65));
        Assert.Equal(10, Left(1.5));
    }

    [Fact]
    public void Nobody_owes_anything()
    {
        Left(0);
        Spend(25);
        Assert.Equal(5, Left(0.5));
    }

    [Fact]
    public void What_is_spent_is_the_region_s_and_a_first_place_or_the_second_half_of_a_move_costs_nothing()
    {
        var component = Scene.Component("t1", "h1");
        var migration = new Migration { Cause = MoveCause.Drain, At = Scene.Now };
        Left(0);
        _pace.Spend(
        [
            new Place(component with { Host = null }, "h2", DesiredState.Running, null, null),
            new Place(component with { Migration = migration }, "h2", DesiredState.Running, null, null),
            new Restart(component, 1), new BeginMove(component with { Region = "south" }, migration),
        ]);
        Assert.Equal(10, Left(0));
        _pace.Spend([new BeginMove(component, migration)]);
        Assert.Equal(9, Left(0));
    }
}
