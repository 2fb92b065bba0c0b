namespace Holdfast.StoreManager.Tests;

/// <summary>
/// A Store that writes no status on a host that lives: three report intervals were enough for another one, 30 s where ha.config
/// had 240 s.
/// </summary>
public sealed class SilentStoreTests : IDisposable
{
    private static readonly HaConfig Config = new()
    {
        Enable = true, CheckRequestIntervalSec = 0, CheckModuleExceptionIntervalSec = 240, RefetchMode = RefetchMode.Computed,
    };

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private readonly Life _life;

    public SilentStoreTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task It_is_Abnormal_once_it_was_silent_for_longer_than_checkModuleExceptionIntervalSec()
    {
        var runs = await OneRuns();
        await Silent(runs, 31);
        Assert.Equal(("ST-200", 1), (_life.Why(), _life.Store("mysql").Stores.Count));
        await Silent(runs, 240);
        Assert.Equal(("ST-200", 1), (_life.Why(), _life.Store("mysql").Stores.Count));
        await Silent(runs, 241);
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
    }

    [Fact]
    public async Task The_interval_is_that_of_ha_config()
    {
        var runs = await OneRuns();
        await _life.Configure(Config with { CheckModuleExceptionIntervalSec = 20 }, _time.GetUtcNow());
        await Silent(runs, 20);
        Assert.Single(_life.Store("mysql").Stores);
        await Silent(runs, 21);
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
    }

    [Theory]
    [InlineData(long.MaxValue, StoreHealth.Abnormal)]
    [InlineData(long.MinValue, StoreHealth.Running)]
    [InlineData(-1L, StoreHealth.Running)]
    public async Task A_number_that_no_span_can_hold_harms_nobody(long silent, StoreHealth standing)
    {
        var runs = await OneRuns();
        _life.Runs("n1", runs with { SilentSeconds = silent });
        Assert.Equal(standing, Assert.Single(_life.Get<SubtopicViews>().StoresAt(_life.Store("mysql"), _life.Hosts.Moment())).Health);
    }

    [Fact]
    public async Task One_that_writes_again_is_well()
    {
        var runs = await OneRuns();
        await _life.Configure(Config with { SubtopicStoreNumberThreshold = 1 }, _time.GetUtcNow());
        await Silent(runs, 300);
        Assert.Equal("ST-205", _life.Why());
        _life.Runs("n1", runs);
        await _life.Loop.Once();
        Assert.Equal("ST-200", _life.Why());
    }

    /// <summary>HA that came on again meanwhile has not seen it run: a new one starts earlier by the time that HA was off.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(200)]
    public async Task One_that_is_silent_and_counts_as_Running_ran_until_it_was_heard_last(int silent)
    {
        var runs = await OneRuns();
        await Silent(runs, silent);
        var view = _life.Get<SubtopicViews>().Find("mysql", _life.Hosts.Moment())!;
        Assert.True(view.HasRunning);
        Assert.InRange(_time.GetUtcNow().ToUnixTimeSeconds() - view.RanUntil!.Value, silent, silent + 1);
    }

    private async Task<ComponentReport> OneRuns()
    {
        await _life.Configure(Config, _time.GetUtcNow());
        _life.Hears(Requests.Report("n1"), Requests.Report("n2") with { Address = "10.0.0.2:9000" });
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = _time.GetUtcNow().ToUnixTimeSeconds() });
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal("n1", placed.Host);
        var runs = Requests.Component(placed, ComponentState.Running);
        _life.Runs("n1", runs);
        await _life.Loop.Once();
        // Nobody is silent for longer than since it was asked to speak.
        for (var i = 0; i < 100; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            _life.Runs("n1", runs);
            _life.Runs("n2");
        }

        await _life.Loop.Once();
        return runs;
    }

    private Task Silent(ComponentReport runs, long seconds)
    {
        _life.Runs("n1", runs with { SilentSeconds = seconds });
        return _life.Loop.Once();
    }
}
