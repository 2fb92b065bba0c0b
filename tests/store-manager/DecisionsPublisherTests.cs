namespace Holdfast.StoreManager.Tests;

/// <summary>The scheduler is asked why a Store is as it is, and can answer only what it was told.</summary>
public sealed class DecisionsPublisherTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public DecisionsPublisherTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_decision_is_told_when_it_changes_and_again_after_a_minute()
    {
        await _life.Configure(new HaConfig { Enable = true });
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        Assert.Equal("act", Assert.Single(Told()).Code);
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Runs("n1", Requests.Component(placed, ComponentState.Running, new ConsumerCheckpoint("t1", 200)));
        await _life.Loop.Once();
        var healthy = Assert.Single(Told());
        var store = Assert.Single(healthy.Stores);
        Assert.Equal(("ST-200", placed.Component, ComponentState.Running, null), (healthy.Code, store.Store, store.State, store.Because));
        await _life.Loop.Once();
        Assert.Empty(Told());
        _life.Runs("n1", Requests.Component(placed, ComponentState.Stopped));
        await _life.Loop.Once();
        Assert.Contains("ended by itself", Assert.Single(Assert.Single(Told()).Stores).Because!, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(59));
        await _life.Loop.Once();
        Assert.Empty(Told());
        _time.Advance(TimeSpan.FromSeconds(1));
        await _life.Loop.Once();
        Assert.Equal("ST-203", Assert.Single(Told()).Code);
    }

    [Fact]
    public async Task A_Store_that_is_held_back_is_not_said_to_have_ended_by_itself()
    {
        await _life.Configure(new HaConfig { Enable = true });
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Get<SuspectsHeard>().Hear(new StoreSuspected
        {
            Subtopic = _life.Store("mysql").Subtopic, Region = "r", Standing = SuspectStanding.Waits, Hosts = ["n1"],
            Because = "n0 and n1 went Down in a row", At = _time.GetUtcNow(),
        });
        await _life.Loop.Once();
        Told();
        _life.Runs("n1", Requests.Component(placed, ComponentState.Stopped));
        await _life.Loop.Once();
        Assert.Contains("held back", Assert.Single(Assert.Single(Told()).Stores).Because!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_a_task_lacks_what_no_Store_serves_is_told_as_soon_as_it_is_so_and_when_it_is_over()
    {
        await _life.Configure(new HaConfig { Enable = true });
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Runs("n1", Requests.Component(placed, ComponentState.Running, new ConsumerCheckpoint("t1", 200)));
        await _life.Loop.Once();
        Assert.False(Told()[^1].HasGap);
        _life.Runs("n1", Requests.Component(placed, ComponentState.Abnormal));
        await _life.Loop.Once();
        Assert.True(Told()[^1].HasGap);
        _life.Runs("n1", Requests.Component(placed, ComponentState.Running, new ConsumerCheckpoint("t1", 200)));
        await _life.Loop.Once();
        Assert.False(Told()[^1].HasGap);
    }

    private List<SubtopicDecision> Told() => [.. _life.Bus.Take<SubtopicsDecided>().SelectMany(s => s.Decisions)];
}
