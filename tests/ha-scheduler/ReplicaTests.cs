using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Pass;
using Holdfast.Platform.State;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Replicas of the scheduler: one leads, another one succeeds it, and nothing is done twice or left undone.</summary>
public sealed class ReplicaTests : ReplicaScene
{
    private const int Ttl = 3;

    private HeldDocuments<Registration> FirstsWrites => (HeldDocuments<Registration>)_first.Get<IDocuments<Registration>>();

    [Fact]
    public async Task One_leads_the_other_stands_by_and_says_and_writes_nothing()
    {
        var (host, other) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(12, _first, _second);
        Assert.Equal((true, false), (Leads(_first), Leads(_second)));
        Assert.Equal(other, _first.Component("t1").Host);
        Assert.NotEmpty(_first.Bus.Take<HostDown>());
        Assert.Empty(_second.Bus.Take<object>());
    }

    [Fact]
    public async Task A_leader_whose_bus_never_answers_is_succeeded_within_the_limit_of_a_pass_and_the_lease()
    {
        var (host, _) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(7, _first, _second);
        _first.Bus.IsStuck = true;
        Task? pass = null;
        var seconds = 0;
        // Down within two seconds, then no pass ends; the lease is looked at twice a second.
        var most = 2 + LeaseTerms.PassMax.TotalSeconds + 1 + Ttl + 2;
        while (!Leads(_second))
        {
            Assert.True(++seconds <= most, $"after {seconds} s nobody else leads");
            _time.Advance(TimeSpan.FromSeconds(1));
            _first.Hear();
            await _first.Get<LeaderLoop>().Once();
            pass = pass is null or { IsCompleted: true } ? _first.Get<InspectionLoop>().Once() : pass;
            await _second.Tick();
        }

        Assert.False(Leads(_first));
        Assert.False(_first.Services.GetServices<Platform.Http.IHealthPart>().OfType<LeadershipHealth>().Single().Say().Ready);
        await Seconds(2, _second);
        Assert.Equal(host, Assert.Single(_second.Bus.Take<HostDown>()).Host);
    }

    [Fact]
    public async Task A_killed_leader_is_succeeded_within_its_lease_and_what_it_left_undone_is_done()
    {
        var (host, other) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(7, _first, _second);
        _first.Kill();
        await Seconds(Ttl, _second);
        Assert.True(Leads(_second));
        await Seconds(2, _second);
        Assert.Equal(host, Assert.Single(_second.Bus.Take<HostDown>()).Host);
        Assert.Equal((other, 2L), (_second.Component("t1").Host, _second.Component("t1").Epoch));
    }

    [Fact]
    public async Task A_leader_that_stops_in_good_order_is_succeeded_at_once()
    {
        await OneTaskRuns();
        await _first.Get<LeaderLoop>().Release(default);
        Assert.False(Leads(_first));
        await _second.Tick();
        Assert.True(Leads(_second));
    }

    [Fact]
    public async Task A_paused_leader_that_goes_on_finds_itself_succeeded_and_stands_by()
    {
        var (host, _) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(10, _second);
        _first.Bus.Take<object>();
        var after = _second.Component("t1");
        // Its pass comes before it has looked at the lease: its own clock tells it.
        await _first.Get<InspectionLoop>().Once();
        await Seconds(5, _first, _second);
        Assert.Equal((false, true), (Leads(_first), Leads(_second)));
        Assert.Empty(_first.Bus.Take<object>());
        Assert.Equal(2, after.Epoch);
        Assert.Equal((after.Epoch, after.Host), (_second.Component("t1").Epoch, _second.Component("t1").Host));
    }

    /// <summary>The touch is what makes the difference: without it the write of a leader that is none any more succeeds.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_a_stale_leader_has_on_its_way_fails_because_its_successor_has_touched_the_document(bool touches)
    {
        var (host, _) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(8, _first, _second);
        FirstsWrites.Hold();
        await _first.Get<LeaderLoop>().Once();
        _time.Advance(Scene.Seconds(1));
        _first.Hear();
        var stalled = _first.Get<InspectionLoop>().Once();
        await FirstsWrites.Caught;

        await _second.Get<LeaderLoop>().Once();
        _time.Advance(Scene.Seconds(Ttl));
        await _second.Get<LeaderLoop>().Once();
        Assert.Equal([("north", 2L)], _second.Get<Leadership>().Unready);
        if (touches)
        {
            await _second.Get<Takeover>().MakeReady(default);
        }
        else
        {
            await _second.Cluster.Load(default);
            _second.Get<Leadership>().MakeReady("north", 2);
        }

        FirstsWrites.LetGo();
        await stalled;
        Assert.Equal([!touches], FirstsWrites.Arrived);
        await _second.Cluster.Load(default);
        Assert.Equal(touches ? 1 : 2, _second.Component("t1").Epoch);
    }

    [Fact]
    public async Task A_host_that_the_former_leader_found_Down_is_heard_only_when_it_is_heard_again()
    {
        var (host, _) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(9, _first, _second);
        Assert.Equal(HostState.Down, _first.Cluster.Hosts.Find(host)!.State);
        _first.Kill();
        await Seconds(8, _second);
        Assert.Equal(HostState.Down, _second.Cluster.Hosts.Find(host)!.State);
        _first.Reports(host);
        await Seconds(1, _second);
        Assert.Equal(HostState.Quarantined, _second.Cluster.Hosts.Find(host)!.State);
    }

    [Fact]
    public async Task A_host_that_was_heard_after_the_former_leader_found_it_Down_is_found_so()
    {
        var (host, _) = await OneTaskRuns();
        _first.FallsSilent(host);
        await Seconds(9, _first, _second);
        _first.Kill();
        // One report, while nobody leads; then it is silent again, for less long than a verdict takes.
        _first.Reports(host);
        await Seconds(1, _second);
        _first.FallsSilent(host);
        await Seconds(Ttl, _second);
        Assert.True(Leads(_second));
        Assert.Equal(HostState.Online, _second.Cluster.Hosts.Find(host)!.State);
        Assert.Equal(host, Assert.Single(_second.Bus.Take<HostRecovered>()).Host);
    }

    private static bool Leads(Life life) => life.Get<Leadership>().Leads("north");
}
