using static Holdfast.HaScheduler.Tests.TaskFindingsScene;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Conditions that raise an alert and conditions that do not: both sides of each limit, for each event.</summary>
public sealed class TaskHealthTests
{
    [Theory]
    [InlineData(0.849, 0.1, 0.1, 0)]
    [InlineData(0.85, 0.1, 0.1, 1)]
    [InlineData(0.1, 0.85, 0.1, 1)]
    [InlineData(0.1, 0.1, 0.899, 0)]
    [InlineData(0.1, 0.1, 0.90, 1)]
    [InlineData(0.9, 0.9, 0.95, 3)]
    public void A_host_over_a_threshold_is_found_at_once(double cpu, double memory, double disk, int resources)
    {
        var found = Look(Scene.Of([Loaded(cpu, memory, disk)])).Findings;
        Assert.Equal(resources, found.Sum(f => f.Parts.Count));
        Assert.Equal(resources > 0, found is [{ Event: AlertEvents.HostThreshold, Target: "h1", Level: AlertLevel.Warning }]);
    }

    [Fact]
    public void A_host_is_over_its_threshold_until_it_is_five_points_below()
    {
        var told = Assert.Single(Look(Scene.Of([Loaded(0.86, 0.1, 0.1)])).Findings);
        Assert.Single(Look(Scene.Of([Loaded(0.80, 0.1, 0.1)]), Told(told)).Findings);
        Assert.Empty(Look(Scene.Of([Loaded(0.799, 0.1, 0.1)]), Told(told)).Findings);
        // Only what was over has to come down so far.
        Assert.Empty(Look(Scene.Of([Loaded(0.1, 0.84, 0.1)]), Told(told)).Findings);
    }

    [Fact]
    public void The_load_of_a_host_that_is_not_heard_is_what_it_was_and_a_dead_one_has_none()
    {
        var told = Assert.Single(Look(Scene.Of([Loaded(0.86, 0.1, 0.1)])).Findings);
        Assert.Same(told, Assert.Single(Look(Scene.Of([Loaded(0.1, 0.1, 0.1, silent: 11)]), Told(told)).Findings));
        Assert.Empty(Look(Scene.Of([Loaded(0.99, 0.1, 0.1, silent: 11)])).Findings);
        Assert.Empty(Look(Scene.Of([Scene.DownHost("h1")]), Told(told)).Findings);
    }

    private static HostSnapshot Loaded(double cpu, double memory, double disk, double silent = 1) =>
        Scene.Host("h1", silent: silent).With(h => h with { Report = h.Report with { Usage = new Usage(cpu, memory, disk) } });

    [Fact]
    public void A_host_over_its_threshold_is_told_in_percent_and_since_when_it_is()
    {
        var told = Assert.Single(Look(Scene.Of([Loaded(0.865, 0.1, 0.95, silent: 10)])).Findings);
        Assert.Equal("Host h1 is over its threshold: CPU 86.5 % (limit 85 %), disk 95 % (limit 90 %)", told.Summary);
        Assert.Equal(Scene.Now, told.Since);
        Assert.Empty(Look(Scene.Of([Loaded(0.865, 0.1, 0.95, silent: 10.5)])).Findings);
        var before = told with { Since = Scene.Now.AddMinutes(-1) };
        Assert.Equal(before.Since, Assert.Single(Look(Scene.Of([Loaded(0.9, 0.1, 0.1)]), Told(before)).Findings).Since);
    }

    [Fact]
    public void What_a_host_says_of_an_earlier_epoch_is_not_about_this_one()
    {
        var again = Incr with { Epoch = 2 };
        var host = Scene.Host("h1", runs: Runs());
        Assert.Single(Look(Of(Task(), host, again), Failing(31)).Findings);
        Assert.Empty(Look(Of(Task(), host, Incr), Failing(31)).Findings);
    }

    [Fact]
    public void A_stopped_component_that_still_runs_where_it_was_before_is_looked_at()
    {
        var stopped = Scene.Component("t1", "h2", epoch: 2) with { Desired = DesiredState.Stopped };
        Snapshot At(Registration component) => Of(Task(status: TaskIntent.Suspended), Scene.Host("h2"), component)
            with { Hosts = [Scene.Host("h2"), Scene.Host("h1", runs: Runs())] };
        Assert.Single(Look(At(stopped with { Former = [new FormerPlace(Incr.Name!, "h1", 1)] })).Findings);
        Assert.Empty(Look(At(stopped)).Findings);
        Assert.Empty(Look(At(stopped with { Host = null, Name = null })).Findings);
    }
}
