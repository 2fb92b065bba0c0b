using static Holdfast.HaScheduler.Tests.TaskFindingsScene;

namespace Holdfast.HaScheduler.Tests;

/// <summary>A task that was well before is looked at again only when something of it has changed.</summary>
public sealed class StillWellTests
{
    [Fact]
    public void What_was_well_is_looked_at_again_when_anything_of_it_is_another()
    {
        var memory = HealthBefore.Nothing with { Well = new StillWell() };
        var well = Of(Task(), Scene.Host("h1", runs: Runs(1, Ago(100))), Incr);
        var host = well.Hosts[0];
        Assert.Empty(Look(well, memory).Findings);
        Assert.Empty(Look(well, memory).Findings);
        Assert.Single(Look(well with { Hosts = [host with { Silence = Scene.Seconds(11) }] }, memory).Findings);
        Assert.Empty(Look(well, memory).Findings);
        Assert.Single(Look(well with { Hosts = [host.With(h => h with { Components = [Runs(31)] })] }, memory).Findings);
        Assert.Empty(Look(well, memory).Findings);
        var down = host with { Verdict = host.Verdict with { State = HostState.Down, Since = Scene.Now.AddSeconds(-31) } };
        Assert.Contains(Look(well with { Hosts = [down] }, memory).Findings, f => f.Event == AlertEvents.MigrationFailed);
        Assert.Empty(Look(well, memory).Findings);
        var abnormal = Incr with { CarriedState = ComponentState.Abnormal, FailedAt = Scene.Now.AddSeconds(-31) };
        var failed = well with { Registrations = [abnormal] };
        Assert.Single(Look(failed, memory).Findings);
        var stricter = Limits with { DelayThreshold = new Dictionary<string, int> { ["HIGH"] = 1, ["MEDIUM"] = 300, ["LOW"] = 900 } };
        Assert.Empty(Look(well, memory).Findings);
        var slower = well with { Hosts = [host.With(h => h with { Components = [Runs(2)] })] };
        Assert.Empty(Look(slower, memory).Findings);
        Assert.Single(TaskHealth.Look(slower, Scene.Config, stricter, memory).Findings);
    }
}
