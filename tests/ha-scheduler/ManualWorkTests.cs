using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Tests;

/// <summary>One step of an operator's order, both sides of each limit.</summary>
public sealed class ManualWorkTests
{
    private static readonly Registration There = Scene.Component("t1", "h1", epoch: 4);

    [Theory]
    [InlineData(TicketKind.Start, DesiredState.Stopped, ComponentState.Stopped, 4, DesiredState.Running)]
    [InlineData(TicketKind.Start, DesiredState.Running, ComponentState.Running, 4, DesiredState.Running)]
    [InlineData(TicketKind.Start, DesiredState.Running, ComponentState.Abnormal, 5, DesiredState.Running)]
    [InlineData(TicketKind.Start, DesiredState.Running, ComponentState.Completed, 5, DesiredState.Running)]
    [InlineData(TicketKind.Start, DesiredState.Running, null, 4, DesiredState.Running)]
    [InlineData(TicketKind.Stop, DesiredState.Running, ComponentState.Running, 4, DesiredState.Stopped)]
    [InlineData(TicketKind.Stop, DesiredState.Running, ComponentState.Abnormal, 4, DesiredState.Stopped)]
    public void An_order_is_given_once_and_only_what_has_ended_needs_another_epoch(
        string kind, DesiredState before, ComponentState? says, long epoch, DesiredState after)
    {
        var failed = There with { Desired = before, CarriedState = ComponentState.Abnormal, FailedAt = Scene.Now, Restarts = 3 };
        var (part, component) = Step(Part(kind), failed, Sees(failed, says));
        Assert.Equal((TicketStatus.InProgress, Scene.Now, new Undo(before, null)), (part.Status, part.StartedAt, part.Undo));
        Assert.Equal((epoch, after, after, null, null, 0), (component!.Epoch, component.Desired, component.ByHand,
            component.CarriedState, component.FailedAt, component.Restarts));
        Assert.Equal(component, Step(part, component, Sees(component, null)).Component);
    }

    [Theory]
    [InlineData(TicketKind.Start, ComponentState.Running, 7, HostState.Online, true)]
    [InlineData(TicketKind.Start, ComponentState.Completed, null, HostState.Online, true)]
    [InlineData(TicketKind.Start, ComponentState.Starting, 7, HostState.Online, false)]
    [InlineData(TicketKind.Start, ComponentState.Abnormal, null, HostState.Online, false)]
    [InlineData(TicketKind.Start, ComponentState.Running, 7, HostState.Down, false)]
    [InlineData(TicketKind.Start, null, null, HostState.Online, false)]
    [InlineData(TicketKind.Stop, ComponentState.Stopped, null, HostState.Online, true)]
    [InlineData(TicketKind.Stop, ComponentState.Abnormal, null, HostState.Online, true)]
    [InlineData(TicketKind.Stop, ComponentState.Stopped, 7, HostState.Online, false)]
    [InlineData(TicketKind.Stop, ComponentState.Running, 7, HostState.Online, false)]
    [InlineData(TicketKind.Stop, ComponentState.Stopped, null, HostState.Down, false)]
    public void It_is_done_only_when_a_host_that_is_there_says_so(
        string kind, ComponentState? says, int? pid, HostState host, bool isDone)
    {
        var component = There with { Desired = kind == TicketKind.Start ? DesiredState.Running : DesiredState.Stopped };
        var (part, after) = Step(Part(kind, begun: 59), component, Sees(component, says, pid, host));
        Assert.Equal(isDone ? TicketStatus.Successful : TicketStatus.InProgress, part.Status);
        Assert.Equal((isDone, component), (part.IsOver, after));
    }

