using Holdfast.Rules.HaScheduler.Components;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Components that end, fail and recover: what counts as a failure, and what is said of each.</summary>
public sealed class IncrSyncEndingsTests
{
    private static Registration Running => IncrSyncHealthTests.Running;

    private static HaConfig Config => IncrSyncHealthTests.Config;

    private static Answer Direct(Registration component, ComponentReport? says, DesiredState? task = DesiredState.Running)
    {
        var document = task is { } desired
            ? Some.Task("t1") with { Status = desired == DesiredState.Running ? TaskIntent.Running : TaskIntent.Suspended } : null;
        var host = Scene.Host("h1", runs: says is null ? [] : [says]);
        return IncrSyncHealth.Decide(new Case(component, document, Config, host, null, false, null), Scene.Of([host], component));
    }

    private static ComponentReport Says(ComponentState state, int? exit = null, string? error = null) =>
        Scene.Runs(Running, state, state == ComponentState.Running ? 7 : null) with { ExitCode = exit, Error = error };

    [Fact]
    public void A_recovery_is_noted_once_it_runs_and_only_of_what_had_failed()
    {
        Assert.Null(Direct(Running, Says(ComponentState.Running)).Decided);
        Assert.IsType<NoteRecovery>(Direct(Running with { FailedAt = Scene.Now }, Says(ComponentState.Running)).Decided);
        Assert.Null(Direct(Running with { FailedAt = Scene.Now }, Says(ComponentState.Starting)).Decided);
    }

    [Fact]
    public void What_is_not_to_run_or_had_ended_before_it_was_moved_has_not_failed()
    {
        var abnormal = Says(ComponentState.Abnormal);
        Assert.Null(Direct(Running with { Desired = DesiredState.Stopped }, abnormal).Decided);
        Assert.Null(Direct(Running with { CarriedState = ComponentState.Completed }, abnormal).Decided);
        Assert.Null(Direct(Running with { CarriedState = ComponentState.Abnormal }, null, DesiredState.Stopped).Decided);
        Assert.Null(Direct(Running with { CarriedState = ComponentState.Abnormal, ByHand = DesiredState.Stopped }, null).Decided);
        Assert.Null(Direct(Running with { Host = null }, abnormal).Decided);
        Assert.NotNull(Direct(Running with { CarriedState = ComponentState.Abnormal, Desired = DesiredState.Stopped }, null).Decided);
    }

    [Fact]
    public void An_end_by_itself_is_said_with_its_code_or_that_it_was_before_the_move()
    {
        var ended = Direct(Running, Says(ComponentState.Stopped, exit: 3)).Decided!.HeldFor(Reason.EndedByItself);
        Assert.Equal(("h1", "3"), (ended.Inputs!.ByName["host"], ended.Inputs.ByName["exitCode"]));
        Assert.Contains("with exit code 3 on host h1", ended.Because, StringComparison.Ordinal);
        var carried = Running with { CarriedState = ComponentState.Stopped, Desired = DesiredState.Stopped };
        Assert.Equal("carried", Direct(carried, null).Decided!.HeldFor(Reason.EndedByItself).Inputs!.ByName["exitCode"]);
        Assert.Null(Direct(carried, null, DesiredState.Stopped).Decided);
        Assert.Null(Direct(carried with { ByHand = DesiredState.Stopped }, null).Decided);
        Assert.NotNull(Direct(carried with { ByHand = DesiredState.Running }, null, DesiredState.Stopped).Decided);
    }

    [Fact]
    public void A_copy_that_has_failed_stays_and_says_with_what()
    {
        var import = Running with { Kind = ComponentKind.FullImport };
        var hold = Direct(import, Says(ComponentState.Abnormal, error: "disk full")).Decided!.HeldFor(Reason.NotMoved);
        Assert.EndsWith("has failed: disk full", hold.Because, StringComparison.Ordinal);
        Assert.Equal(("h1", "disk full"), (hold.Inputs!.ByName["host"], hold.Inputs.ByName["error"]));
        var silent = Direct(import, Says(ComponentState.Abnormal)).Decided!.HeldFor(Reason.NotMoved);
        Assert.EndsWith("no error given", silent.Because, StringComparison.Ordinal);
        Assert.Equal("none given", silent.Inputs!.ByName["error"]);
    }

    [Fact]
    public void The_wait_of_failures_in_a_row_is_said_in_whole_seconds_with_its_end()
    {
        var config = Config with { CheckRequestIntervalSec = 1 };
        var rest = config.BackoffAfter(2) - TimeSpan.FromSeconds(2.5);
        var component = Running with { FailedAt = Scene.Now, Restarts = 2, OperatedAt = Scene.Now.AddSeconds(-2.5) };
        var host = Scene.Host("h1", runs: Says(ComponentState.Abnormal));
        var answer = IncrSyncHealth.Decide(new Case(component, null, config, host, null, false, null), Scene.Of([host], component));
        var hold = answer.Decided!.HeldFor(Reason.Backoff);
        Assert.Equal(Scene.Now + rest, hold.Earliest);
        Assert.Contains($", {Math.Ceiling(rest.TotalSeconds)} s of the wait left", hold.Because, StringComparison.Ordinal);
    }
}
