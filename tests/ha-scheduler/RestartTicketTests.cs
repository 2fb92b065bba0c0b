using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A restart that a person is asked for.</summary>
public sealed class RestartTicketTests
{
    private static readonly Registration Failed = Scene.Component("t1", "h1") with { FailedAt = Scene.Now };

    private static readonly Hold Asks = new(Failed.Id, Reason.AwaitsApproval, "it failed")
    {
        Plan = "restart it", Ticket = IncrSyncHealth.TicketOf(Failed),
    };

    private static readonly SubTask Part = RestartTicket.Part(Asks, Failed, Scene.Now.AddMinutes(-1));

    private static SubTask Step(Registration? component, bool isApproved = false, Hold? held = null, SubTask? part = null) =>
        RestartTicket.Step(part ?? Part, component, isApproved, held, Scene.Now);

    [Fact]
    public void Only_a_question_for_its_own_ticket_asks_for_one()
    {
        Assert.True(RestartTicket.IsAskedFor(Asks, Failed));
        Assert.False(RestartTicket.IsAskedFor(Asks with { Ticket = "i1" }, Failed));
        Assert.False(RestartTicket.IsAskedFor(Asks with { Reason = Reason.Recommended }, Failed));
        Assert.Equal(("h1", TicketStatus.Ready), (Assert.Single(RestartTicket.Open(Asks, Failed, Scene.Now).Hosts), Part.Status));
        Assert.Empty(RestartTicket.Open(Asks, Failed with { Host = null }, Scene.Now).Hosts);
        Assert.Equal(1, RestartTicket.Open(Asks, Failed, Scene.Now).Total);
    }

    [Fact]
    public void It_ends_when_it_is_declined_done_or_not_needed()
    {
        Assert.Equal("declined by ann", Step(Failed, part: Part with { SkippedBy = "ann" }).Note);
        Assert.Equal("released meanwhile", Step(null).Note);
        Assert.Equal("released meanwhile", Step(Failed with { Desired = DesiredState.Absent }).Note);
        Assert.Equal("done: epoch 2 on h1", Step(Failed with { Epoch = 2 }, isApproved: true).Note);
        Assert.Equal("not needed any more: epoch 2 on h1", Step(Failed with { Epoch = 2 }).Note);
        Assert.Equal("not needed any more: it has not failed", Step(Failed with { FailedAt = null }).Note);
        Assert.Equal(TicketStatus.Ready, Step(Failed with { FailedAt = null }, held: Asks).Status);
    }

    [Fact]
    public void It_waits_for_a_person_and_then_for_what_holds_it()
    {
        var waits = Step(Failed, held: Asks);
        Assert.Equal((TicketStatus.Ready, null, FailoverTicket.NoteOf(Asks)), (waits.Status, waits.StartedAt, waits.Note));
        var approved = Step(Failed, isApproved: true);
        Assert.Equal((TicketStatus.InProgress, Scene.Now, "it failed"), (approved.Status, approved.StartedAt, approved.Note));
        Assert.Equal(Scene.Now.AddSeconds(-5), Step(Failed, true, part: approved
            with { StartedAt = Scene.Now.AddSeconds(-5) }).StartedAt);
    }
}