    [Theory]
    [InlineData(TicketKind.Start, 59, TicketStatus.InProgress)]
    [InlineData(TicketKind.Start, 60, TicketStatus.Failed)]
    [InlineData(TicketKind.Stop, 59, TicketStatus.InProgress)]
    [InlineData(TicketKind.Stop, 60, TicketStatus.Failed)]
    [InlineData(TicketKind.Migrate, 59, TicketStatus.InProgress)]
    [InlineData(TicketKind.Migrate, 60, TicketStatus.Failed)]
    [InlineData(TicketKind.Delete, 59, TicketStatus.InProgress)]
    [InlineData(TicketKind.Delete, 60, TicketStatus.Failed)]
    public void What_has_not_come_about_in_time_has_failed_and_says_what_was_seen_last(string kind, int begun, string status)
    {
        var component = kind switch
        {
            TicketKind.Stop => There with { Desired = DesiredState.Stopped },
            TicketKind.Migrate => There with { Migration = Move },
            TicketKind.Delete => TaskRules.Follow(There, DesiredState.Absent)!,
            _ => There,
        };
        var (part, after) = Step(Part(kind, begun), component, Sees(component, ComponentState.Starting, 7));
        Assert.Equal(status, part.Status);
        Assert.False(part.IsOver);
        if (status == TicketStatus.Failed)
        {
            Assert.Contains("not within 60 s", part.Note, StringComparison.Ordinal);
            Assert.Null(after!.Migration);
            Assert.Equal((part, after),
                (Step(part, after, Sees(after, ComponentState.Running, 7)) is var again ? (again.Part, again.Component) : default));
        }
    }

    [Fact]
    public void An_order_that_was_overtaken_is_not_given_again()
    {
        var (part, component) = Step(Part(TicketKind.Stop, begun: 1), There, Sees(There, ComponentState.Running, 7));
        Assert.Equal((TicketStatus.Failed, There), (part.Status, component));
        Assert.Contains("overtaken", part.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TicketKind.Start)]
    [InlineData(TicketKind.Stop)]
    [InlineData(TicketKind.Migrate)]
    public void What_is_released_can_only_fail_and_a_delete_of_it_is_done(string kind)
    {
        Assert.Equal(TicketStatus.Failed, Step(Part(kind, begun: 1), null, default).Part.Status);
        Assert.Equal(TicketStatus.Failed, Step(Part(kind), TaskRules.Follow(There, DesiredState.Absent), default).Part.Status);
        Assert.Equal(TicketStatus.Successful, Step(Part(TicketKind.Delete), null, default).Part.Status);
    }

    [Fact]
    public void A_skip_takes_back_what_was_begun_and_nothing_that_somebody_else_ordered()
    {
        var stopped = There with { Desired = DesiredState.Stopped, ByHand = DesiredState.Stopped };
        var part = Part(TicketKind.Stop, begun: 1) with { Undo = new Undo(DesiredState.Running, null), SkippedBy = "ann" };
        var (over, component) = Step(part, stopped, default);
        Assert.Equal((TicketStatus.Successful, true, "skipped by ann"), (over.Status, over.IsOver, over.Note));
        Assert.Equal((DesiredState.Running, null), (component!.Desired, component.ByHand));
        var others = There with { Migration = Move with { Ticket = "another" } };
        Assert.Same(others, Step(Part(TicketKind.Migrate, begun: 1) with { SkippedBy = "ann" }, others, default).Component);
        // A failed move was taken back when it failed; the present state is somebody else's doing.
        Assert.Same(stopped, Step(part with { Status = TicketStatus.Failed }, stopped, default).Component);
    }

    [Fact]
    public void A_start_in_the_middle_of_a_move_starts_it_where_it_goes()
    {
        var moving = There with { Desired = DesiredState.Stopped, Migration = Move with { Carries = ComponentState.Abnormal } };
        var after = Step(Part(TicketKind.Start), moving, default).Component!;
        Assert.Equal((true, null, DesiredState.Stopped), (after.Migration!.Starts, after.Migration.Carries, after.Told));
        var back = Step(Part(TicketKind.Stop), after, default).Component!;
        Assert.False(back.Migration!.Starts);
    }

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
    public void An_order_that_is_given_once_more_after_a_crash_remembers_what_was_first()
    {
        var before = new Undo(DesiredState.Stopped, DesiredState.Stopped);
        Assert.Equal(before, Step(Part(TicketKind.Start) with { Undo = before }, There, default).Part.Undo);
        var done = Step(Part(TicketKind.Start, begun: 1), There, Sees(There, ComponentState.Running, 7)).Part;
        Assert.Equal(($"{There.Name}, epoch 4", "h1"), (done.Note, done.Target));
    }
}
