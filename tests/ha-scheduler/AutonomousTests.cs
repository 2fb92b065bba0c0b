using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Acts of HA by itself for a component.</summary>
public sealed class AutonomousTests
{
    private static string? Graded(Autonomy autonomy, params string[] approved)
    {
        var component = Scene.Component("t1", "h1");
        var @case = new Case(component, null, Scene.Config with { Autonomy = autonomy }, null, null, false, null);
        var hold = Autonomous.Grade(@case, Scene.Of([], component) with { Approved = approved.ToHashSet() }, "ticket", "move it");
        Assert.True(hold is null || (hold.Plan, hold.Ticket, hold.Because) == ("move it", "ticket", "HA would move it"));
        return hold?.Reason.Code;
    }

    [Fact]
    public void It_acts_holds_asks_or_tells_by_its_setting()
    {
        Assert.Null(Graded(Autonomy.Auto));
        Assert.Equal(Reason.AwaitsApproval.Code, Graded(Autonomy.Approve, "another"));
        Assert.Null(Graded(Autonomy.Approve, "ticket"));
        Assert.Equal(Reason.Recommended.Code, Graded(Autonomy.Recommend, "ticket"));
        Assert.Equal(Reason.Observed.Code, Graded(Autonomy.Observe, "ticket"));
    }
}
