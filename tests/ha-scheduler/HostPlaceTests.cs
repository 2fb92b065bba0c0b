using Holdfast.Rules.HaScheduler.Forecast;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Hosts that stand elsewhere from one report to the next, as their configuration says.</summary>
public sealed class HostPlaceTests : PassScene
{
    private IEnumerable<string> Lost(string region) => _life.Get<StandingHeadroom>().Answers
        .Where(a => a.Region == region).SelectMany(a => a.Scenarios).Select(s => $"{s.Lost}: {s.Components}");

    private string Region => _life.Component("t1").Region;

    [Fact]
    public async Task A_host_that_changes_its_IDC_is_recognised_its_work_stays_and_headroom_counts_it_there()
    {
        var (host, _) = await OneTaskRuns();
        var before = _life.Component("t1");
        _life.StandsIn(host, Region, "elsewhere");
        await _life.Pass(12);
        Assert.Equal("elsewhere", _life.Cluster.Hosts.Find(host)!.Idc);
        Assert.Equal((host, before.Epoch), (_life.Component("t1").Host, _life.Component("t1").Epoch));
        Assert.Contains("idc elsewhere: 1", Lost(Region));
    }

    [Fact]
    public async Task A_host_that_changes_its_region_is_recognised_keeps_what_runs_and_counts_for_the_other_region_from_then_on()
    {
        var (host, other) = await OneTaskRuns();
        var (before, region) = (_life.Component("t1"), Region);
        _life.StandsIn(host, "far", "f");
        await _life.Pass(12);
        Assert.Equal(("far", "f", HostState.Online),
            (_life.Cluster.Hosts.Find(host)!.Region, _life.Cluster.Hosts.Find(host)!.Idc, _life.Cluster.Hosts.Find(host)!.State));
        Assert.Equal((host, before.Epoch), (_life.Component("t1").Host, _life.Component("t1").Epoch));
        Assert.Contains($"host {host}: 1", Lost("far"));
        Assert.DoesNotContain(Lost(region), s => s.StartsWith($"host {host}", StringComparison.Ordinal));
        // Nothing new of the old region comes there any more.
        await _life.NewTask("t2");
        await _life.Pass(2);
        Assert.Equal(other, _life.Component("t2").Host);
    }

    /// <summary>Nothing moves between regions: what it ran goes to a host of its task's own.</summary>
    [Fact]
    public async Task What_a_host_ran_that_had_changed_its_region_fails_over_within_the_region_of_its_task()
    {
        var (host, other) = await OneTaskRuns();
        _life.Reports("h3");
        _life.StandsIn("h3", "far", "f");
        _life.StandsIn(host, "far", "f");
        await _life.Pass(12);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 3);
        Assert.Equal(HostState.Down, _life.Cluster.Hosts.Find(host)!.State);
        Assert.Equal(other, _life.Component("t1").Host);
    }
}
