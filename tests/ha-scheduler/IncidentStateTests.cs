using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The states of an incident, step by step.</summary>
public sealed class IncidentStateTests
{
    private static readonly Ticket Open = FailoverTicket.Open("i1", [Scene.Verdict("h1", HostState.Down)], ["mysql"], Scene.Now);

    [Theory]
    [InlineData(false, false, false, "Ongoing", false, false)]
    [InlineData(false, true, true, "Ongoing", false, false)]
    [InlineData(false, true, null, "Ongoing", false, false)]
    [InlineData(false, true, false, "Recovered", true, false)]
    [InlineData(true, false, false, "Ongoing", false, false)]
    [InlineData(true, true, true, "Ongoing", false, false)]
    [InlineData(true, true, null, "Ongoing", false, false)]
    [InlineData(true, true, false, "Closed", true, true)]
    public void It_is_closed_when_all_three_are_so_and_unknown_is_not_well(
        bool isBack, bool isCaughtUp, bool? hasGap, string state, bool hasRecovered, bool isClosed)
    {
        var first = IncidentState.Step(Open, isBack, isCaughtUp, hasGap, Scene.Now.AddSeconds(1));
        Assert.Null(first.ClosedAt);
        Assert.Null(IncidentState.Step(first, isBack, isCaughtUp, hasGap, Scene.Now.AddSeconds(5)).ClosedAt);
        var second = IncidentState.Step(first, isBack, isCaughtUp, hasGap, Scene.Now.AddSeconds(6));
        Assert.Equal((state, hasRecovered, isClosed),
            (IncidentState.Of(second), second.RecoveredAt is not null, second.ClosedAt == Scene.Now.AddSeconds(6)));
        Assert.Equal(isBack ? Scene.Now.AddSeconds(1) : null, second.HostsBackAt);
        Assert.Equal(second.ClosedAt is not null, ReferenceEquals(second, IncidentState.Step(second, false, false, true, Scene.Now)));
    }

    [Fact]
    public void What_an_earlier_release_has_ended_was_over_then_and_not_today()
    {
        var old = Open with { Subtopics = null, Incident = null, FinishedAt = Scene.Now, CatchUpSeconds = 3 };
        var later = Scene.Now.AddDays(2);
        var closed = IncidentState.Step(IncidentState.Step(old, true, true, false, later), true, true, false, later);
        Assert.Equal(Scene.Now.AddSeconds(3), closed.ClosedAt);
        Assert.Equal(Scene.Now, IncidentState.Step(old with { CatchUpSeconds = null }, true, true, false, later).HostsBackAt);
        Assert.Null(IncidentState.Of(Open with { Kind = TicketKind.Drain }));
    }
}
