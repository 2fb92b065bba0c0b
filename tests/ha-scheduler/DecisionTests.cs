namespace Holdfast.HaScheduler.Tests;

/// <summary>Decisions: which of them are operations of HA, and which figures are equal.</summary>
public sealed class DecisionTests
{
    private static readonly Registration Incr = Scene.Component("t1", "h1");

    private static Migration By(MoveCause cause) => new() { Cause = cause, At = Scene.Now };

    [Fact]
    public void A_failover_and_leaving_a_host_on_which_it_fails_are_operations_of_HA()
    {
        static bool Is(Registration from, string? incident) => new Place(from, "h2", DesiredState.Running, null, incident).IsHaOperation;
        Assert.True(Is(Incr, "i1"));
        Assert.False(Is(Incr, null));
        Assert.False(Is(Incr with { Host = null }, "i1"));
        Assert.True(Is(Incr with { Migration = By(MoveCause.Failing) }, null));
        Assert.False(Is(Incr with { Migration = By(MoveCause.Drain) }, null));
        Assert.False(Is(Incr with { Migration = By(MoveCause.Operator) }, "i1"));
    }

    [Fact]
    public void Figures_are_equal_by_what_they_say()
    {
        var one = new Figures(("a", "1"), ("b", "2"));
        Assert.Equal(one, new Figures(("a", "1"), ("b", "2")));
        Assert.Equal(one.GetHashCode(), new Figures(("a", "1"), ("b", "2")).GetHashCode());
        Assert.NotEqual(one, new Figures(("a", "1"), ("b", "3")));
        Assert.False(one.Equals(null));
        Assert.True(one.Equals((object)new Figures(("a", "1"), ("b", "2"))));
        Assert.Equal("2", one.ByName["b"]);
    }
}
