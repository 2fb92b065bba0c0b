using Holdfast.Rules.HaScheduler.Tasks;
using static Holdfast.HaScheduler.Tests.Scene;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The states of a task in the reference's words.</summary>
public sealed class TaskStatesTests
{
    private static readonly TaskDocument Task = new()
    {
        Id = "t1",
        Name = "t1",
        Type = "synchronization",
        Region = "north",
        Protection = ProtectionLevel.Medium,
        Source = new TaskSource("mysql", "north"),
        IncrSync = new TaskComponent(["incr-sync"]),
        Status = TaskIntent.Running,
        StartTimestamp = 0,
        CreatedAt = Now,
    };

    private static readonly Registration Sync = Component("t1", "h1");

    private static readonly Registration Import = Sync with
    {
        Id = Registration.IdOf("t1", ComponentKind.FullImport),
        Kind = ComponentKind.FullImport,
    };

    private static TaskPart Part(Registration component, ComponentState state = ComponentState.Running, bool isDown = false,
        bool isInPlace = true, string? error = null) => new(component, state, error, isDown, isInPlace);

    private static void Is(string state, string? reason, TaskDocument task, params IReadOnlyList<TaskPart> parts)
    {
        var found = TaskStates.Of(task, parts, []);
        Assert.Equal(state, found.Word);
        if (reason is null)
        {
            Assert.Null(found.Reason);
        }
        else
        {
            Assert.Contains(reason, found.Reason, StringComparison.Ordinal);
        }

        Assert.Contains(state, TaskStates.All);
        Assert.True(TaskStates.MayBe(task, state));
    }

    [Fact]
    public void It_is_in_INIT_until_its_Incr_Sync_has_a_host()
    {
        Is("INIT", "no host yet", Task);
        Is("INIT", "no host yet", Task, Part(Component("t1", null), ComponentState.Starting));
        Is("RUNNING", null, Task, Part(Sync, ComponentState.Starting, isInPlace: false));
    }

    [Fact]
    public void It_is_FAILED_while_what_should_run_is_Abnormal_or_on_a_Down_host()
    {
        Is("RUNNING", null, Task, Part(Sync));
        Is("FAILED", "is Abnormal on h1: disk full", Task, Part(Sync, ComponentState.Abnormal, error: "disk full"));
        Is("FAILED", "host h1, which is Down", Task, Part(Sync, ComponentState.Abnormal, isDown: true));
        var copies = Task with { FullImport = new(["copy"]) };
        Is("FAILED", "Full-Import is Abnormal", copies, Part(Sync), Part(Import, ComponentState.Abnormal));
        Is("FAILED", "lost its host", Task, Part(Sync with { Host = null }, ComponentState.Starting));
        var carried = Sync with { Desired = DesiredState.Stopped, CarriedState = ComponentState.Abnormal };
        Is("FAILED", "is Abnormal", Task, Part(carried, ComponentState.Abnormal));
    }

    [Fact]
    public void What_was_stopped_by_hand_has_not_failed()
    {
        var stopped = Sync with { Desired = DesiredState.Stopped, ByHand = DesiredState.Stopped };
        Is("RUNNING", null, Task, Part(stopped, ComponentState.Stopped));
        Is("RUNNING", null, Task, Part(stopped, ComponentState.Abnormal, isDown: true));
        Is("SUSPEND", null, Task with { Status = TaskIntent.Suspended }, Part(stopped, ComponentState.Abnormal, isDown: true));
    }

    [Theory]
    [InlineData(ComponentState.Running, true)]
    [InlineData(ComponentState.Starting, true)]
    [InlineData(ComponentState.Abnormal, true)]
    [InlineData(ComponentState.Stopped, false)]
    [InlineData(ComponentState.Completed, false)]
    [InlineData(ComponentState.Migrating, false)]
    public void SUSPEND_says_what_has_not_stopped_yet(ComponentState state, bool isSaid)
    {
        var suspended = Task with { Status = TaskIntent.Suspended };
        var stopping = Sync with { Desired = DesiredState.Stopped };
        Is("SUSPEND", isSaid ? "its Incr-Sync on h1 has not stopped yet" : null, suspended, Part(stopping, state));
        Is("SUSPEND", null, suspended, Part(stopping, state, isDown: true));
        Is("SUSPEND", null, suspended, Part(stopping with { CarriedState = ComponentState.Abnormal }, state));
        Is("SUSPEND", null, suspended, Part(Sync, state));
    }

    [Fact]
    public void Of_several_that_have_not_stopped_the_first_is_named() => Is("SUSPEND", "its Full-Import on h1 has not stopped yet",
        Task with { Status = TaskIntent.Suspended, FullImport = new(["copy"]) },
        Part(Import with { Desired = DesiredState.Stopped }), Part(Sync with { Desired = DesiredState.Stopped }));

