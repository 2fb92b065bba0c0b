using static Holdfast.HaScheduler.Tests.TaskFindingsScene;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Words about a task: its event, its level.</summary>
public sealed class TaskWordsTests
{
    [Theory]
    [InlineData("migration", AlertEvents.MigrationDelay)]
    [InlineData("synchronization", AlertEvents.SyncDelay)]
    public void The_delay_of_a_task_is_told_by_its_kind(string type, string expected) =>
        Assert.Equal(expected, Assert.Single(Look(Of(Task(type: type), Scene.Host("h1", runs: Runs(99)), Incr)).Findings).Event);

    [Theory]
    [InlineData("migration", AlertEvents.MigrationFailed)]
    [InlineData("synchronization", AlertEvents.SyncFailed)]
    public void The_failure_of_a_task_is_told_by_its_kind(string type, string expected) => Assert.Equal(expected, Assert.Single(
        Look(Of(Task(type: type), Scene.Host("h1", runs: Runs(state: ComponentState.Abnormal)), Incr), Failing(31)).Findings).Event);

    [Theory]
    [InlineData(ProtectionLevel.High, AlertLevel.Critical)]
    [InlineData(ProtectionLevel.Medium, AlertLevel.Warning)]
    [InlineData(ProtectionLevel.Low, AlertLevel.Caution)]
    public void The_protection_says_how_grave_it_is(ProtectionLevel protection, AlertLevel level)
    {
        var finding = Assert.Single(Look(Of(Task(protection), Scene.Host("h1", runs: Runs(1000)), Incr)).Findings);
        Assert.Equal((level, protection, "t1", "orders"), (finding.Level, finding.Protection!.Value, finding.Task, finding.TaskName));
    }

    [Theory]
    [InlineData(TaskIntent.Suspended, "SUSPEND", "Stop it with POST /api/v1/tasks/t1/stop")]
    [InlineData(TaskIntent.Released, "RELEASING", "Its supervisor is told to end it")]
    public void What_to_do_about_one_that_still_runs_depends_on_whether_its_task_is_released(string status, string word, string advice)
    {
        var stopped = Incr with { Desired = DesiredState.Stopped };
        Finding Found(TaskDocument task) => Assert.Single(Look(Of(task, Scene.Host("h1", runs: Runs()), stopped)).Findings);
        var found = Found(Task(status: status));
        Assert.Equal($"Task orders is {word}, yet its Incr-Sync runs on host h1", found.Summary);
        Assert.Contains(advice, found.Description, StringComparison.Ordinal);
        Assert.Contains($"is {word} since 2026-01-01T11:00:00", found.Description, StringComparison.Ordinal);
        Assert.Contains("since 2025-12-31T12:00:00", Found(Task(status: status) with { StatusAt = null }).Description,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ComponentState.Abnormal, 1, "it has failed; its")]
    [InlineData(ComponentState.Stopped, 3, "it ended by itself with exit code 3; its")]
    [InlineData(ComponentState.Stopped, null, "it does not run; its")]
    [InlineData(ComponentState.Starting, null, "it is starting; its")]
    public void A_delay_says_why_its_component_does_not_run(ComponentState state, int? exitCode, string why)
    {
        var said = Runs(checkpoint: Ago(99), state: state) with { ExitCode = exitCode };
        var found = Assert.Single(Look(Of(Task(), Scene.Host("h1", runs: said), Incr), Told(Lagging)).Findings);
        Assert.Contains($"counted from the last checkpoint of its Incr-Sync: {why}", found.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "lags 40 s behind its source, by its Incr-Sync's own report")]
    [InlineData(10.5, "lags 99 s behind its source, counted from the last checkpoint of its Incr-Sync: it is not heard at present")]
    public void A_delay_is_the_component_s_own_word_while_its_host_is_heard(double silent, string said)
    {
        var found = Assert.Single(Look(Of(Task(), Scene.Host("h1", silent: silent, runs: Runs(40, Ago(99))), Incr)).Findings);
        Assert.Contains(said, found.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delay_is_the_component_s_own_word_also_while_the_feed_is_interrupted()
    {
        var host = Scene.Host("h1", silent: 99, runs: Runs(40, Ago(99)));
        var found = Assert.Single(Look(Of(Task(), host, Incr) with { Feed = Scene.InterruptedFeed }).Findings);
        Assert.Contains("lags 40 s behind its source, by its Incr-Sync's own report", found.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void A_delay_that_no_checkpoint_says_is_counted_from_the_last_report()
    {
        var found = Assert.Single(Look(Of(Task(), Scene.Host("h1", silent: 60, runs: Runs(40)), Incr)).Findings);
        Assert.Contains("lags 100 s behind its source, counted from the last report of its Incr-Sync, which named no checkpoint: it is "
            + "not heard at present", found.Description, StringComparison.Ordinal);
    }
}
