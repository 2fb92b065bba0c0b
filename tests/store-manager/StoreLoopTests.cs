using Holdfast.Platform;

namespace Holdfast.StoreManager.Tests;

/// <summary>Passes of the store manager over a real state file and a recorded bus.</summary>
public sealed class StoreLoopTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public StoreLoopTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Requests_doubled_and_racing_in_two_processes_make_one_store()
    {
        using var other = new Life(_directory.Location, _time);
        Life[] both = [_life, other];
        await Task.WhenAll(both.Select(l => l.Subtopics.Load(default)));
        foreach (var life in both)
        {
            life.Hears(Requests.Report("h1"), Requests.Report("h2"));
        }

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n =>
            Task.Run(() => both[n % 2].Subtopics.Take(Requests.Of($"t{n / 4}"), null, default))));
        await Task.WhenAll(both.Select(l => Task.Run(l.Loop.Once)));
        using var reader = new Life(_directory.Location, _time);
        await reader.Subtopics.Load(default);
        var subtopic = Assert.Single(reader.Subtopics.Cache.All);
        Assert.Single(subtopic.Stores);
        Assert.Equal(["t0", "t1", "t2", "t3", "t4"], subtopic.Tasks.Order());
    }

    [Fact]
    public async Task A_store_stands_in_its_source_s_region_only()
    {
        _life.Hears(Requests.Report("s1", "south"));
        await _life.Takes(Requests.Of("t1"));
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
        _life.Hears(Requests.Report("n1"));
        await _life.Loop.Once();
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal(("n1", "north", 100L, ComponentKind.Store), (placed.Host, placed.Region, placed.StartTimestamp, placed.Kind));
        Assert.Equal(["t1"], Assert.Single(_life.Bus.Take<StorePlaced>()).Tasks);
    }

    [Fact]
    public async Task Tasks_over_one_source_share_one_store_and_the_last_to_leave_removes_it()
    {
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"), Requests.Of("t2"));
        var store = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        _life.Hears(Requests.Report("n1", runs: Running(store)) with { Sequence = 2, Inventory = 2 });
        await _life.Takes(Requests.Released("t1"));
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal(["t2"], _life.Bus.Take<StorePlaced>()[^1].Tasks);
        await _life.Takes(Requests.Released("t2"));
        var removed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal((store.Component, DesiredState.Absent, store.Epoch), (removed.Component, removed.Desired, removed.Epoch));
        Assert.Equal(DesiredState.Absent, _life.Bus.Take<StorePlaced>()[^1].Desired);
        await _life.Loop.Once();
        Assert.Single(_life.Store("mysql").Stores);
        _life.Hears(Requests.Report("n1") with { Sequence = 3, Inventory = 3 });
        await _life.Loop.Once();
        Assert.Empty(_life.Store("mysql").Stores);
    }

    [Fact]
    public async Task A_store_is_not_forgotten_before_its_removal_was_said()
    {
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        _life.Bus.IsCut = true;
        // The host has not started it yet, so it knows nothing of it: no sign that it was told to forget it.
        await Assert.ThrowsAsync<IOException>(() => _life.Takes(Requests.Released("t1")));
        await Assert.ThrowsAsync<IOException>(() => _life.Loop.Once());
        _life.Bus.IsCut = false;
        _life.Bus.Take<ComponentPlaced>();
        await _life.Loop.Once();
        Assert.Equal(DesiredState.Absent, Assert.Single(_life.Bus.Take<ComponentPlaced>()).Desired);
        Assert.Equal(DesiredState.Absent, _life.Bus.Take<StorePlaced>()[^1].Desired);
    }

    [Fact]
    public async Task A_lost_placement_is_said_again_until_the_report_shows_it()
    {
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1"));
        var lost = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        await _life.Loop.Once();
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
        _time.Advance(TimeSpan.FromSeconds(5));
        _life.Hears(Requests.Report("n1"));
        await _life.Loop.Once();
        Assert.Equal(lost.Component, Assert.Single(_life.Bus.Take<ComponentPlaced>()).Component);
        _life.Hears(Requests.Report("n1", runs: Running(lost)) with { Sequence = 2, Inventory = 2 });
        _time.Advance(TimeSpan.FromSeconds(5));
        await _life.Loop.Once();
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(5.1, false)]
    public async Task A_host_unheard_for_too_long_gets_no_store(double seconds, bool placed)
    {
        _life.Hears(Requests.Report("n1"));
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await _life.Takes(Requests.Of("t1"));
        Assert.Equal(placed, _life.Bus.Take<ComponentPlaced>().Count == 1);
    }

    [Fact]
    public async Task A_host_that_is_down_gets_no_store_until_it_is_heard_again()
    {
        _life.Hears(Requests.Report("n1"));
        _life.Hosts.Fall("n1");
        await _life.Takes(Requests.Of("t1"));
        Assert.Empty(_life.Bus.Take<ComponentPlaced>());
        _life.Hears(Requests.Report("n1"));
        await _life.Loop.Once();
        Assert.Single(_life.Bus.Take<ComponentPlaced>());
    }

    [Fact]
    public void A_host_that_reports_as_slowly_as_its_profile_says_is_heard_between_two_reports()
    {
        var hosts = new HostsHeard(new Settings { Profile = Profile.Oms }, new HostsShunned(_time), _time);
        hosts.Hear(Life.Batch(1, Requests.Report("n1")));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(hosts.IsHeard("n1"));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(hosts.IsHeard("n1"));
    }

    private static ComponentReport Running(ComponentPlaced placed) => Requests.Component(placed, ComponentState.Running);
}
