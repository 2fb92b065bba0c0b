using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Index;
using Holdfast.Platform.Explain;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Http;

namespace Holdfast.HaScheduler.Tests;

/// <summary>Explanations of an object's state, for now and for any moment that is kept.</summary>
[Trait("Category", "slow")]
public sealed class WhyPassTests : PassScene
{
    private SchedulerDecisionLog Log => _life.Get<SchedulerDecisionLog>();

    private async Task<List<DecisionRecord>> History(
        string @object, string? code = null, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        [.. (await Log.History(new DecisionQuery([@object], from, to, code, null, 1000), default)).Items.Select(i => i.Document)];

    private static DecisionRecord Record(int n) => DecisionRecord.Well($"o{n % 1000}", Scene.Now.AddSeconds(n)) with
    {
        Id = $"{n:d8}",
        Code = n % 7 == 0 ? "HA-207" : "HA-204",
        Maintenance = n % 1000 == 3 ? "host:h3" : null,
        Plan = $"plan {n}",
    };

    private static Maintenance Work(DateTimeOffset at) => new("disks", "ann", at.AddDays(30), "token", at);

    private async Task<WhyView> Answer(string id) => Assert.IsType<WhyView>(await _life.Get<WhyAnswers>().Of(id, default));

    [Fact]
    public async Task The_decision_of_any_moment_is_told()
    {
        var (host, _) = await OneTaskRuns();
        var well = _time.GetUtcNow();
        _life.FallsSilent(host);
        await _life.Pass(6);
        var silent = _time.GetUtcNow();
        await _life.Pass(10);
        var down = _time.GetUtcNow();
        Assert.Null(await Log.StoredLast("nobody", well, default));
        Assert.Contains((await Log.StoredLast(host, well, default))?.Code, (string?[])[null, Reason.Healthy.Code]);
        Assert.Equal(Reason.StillInTime.Code, (await Log.StoredLast(host, silent, default))!.Code);
        Assert.Equal(Reason.AlreadyDown.Code, (await Log.StoredLast(host, down, default))!.Code);
        var inTime = Assert.Single(await History(host, Reason.StillInTime.Code));
        Assert.True(inTime.At <= silent && inTime.Until > silent && inTime.Until <= down);
        Assert.Equal("8", inTime.Inputs!["checkHostDownIntervalSec"]);
        Assert.Empty(await History(host, from: down.AddSeconds(1)));
        Assert.All(await History(host, to: silent), r => Assert.True(r.At <= silent));
    }

    [Fact]
    public async Task A_restart_writes_no_decision_a_second_time_and_ends_what_is_over()
    {
        var (host, other) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 3);
        var before = await History(host);
        Restart();
        _life.Reports(other);
        await _life.Pass(3);
        Assert.Equal(before, await History(host), (a, b) => a.Id == b.Id);
        Assert.Equal(Reason.AlreadyDown.Code, Log.Latest(host)!.Code);
        Restart();
        _life.Reports(other);
        _life.Reports(host, 0);
        await _life.Pass(5);
        _life.Reports(host, 1);
        await _life.Pass(5);
        Assert.Equal(HostState.Online, _life.Cluster.Hosts.Find(host)!.State);
        Assert.Equal(Reason.Healthy.Code, (await Log.StoredLast(host, _time.GetUtcNow(), default))!.Code);
        Assert.Single(await History(host), r => r.Code == Reason.AlreadyDown.Code);
    }

    [Fact]
    public async Task A_component_is_found_by_its_names_and_a_task_by_its_id()
    {
        var (host, alive) = await OneTaskRuns();
        var old = _life.Component("t1");
        Assert.Equal(Reason.Healthy.Code, (await Answer(old.Id)).Code);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter);
        var moved = _life.Component("t1");
        Assert.NotEqual(old.Name, moved.Name);
        foreach (var id in (string[])[moved.Id, moved.Name!, old.Name!])
        {
            Assert.Equal((moved.Id, "component", "act"), await Answer(id) is var a ? (a.Object, a.Kind, a.Code) : default);
        }

        foreach (var id in (string[])["t1", "task:t1"])
        {
            var task = await Answer(id);
            Assert.Equal(("task:t1", "task", moved.Id), (task.Object, task.Kind, Assert.Single(task.Parts!).Object));
            Assert.Contains($"moved from {host} to {alive}", task.Sentence, StringComparison.Ordinal);
        }

