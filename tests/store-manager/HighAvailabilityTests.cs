using Holdfast.StoreManager.Config;

namespace Holdfast.StoreManager.Tests;

/// <summary>Whole passes through a Store's failures, over a real state file.</summary>
public sealed class HighAvailabilityTests : IDisposable
{
    private static readonly HaConfig Config = new()
    {
        Enable = true, CheckRequestIntervalSec = 20, CheckModuleExceptionIntervalSec = 30, SubtopicStoreNumberThreshold = 3,
        RefetchMode = RefetchMode.Computed, ClearRedundantStores = true,
    };

    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();
    private Life _life;

    public HighAvailabilityTests() => _life = new Life(_directory.Location, _time);

    public void Dispose()
    {
        _life.Dispose();
        _directory.Dispose();
    }

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>A Store runs on n1 of IDC a; n2 of IDC b is free. The consumer is at the present.</summary>
    private async Task<ComponentPlaced> OneRuns(HaConfig? config = null)
    {
        await _life.Configure(config ?? Config, _time.GetUtcNow());
        _life.Hears(Requests.Report("n1") with { Idc = "a" });
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = Now });
        _life.Hears(Requests.Report("n2") with { Idc = "b" });
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Run("n1", placed);
        await _life.Loop.Once();
        Assert.Equal("ST-200", _life.Why());
        return placed;
    }

    private void Run(string host, ComponentPlaced placed, ComponentState state = ComponentState.Running) =>
        _life.Runs(host, Requests.Component(placed, state, new ConsumerCheckpoint("t1", Now)));

    /// <summary>Seconds pass in which these hosts report as before.</summary>
    private async Task Seconds(int seconds, params string[] hosts)
    {
        for (var i = 0; i < seconds; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _life.Hears([.. hosts.Select(h => _life.Hosts.Fleet.Find(h)!.Report).Select(r => r with { Sequence = r.Sequence + 1 })]);
            await _life.Loop.Once();
        }
    }

    [Fact]
    public async Task A_store_that_fails_gets_another_one_in_the_other_IDC_from_where_its_consumer_is()
    {
        var first = await OneRuns();
        var position = Now;
        Run("n1", first, ComponentState.Abnormal);
        await _life.Loop.Once();
        var second = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Assert.Equal(("n2", position - 10), (second.Host, second.StartTimestamp));
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
        Assert.DoesNotContain(_life.Bus.Take<AlertRaised>(), a => a.Event == AlertEvents.StoreGap);
        // While it starts, and in the cooldown, no other one is made.
        await Seconds(25, "n1", "n2");
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
    }

    [Fact]
    public async Task A_silent_host_s_store_is_replaced_after_the_interval_and_no_sooner()
    {
        await OneRuns();
        await Seconds(30, "n2");
        Assert.Equal("ST-200", _life.Why());
        await Seconds(1, "n2");
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
    }

    [Fact]
    public async Task When_the_feed_is_silent_nobody_is()
    {
        await OneRuns();
        _time.Advance(TimeSpan.FromMinutes(10));
        await _life.Loop.Once();
        _life.Hears(Requests.Report("n2") with { Sequence = 50, Idc = "b" });
        await _life.Loop.Once();
        Assert.Single(_life.Store("mysql").Stores);
    }

    [Fact]
    public async Task A_host_that_is_Down_has_its_store_replaced_at_once_and_its_own_goes_when_it_is_back_and_not_needed()
    {
        var first = await OneRuns();
        _life.Hosts.Fall("n1");
        await _life.Loop.Once();
        var second = Assert.Single(_life.Bus.Take<ComponentPlaced>(), p => p.Host == "n2");
        await Seconds(1, "n2");
        Run("n2", second);
        await Seconds(25, "n2");
        Assert.Equal([DesiredState.Running, DesiredState.Running], _life.Store("mysql").Stores.Select(s => s.Desired));
        // Back: it runs its Store again; the consumer reads the other one.
        _life.Runs("n1", Requests.Component(first, ComponentState.Running));
        Run("n2", second);
        await _life.Loop.Once();
        Assert.Equal([DesiredState.Absent, DesiredState.Running], _life.Store("mysql").Stores.Select(s => s.Desired));
        Assert.Contains(_life.Bus.Take<ComponentPlaced>(), p => p is { Host: "n1", Desired: DesiredState.Absent });
    }

    [Fact]
    public async Task At_the_threshold_HA_stops_and_people_are_told_until_it_is_over()
    {
        var first = await OneRuns(Config with { SubtopicStoreNumberThreshold = 1 });
        Run("n1", first, ComponentState.Abnormal);
        await _life.Loop.Once();
        await Seconds(14, "n1");
        Assert.Equal("ST-205", _life.Why());
        var raised = _life.Bus.Take<AlertRaised>();
        Assert.Equal([AlertEvents.StoreGap, AlertEvents.StoreThreshold], raised.Select(a => a.Event).Order());
        Assert.All(raised, a => Assert.Equal(("mysql", AlertCondition.Firing), (a.Target, a.Condition)));
        // Another life of the service knows what it has to take back.
        _life.Dispose();
        _life = new Life(_directory.Location, _time);
        _life.Hears(Requests.Report("n1") with { Idc = "a" });
        Run("n1", first);
        await _life.Loop.Once();
        var ended = _life.Bus.Take<AlertRaised>();
        Assert.Equal(raised.Select(a => (a.Id, AlertCondition.Resolved)).Order(), ended.Select(a => (a.Id, a.Condition)).Order());
        await _life.Loop.Once();
        Assert.Empty(_life.Bus.Take<AlertRaised>());
    }

    [Fact]
    public async Task What_was_switched_off_stays_off_over_a_restart_and_the_window_widens_the_start_once_it_is_on()
    {
        var config = Config with { RefetchMode = RefetchMode.Oms, RefetchStoreIntervalMin = 1 };
        var first = await OneRuns(config);
        await _life.Configure(config with { Enable = false }, _time.GetUtcNow());
        await Seconds(60, "n1", "n2");
        Run("n1", first, ComponentState.Abnormal);
        await Seconds(60, "n1", "n2");
        Assert.Equal("ST-201", _life.Why());
        _life.Dispose();
        _life = new Life(_directory.Location, _time);
        _life.Hears(Requests.Report("n1") with { Idc = "a" }, Requests.Report("n2") with { Idc = "b" });
        Run("n1", first, ComponentState.Abnormal);
        await _life.Loop.Once();
        Assert.Equal("ST-201", _life.Why());
        await _life.Get<HaConfigHeard>().Take(
            new HaConfigChanged { Version = 9, Config = config, At = _time.GetUtcNow() }, default);
        await _life.Loop.Once();
        var second = Assert.Single(_life.Bus.Take<ComponentPlaced>(), p => p.Epoch == 2);
        Assert.Equal(Now - 60 - 120, second.StartTimestamp);
    }

    [Fact]
    public async Task Until_the_configuration_is_heard_once_only_what_tasks_ask_for_is_done()
    {
        _life.Hears(Requests.Report("n1"), Requests.Report("n2"));
        await _life.Takes(Requests.Of("t1"));
        var placed = Assert.Single(_life.Bus.Take<ComponentPlaced>());
        Run(placed.Host, placed, ComponentState.Abnormal);
        await _life.Loop.Once();
        Assert.Equal("ST-201", _life.Why());
    }

    [Fact]
    public async Task A_second_task_uses_the_store_if_it_reaches_far_enough_back_and_gets_another_one_otherwise()
    {
        await OneRuns();
        await _life.Takes(Requests.Of("t2") with { StartTimestamp = Now });
        Assert.Single(_life.Store("mysql").Stores);
        await _life.Takes(Requests.Of("t3") with { StartTimestamp = Now - 500 });
        Assert.Equal([Now, Now - 500], _life.Store("mysql").Stores.Select(s => s.StartTimestamp));
        await _life.Loop.Once();
        Assert.Equal(2, _life.Store("mysql").Stores.Count);
    }

    [Fact]
    public async Task Hosts_in_drain_maintenance_or_without_their_list_take_no_store()
    {
        await _life.Configure(Config);
        HostRegistration Set(string host) => new(host, Quotas.Unset, []);
        _life.Hosts.Hear(_life.Batch(Requests.Report("n1"), Requests.Report("n2"), Requests.Report("n3") with { DesiredVersion = 0 }) with
        {
            Registrations =
            [
                Set("n1") with { Drain = new Drain("x", "y", default) },
                Set("n2") with { Maintenance = new Maintenance("x", "y", default, "z", default) },
            ],
        });
        await _life.Takes(Requests.Of("t1"));
        Assert.Equal("ST-209", _life.Why());
        Assert.Empty(_life.Store("mysql").Stores);
        _life.Hears(Requests.Report("n3") with { Sequence = 2 });
        await _life.Loop.Once();
        Assert.Equal("n3", Assert.Single(_life.Store("mysql").Stores).Host);
    }

    [Fact]
    public async Task A_position_near_the_end_of_the_source_s_retention_is_told_before_it_is_lost()
    {
        await _life.Configure(Config);
        _life.Hears(Requests.Report("n1"));
        await _life.Takes(Requests.Of("t1") with { StartTimestamp = Now - 2699, Source = new SourceLog { RetentionSec = 3600 } });
        Assert.Empty(_life.Bus.Take<AlertRaised>());
        await Seconds(2, "n1");
        Assert.Equal(AlertEvents.StoreRetention, Assert.Single(_life.Bus.Take<AlertRaised>()).Event);
    }

    [Fact]
    public async Task A_consumer_that_is_not_seen_any_more_is_remembered_over_a_restart()
    {
        var first = await OneRuns();
        var position = Now;
        await Seconds(31, "n1", "n2");
        _life.Dispose();
        _life = new Life(_directory.Location, _time);
        _life.Hears(Requests.Report("n1") with { Idc = "a" }, Requests.Report("n2") with { Idc = "b" });
        _life.Runs("n1", Requests.Component(first, ComponentState.Abnormal));
        await _life.Loop.Once();
        Assert.Equal(position - 10, _life.Store("mysql").Stores[^1].StartTimestamp);
    }

    [Fact]
    public async Task What_a_dead_store_served_last_is_no_news_of_a_consumer_that_has_gone_on_with_another()
    {
        var first = await OneRuns();
        var old = Now;
        Run("n1", first, ComponentState.Abnormal);
        await _life.Loop.Once();
        var second = Assert.Single(_life.Bus.Take<ComponentPlaced>(), p => p.Host == "n2");
        await Seconds(35, "n1", "n2");
        Run("n2", second);
        await Seconds(31, "n1", "n2");
        // The consumer and its Store are silent; the dead one on n1 still names the consumer, where it was long ago.
        _life.Runs("n2", Requests.Component(second, ComponentState.Abnormal));
        await _life.Loop.Once();
        Assert.Equal([old, old - 10, old + 35 - 10], _life.Store("mysql").Stores.Select(s => s.StartTimestamp));
    }
}
