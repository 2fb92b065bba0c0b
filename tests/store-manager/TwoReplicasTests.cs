using Holdfast.Platform;
using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Pass;

namespace Holdfast.StoreManager.Tests;

/// <summary>Knowledge of one replica that another one, or a later life, does not have.</summary>
public sealed class TwoReplicasTests : IDisposable
{
    private static readonly Uri Broker = new("amqp://broker");
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _one;
    private readonly Life _other;

    public TwoReplicasTests()
    {
        _one = new Life(_directory.Location, _time, Broker);
        _other = new Life(_directory.Location, _time, Broker);
    }

    public void Dispose()
    {
        _one.Dispose();
        _other.Dispose();
        _directory.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    private static ComponentReport Runs(ComponentPlaced placed, ComponentState state) => Requests.Component(placed, state);

    private static IEnumerable<string> Told(Life life, AlertCondition condition) =>
        life.Bus.Take<AlertRaised>().Where(a => a.Event == AlertEvents.StoreGap && a.Condition == condition)
            .Select(a => a.Target);

    [Fact]
    public void A_wall_clock_that_is_behind_keeps_no_Store_starting()
    {
        var hosts = new HostsHeard(new Settings { Profile = Profile.Fast }, new HostsShunned(_time), _time);
        var ahead = _time.GetUtcNow() + TimeSpan.FromHours(1);
        var store = new Store("10.0.0.1-9000:mysql:0000000001", "n1", 1, 0, DesiredState.Running, ahead);
        for (var second = 0; second <= 20; second++)
        {
            hosts.Hear(Life.Batch(second + 1, Requests.Report("n1") with { Sequence = second + 1, Inventory = 1, Components = [] }));
            Assert.Equal(StoreHealth.Starting, Standing(TimeSpan.FromSeconds(20)));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(StoreHealth.Abnormal, Standing(TimeSpan.FromSeconds(20)));

        StoreHealth Standing(TimeSpan silenceMax) =>
            ObservedStore.HealthOf(DesiredState.Running, hosts.Observe(store, hosts.Moment()), silenceMax);
    }

    [Fact]
    public async Task A_gap_is_not_over_because_another_process_has_not_heard_its_Stores_yet()
    {
        var placed = await GapTold();
        _time.Advance(TimeSpan.FromSeconds(1));
        await _other.Loop.Once();
        Assert.Empty(Told(_other, AlertCondition.Resolved));
        _other.Hears(Requests.Report("n1"));
        _other.Runs("n1", Runs(placed, ComponentState.Running) with { Begin = placed.StartTimestamp, End = Now });
        await _other.Loop.Once();
        Assert.Equal(["mysql"], Told(_other, AlertCondition.Resolved));
    }

    [Fact]
    public async Task A_gap_that_another_one_has_found_over_is_told_again_at_once()
    {
        var placed = await GapTold();
        _other.Hears(Requests.Report("n1"));
        _other.Runs("n1", Runs(placed, ComponentState.Running) with { Begin = placed.StartTimestamp, End = Now });
        await _other.Loop.Once();
        Assert.Equal(["mysql"], Told(_other, AlertCondition.Resolved));
        await _one.Get<StoreState>().Load(default);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _one.Loop.Once();
        Assert.Equal(["mysql"], Told(_one, AlertCondition.Firing));
    }

    [Fact]
    public async Task Who_is_left_alone_knows_what_the_other_one_wrote_last()
    {
        await _one.Loop.Once();
        await _other.Loop.Once();
        await _one.Get<ReplicaLoop>().Once();
        await _other.Get<ReplicaLoop>().Once();
        _other.Hears(Requests.Report("n1"));
        await _other.Takes(Requests.Of("t1"));
        Assert.Null(_one.Store("mysql"));
        for (var second = 0; second < 5; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await _one.Get<ReplicaLoop>().Once();
        }

        Assert.True(_one.Get<Partition>().IsAlone);
        Assert.NotNull(_one.Store("mysql"));
    }

    [Fact]
    public async Task Why_is_answered_alike_by_whoever_looks_after_a_subtopic_and_by_whoever_does_not_or_does_not_any_more()
    {
        var all = await SharedSubtopics();
        Assert.Contains(all, s => _one.Get<Partition>().Owns(s));
        Assert.Contains(all, s => _other.Get<Partition>().Owns(s));
        foreach (var subtopic in all)
        {
            var (owner, asked) = _one.Get<Partition>().Owns(subtopic) ? (_one, _other) : (_other, _one);
            var (own, same) = (await Why(owner, subtopic), await Why(asked, subtopic));
            Assert.Equal(("ST-205", own!.Code, own.Sentence, own.Workaround), (same!.Code, same.Code, same.Sentence, same.Workaround));
            Assert.Equal((own.Id, own.At), (same.Id, same.At));
        }

        Assert.Contains(all, s => !_one.Get<Partition>().Owns(s) && _one.Get<StoreDecisionLog>().Latest(s)!.Code == "act");

        Assert.Null(await Why(_one, "no such subtopic"));
    }

    /// <summary>Eight subtopics, some for each replica; each has one Store that has failed, and may have no other.</summary>
    private async Task<IReadOnlyList<string>> SharedSubtopics()
    {
        var config = Profile.Fast.Ha with { SubtopicStoreNumberThreshold = 1, CheckModuleExceptionIntervalSec = 30 };
        await _one.Configure(config);
        await _other.Configure(config);
        _one.Hears(Requests.Report("n1"));
        IReadOnlyList<string> all = [.. Enumerable.Range(0, 8).Select(i => $"s{i}")];
        await _one.Takes([.. all.Select(s => Requests.Of("t-" + s) with { Subtopic = s, StartTimestamp = Now })]);
        IReadOnlyList<ComponentReport> failed =
            [.. _one.Bus.Take<ComponentPlaced>().Select(p => Runs(p, ComponentState.Abnormal) with { Error = "out of space" })];
        Assert.Equal(all.Count, failed.Count);
        await _other.Get<StoreState>().Load(default);
        _time.Advance(TimeSpan.FromSeconds(1)); // two decisions of one moment have no order
        for (var round = 0; round < 3; round++)
        {
            await _one.Get<ReplicaLoop>().Once();
            await _other.Get<ReplicaLoop>().Once();
        }

        foreach (var life in new[] { _one, _other })
        {
            life.Hears(Requests.Report("n1"));
            life.Runs("n1", failed);
        }

        await _other.Loop.Once();
        await _one.Loop.Once();
        return all;
    }

    private static Task<StoreDecisionRecord?> Why(Life life, string subtopic) => life.Get<WhyAnswers>().Of(subtopic, default);

    /// <summary>The one Store of the subtopic has stopped by itself, and the first replica has said so.</summary>
    private async Task<ComponentPlaced> GapTold()
    {
        await _one.Configure(Profile.Fast.Ha);
        _one.Hears(Requests.Report("n1"));
        await _one.Takes(Requests.Of("t1") with { StartTimestamp = Now });
        var placed = Assert.Single(_one.Bus.Take<ComponentPlaced>());
        _one.Runs("n1", Runs(placed, ComponentState.Completed));
        await _one.Loop.Once();
        await _one.Passes(_time, 10, "n1");
        Assert.Equal(["mysql"], Told(_one, AlertCondition.Firing));
        return placed;
    }
}