        Assert.Null(await _life.Get<WhyAnswers>().Of("nobody", default));
    }

    [Fact]
    public async Task A_region_says_what_does_not_stand_well()
    {
        var (host, _) = await OneTaskRuns();
        Assert.Equal(Reason.Healthy.Code, (await Answer("region:north")).Code);
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 2);
        var region = await Answer("region:north");
        Assert.Equal(("region", Reason.AlreadyDown.Code), (region.Kind, region.Code));
        Assert.StartsWith("1 of 2 hosts are healthy (1 × HA-209)", region.Sentence, StringComparison.Ordinal);
        Assert.Contains(region.Parts!, p => p.Object == host);
        Assert.Null(await _life.Get<WhyAnswers>().Of("region:south", default));
    }

    [Theory]
    [InlineData(1, "Healthy")]
    [InlineData(DownAfter + 2, "AlreadyDown")]
    public async Task A_host_whose_report_lacks_something_says_so(int passes, string reason)
    {
        var (host, other) = await OneTaskRuns();
        _life.LeavesOut(host, "HB-345 left out 12 consumers of 1 Stores.");
        await _life.Pass();
        if (passes > 1)
        {
            _life.FallsSilent(host);
        }

        await _life.Pass(passes);
        var why = await Answer(host);
        Assert.Equal(reason == "Healthy" ? Reason.Healthy.Code : Reason.AlreadyDown.Code, why.Code);
        Assert.Contains("HB-345 left out 12 consumers of 1 Stores.", why.Sentence, StringComparison.Ordinal);
        Assert.Equal("HB-345 left out 12 consumers of 1 Stores.", View(host).LeftOut);
        Assert.DoesNotContain("HB-345", (await Answer(other)).Sentence, StringComparison.Ordinal);
        Assert.Null(View(other).LeftOut);
    }

    [Fact]
    public async Task A_host_that_was_never_taken_says_why_its_reports_are_refused()
    {
        await OneTaskRuns();
        _life.IsRefused("h9", "PF-102", "The token is not accepted.", "Give it a token of its own.");
        await _life.Pass();
        var why = await Answer("h9");
        Assert.Equal(("h9", "host", "PF-102"), (why.Object, why.Kind, why.Code));
        Assert.Contains("The token is not accepted.", why.Sentence, StringComparison.Ordinal);
        Assert.Equal("Give it a token of its own.", why.Workaround);
        Assert.Null(await _life.Get<WhyAnswers>().Of("h8", default));
    }

    private HostView View(string host) => (HostView)((IValueHttpResult)HostsEndpoint.Get(
        host, _life.Cluster, _life.Get<ComponentIndex>(), _life.Get<LivenessFeed>(), _life.Get<HoldOffBoard>())).Value!;

    [Fact]
    public async Task What_is_held_longer_than_records_are_kept_is_carried_on()
    {
        var (host, other) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 2);
        _time.Advance(TimeSpan.FromDays(8));
        _life.Reports(other);
        await _life.Pass(2);
        var held = Assert.Single(await History(host));
        Assert.Equal((Reason.AlreadyDown.Code, null), (held.Code, held.Until));
        await _life.Pass(20);
        Assert.Single(await History(host));
    }

    [Fact]
    public async Task What_another_replica_decides_is_not_recorded_as_over()
    {
        var (host, _) = await OneTaskRuns();
        _life.FallsSilent(host);
        await _life.Pass(DownAfter + 2);
        await Log.Record([], _time.GetUtcNow(), region => region == "south", _life.Get<ObjectNames>().RegionOf, default);
        Assert.Equal(Reason.AlreadyDown.Code, Log.Latest(host)!.Code);
        await Log.Record([], _time.GetUtcNow(), region => region == "north", _life.Get<ObjectNames>().RegionOf, default);
        Assert.Equal(Reason.Healthy.Code, Log.Latest(host)!.Code);
    }

    [Fact]
    public async Task A_decision_is_found_among_many()
    {
        var records = _life.Get<IDocuments<DecisionRecord>>();
        for (var part = 0; part < 20; part++)
        {
            await records.UpsertMany([.. Enumerable.Range(part * 5000, 5000).Select(Record)], default);
        }

        Assert.Equal("00050500", (await Log.StoredLast("o500", Scene.Now.AddSeconds(50_999), default))!.Id);
        Assert.InRange((await History("o500", "HA-207")).Count, 14, 15);
        Assert.Equal(100, (await Log.HeldBack(new OpenMaintenance("host:h3", "north", Work(Scene.Now)), default)).Count);
    }
}
