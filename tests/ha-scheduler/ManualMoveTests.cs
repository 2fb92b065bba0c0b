using Holdfast.Contracts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The steps of an order to move a component.</summary>
public sealed class ManualMoveTests
{
    private static readonly Registration There = Scene.Component("t1", "h1", epoch: 4);

    private static readonly Migration Move = new()
    {
        Cause = MoveCause.Operator, At = Scene.Now, Ticket = "ticket", Target = "h2", StoppingSince = Scene.Now, Starts = true,
    };

    private static Work Step(SubTask part, Registration? component, Sight sight) =>
        ManualWork.Step(part, component, sight, Scene.Now, Scene.Config);

    /// <param name="begun">Seconds ago; null: not yet.</param>
    private static SubTask Part(string kind, int? begun = null) => new()
    {
        Id = SubTask.IdOf("ticket", There.Id),
        Ticket = "ticket",
        Component = There.Id,
        Kind = kind,
        Status = begun is null ? TicketStatus.Ready : TicketStatus.InProgress,
        From = "h1",
        StartedAt = Scene.Now.AddSeconds(-begun ?? 0),
        CreatedAt = Scene.Now,
    };

    private static Sight Sees(Registration component, ComponentState? says, int? pid = null, HostState host = HostState.Online) => new(
        host, says is { } state && component.Name is not null ? Scene.Runs(component, state, pid) : null, null);

    [Fact]
    public void A_move_waits_for_no_other_move()
    {
        var drained = There with { Migration = Move with { Ticket = null, Cause = MoveCause.Drain } };
        var (part, component) = Step(Part(TicketKind.Migrate), drained, default);
        Assert.Equal(TicketStatus.Failed, part.Status);
        Assert.Same(drained, component);
    }
}
