using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The steps of an order to delete a component.</summary>
public sealed class ManualDeleteTests
{
    private static readonly Registration There = Scene.Component("t1", "h1", epoch: 4);

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

    [Theory]
    [InlineData(DesiredState.Stopped, ComponentState.Stopped, true)]
    [InlineData(DesiredState.Stopped, null, true)]
    [InlineData(DesiredState.Stopped, ComponentState.Running, false)]
    [InlineData(DesiredState.Running, ComponentState.Abnormal, true)]
    [InlineData(DesiredState.Running, ComponentState.Completed, true)]
    [InlineData(DesiredState.Running, ComponentState.Stopped, false)]
    [InlineData(DesiredState.Running, null, false)]
    public void Nothing_that_works_is_deleted(DesiredState desired, ComponentState? says, bool goes)
    {
        var component = There with { Desired = desired };
        var (part, after) = Step(Part(TicketKind.Delete), component, Sees(component, says));
        Assert.Equal(goes, part.Status == TicketStatus.InProgress);
        Assert.Equal(goes ? [new FormerPlace(There.Name!, "h1", 4)] : [], after!.Former);
        Assert.Equal(goes ? DesiredState.Absent : desired, after.Desired);
    }

    [Fact]
    public void What_works_or_is_moved_does_not_go()
    {
        static bool MayGo(Registration component, ComponentState? says, HostState host = HostState.Online) =>
            ManualDelete.MayGo(component, Sees(component, says, host: host));
        var stopped = There with { Desired = DesiredState.Stopped };
        Assert.True(MayGo(stopped, ComponentState.Stopped));
        Assert.False(MayGo(stopped, ComponentState.Starting));
        Assert.True(MayGo(stopped, ComponentState.Running, HostState.Down));
        Assert.True(MayGo(There, ComponentState.Abnormal, HostState.Down));
        Assert.False(MayGo(stopped with { Migration = new Migration { Cause = MoveCause.Drain, At = Scene.Now } },
            ComponentState.Stopped));
    }

    [Fact]
    public void A_release_is_watched_until_all_former_hosts_have_said_that_it_is_gone()
    {
        var going = TaskRules.Follow(There, DesiredState.Absent)!;
        var watched = Step(Part(TicketKind.Delete) with { StartedAt = null }, going, default);
        Assert.Equal((TicketStatus.InProgress, Scene.Now, "h1 has not said that it is gone"),
            (watched.Part.Status, watched.Part.StartedAt, watched.Part.Note));
        var begun = Step(Part(TicketKind.Delete, begun: 5), going, default).Part;
        Assert.Equal(Scene.Now.AddSeconds(-5), begun.StartedAt);
        var done = Step(Part(TicketKind.Delete, begun: 5), going with { Former = [] }, default).Part;
        Assert.Equal((TicketStatus.Successful, "released"), (done.Status, done.Note));
    }

    [Fact]
    public void One_that_was_begun_and_is_wanted_again_has_failed() => Assert.Equal(TicketStatus.Failed,
        Step(Part(TicketKind.Delete, begun: 5), There with { Desired = DesiredState.Stopped }, default).Part.Status);
}