    [Fact]
    public void It_is_FINISHED_when_all_of_it_has_completed()
    {
        var both = Task with { FullImport = new(["copy"]) };
        Is("RUNNING", null, both, Part(Sync), Part(Import, ComponentState.Completed));
        Is("RUNNING", null, both, Part(Sync, ComponentState.Completed), Part(Import));
        Is("FINISHED", "completed", both, Part(Sync, ComponentState.Completed), Part(Import, ComponentState.Completed));
    }

    [Fact]
    public void It_is_modifying_until_its_host_has_answered_the_new_command()
    {
        var changed = Sync with { Epoch = 2, ChangedEpoch = 2 };
        Is("RUNNING_MODIFYING", "epoch 2", Task, Part(changed, ComponentState.Starting, isInPlace: false));
        Is("RUNNING", null, Task, Part(changed));
        Is("RUNNING", null, Task, Part(changed with { Epoch = 3 }, ComponentState.Starting, isInPlace: false));
    }

    [Fact]
    public void It_is_RELEASING_until_no_component_and_no_Store_is_left()
    {
        var released = Task with { Status = TaskIntent.Released };
        var leaving = TaskRules.Follow(Sync, DesiredState.Absent)!;
        Is("RELEASING", $"h1 has not said yet that {Sync.Name} is gone", released, Part(leaving));
        Assert.Equal(new TaskState("RELEASING", "the Store s1 still has it among its consumers"), TaskStates.Of(released, [], ["s1"]));
        Is("RELEASED", null, released);
    }

    [Theory]
    [InlineData(TaskIntent.Running, "FAILED", true)]
    [InlineData(TaskIntent.Suspended, "FAILED", false)]
    [InlineData(TaskIntent.Released, "RELEASING", true)]
    [InlineData(TaskIntent.Running, "SUSPEND", false)]
    [InlineData(TaskIntent.Running, "DELETED", false)]
    public void A_filter_skips_what_cannot_be_in_its_state(string wanted, string state, bool may) =>
        Assert.Equal(may, TaskStates.MayBe(Task with { Status = wanted }, state));

    [Fact]
    public void It_is_not_FINISHED_before_each_of_its_components_is_there() =>
        Is("RUNNING", null, Task with { FullImport = new(["copy"]) }, Part(Sync, ComponentState.Completed));

    [Fact]
    public void Of_two_that_are_changed_or_wait_the_first_is_named()
    {
        var copies = Task with { FullImport = new(["copy"]) };
        Is("RUNNING_MODIFYING", "Incr-Sync is started with another command, epoch 2", copies,
            Part(Sync with { Epoch = 2, ChangedEpoch = 2 }, isInPlace: false),
            Part(Import with { Epoch = 3, ChangedEpoch = 3 }, isInPlace: false));
        Is("RUNNING", "Incr-Sync runs, and waits: no Store", copies, Part(Sync, error: "no Store"), Part(Import, error: "no table"));
    }

    [Fact]
    public void Nothing_is_said_of_one_that_runs_without_an_error_or_is_starting_or_was_stopped_by_hand()
    {
        Is("RUNNING", "waits: no", Task, Part(Sync, error: "no"));
        Is("RUNNING", "waits: x", Task, Part(Sync, error: "x"));
        Is("RUNNING", null, Task, Part(Sync, error: ""));
        Is("RUNNING", null, Task, Part(Sync, ComponentState.Starting, error: "x"));
        var ended = Part(Sync, ComponentState.Stopped) with { ExitCode = 3 };
        Is("RUNNING", "ended by itself with exit code 3", Task, ended);
        var byHand = Sync with { Desired = DesiredState.Stopped, ByHand = DesiredState.Stopped };
        Is("RUNNING", null, Task, ended with { Component = byHand });
    }

    [Fact]
    public void One_that_failed_before_its_host_was_deleted_is_told_of_by_its_failure() => Is("FAILED", "is Abnormal on no host: disk full",
        Task, Part(Sync with { Host = null, Desired = DesiredState.Stopped, CarriedState = ComponentState.Abnormal },
            ComponentState.Abnormal, error: "disk full"));

    [Fact]
    public void What_is_being_removed_is_named_by_what_it_is_called_on_its_host_if_it_has_one()
    {
        var released = Task with { Status = TaskIntent.Released };
        Is("RELEASING", $"{Sync.Name} is being removed", released, Part(Sync));
        Is("RELEASING", "t1-incr_trans-1-0 is being removed", released, Part(Component("t1", null)));
    }
}
