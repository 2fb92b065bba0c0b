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

    [Fact]
    public void An_order_asks_for_the_move_once_and_names_its_target()
    {
        var named = Part(TicketKind.Migrate) with { NamedTarget = "h2" };
        var begun = Step(named, There, default);
        Assert.Equal((TicketStatus.InProgress, "h1"), (begun.Part.Status, begun.Part.From));
        Assert.Equal((MoveCause.Operator, "ticket", "h2", true),
            (begun.Component!.Migration is { } m ? (m.Cause, m.Ticket, m.Target, m.IsNamed) : default));
        Assert.False(Step(Part(TicketKind.Migrate), There, default).Component!.Migration!.IsNamed);
        Assert.Same(begun.Component, Step(named, begun.Component, default).Component);
        Assert.Equal(TicketStatus.InProgress, Step(named, begun.Component, default).Part.Status);
        Assert.Equal("it has no host yet", Step(named, There with { Host = null }, default).Part.Note);
    }

    [Fact]
    public void One_that_is_there_already_needs_no_move()
    {
        var away = There with { Host = "h2" };
        Assert.Same(away, Step(Part(TicketKind.Migrate) with { NamedTarget = "h2" }, away, default).Component);
        Assert.Same(away, Step(Part(TicketKind.Migrate), away, default).Component);
        Assert.NotNull(Step(Part(TicketKind.Migrate) with { NamedTarget = "h3" }, away, default).Component!.Migration);
    }

    [Fact]
    public void While_it_leaves_the_ticket_says_what_it_waits_for()
    {
        var part = Part(TicketKind.Migrate, begun: 1);
        var asked = There with { Migration = Move with { StoppingSince = null } };
        Assert.Equal("asked for", Step(part, asked, default).Part.Note);
        Assert.Equal("full", Step(part, asked, new Sight(HostState.Online, null, "full")).Part.Note);
        Assert.StartsWith("stops there; h1 says", Step(part, There with { Migration = Move }, default).Part.Note,
            StringComparison.Ordinal);
        Assert.Equal((TicketStatus.Failed, "stays on h1"), (Step(part, There, default).Part is var stays
            ? (stays.Status, stays.Note) : default));
        Assert.Equal("full", Step(part, There, new Sight(HostState.Online, null, "full")).Part.Note);
    }

    [Theory]
    [InlineData(DesiredState.Running, ComponentState.Running, null, TicketStatus.Successful)]
    [InlineData(DesiredState.Running, ComponentState.Starting, null, TicketStatus.InProgress)]
    [InlineData(DesiredState.Stopped, ComponentState.Stopped, null, TicketStatus.Successful)]
    [InlineData(DesiredState.Stopped, ComponentState.Running, null, TicketStatus.InProgress)]
    [InlineData(DesiredState.Running, ComponentState.Running, "h3", TicketStatus.Failed)]
    [InlineData(DesiredState.Running, ComponentState.Running, "h2", TicketStatus.Successful)]
    public void Once_it_is_away_it_is_watched_where_it_went(DesiredState desired, ComponentState says, string? named, string status)
    {
        var away = There with { Host = "h2", Desired = desired };
        var after = Step(Part(TicketKind.Migrate, begun: 1) with { NamedTarget = named }, away, Sees(away, says)).Part;
        Assert.Equal(status, after.Status);
        Assert.Equal(status == TicketStatus.InProgress, after.Target == "h2"
            && after.Note!.StartsWith("is on h2; ", StringComparison.Ordinal));
        var late = Step(Part(TicketKind.Migrate, begun: 60), away, Sees(away, ComponentState.Starting, 7)).Part;
        Assert.Equal((TicketStatus.Failed, "h2"), (late.Status, late.Target));
    }
}
