using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.Replay;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State.Sqlite;
using Holdfast.Rules.HaScheduler.Tasks;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Tests;

/// <summary>
/// One life of the scheduler over a real state file: hosts report, a pass is made when the test says so, the bus is
/// recorded. Another life over the same file is a restart.
/// </summary>
internal sealed class Life : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly Dictionary<string, HostReport> _hosts = [];
    private readonly Dictionary<string, HostRegistration> _registered = [];
    private readonly List<HostRefusal> _refused = [];
    private bool _isOver;
    private readonly Dictionary<string, HostReport> _away = [];
    private long _inventory;
    private readonly string _collector = Guid.NewGuid().ToString();
    private long _sequence;
    private readonly List<Life> _beside = [];
    private bool _killed;

    /// <param name="directory">Of the state file.</param>
    /// <param name="time">Both of its clocks.</param>
    /// <param name="add">
    /// Services that go before those of the module. Collectors have always read whom it hears, unless it says else.
    /// </param>
    internal Life(string directory, ManualTime time, Action<IServiceCollection>? add = null)
    {
        var settings = new Settings { DataDirectory = directory, Profile = Profile.Fast };
        var (bus, history) = RecordingBus.Create();
        (Time, Bus) = (time, history);
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddSingleton(settings)
            .AddSingleton<IBus>(bus).AddSingleton<MessagePublisher>().AddSingleton(new BootClock(time)).AddSqliteState(directory);
        new HaSchedulerModule().AddServices(services, settings);
        services.AddSingleton<ReadableFor>(() => TimeSpan.MaxValue);
        add?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    internal ManualTime Time { get; }

    internal RecordingBus Bus { get; }

    internal Cluster Cluster => Get<Cluster>();

    internal IServiceProvider Services => _services;

    internal T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>From now on this host reports; what it runs, and whether it has a desired list, are as given.</summary>
    internal void Reports(string host, long desiredVersion = 1, params IReadOnlyList<ComponentReport> runs)
    {
        _hosts[host] = Scene.Report(host, runs: runs) with { Inventory = ++_inventory, DesiredVersion = desiredVersion };
    }

    /// <summary>The host reports again, in another life of its supervisor, in which nothing runs yet.</summary>
    internal void StartsAnew(string host, long incarnation)
    {
        Reports(host, desiredVersion: 0);
        _hosts[host] = _hosts[host] with { Incarnation = incarnation };
    }

    /// <summary>The host reports the same, and stands elsewhere by its configuration.</summary>
    internal void StandsIn(string host, string region, string idc) =>
        _hosts[host] = _hosts[host] with { Region = region, Idc = idc, Inventory = ++_inventory };

    /// <summary>The host reports all that it was ordered to run.</summary>
    internal void Obeys(string host)
    {
        foreach (var placed in Bus.Take<ComponentPlaced>().Where(p => p.Host == host))
        {
            var rest = _hosts[host].Components!.Where(c => c.Name != placed.Component);
            Reports(host, 1, placed.Desired == DesiredState.Absent ? [.. rest] : [.. rest, Run(placed)]);
        }
    }

    /// <summary>As <see cref="Obeys"/>, for several hosts in the order of what was said.</summary>
    internal void ObeyAll(params IReadOnlyList<string> hosts)
    {
        foreach (var placed in Bus.Take<ComponentPlaced>().Where(p => hosts.Contains(p.Host)))
        {
            var rest = _hosts[placed.Host].Components!.Where(c => c.Name != placed.Component);
            Reports(placed.Host, 1, placed.Desired == DesiredState.Absent ? [.. rest] : [.. rest, Run(placed)]);
        }
    }

    /// <summary>An operator wants this host empty, or (null) wants that no more.</summary>
    internal void Drains(string host, Drain? drain) =>
        _registered[host] = new HostRegistration(host, new Quotas(100, 100), []) { Drain = drain };

    /// <summary>The host takes at most so many components that are no Stores.</summary>
    internal void HasQuota(string host, int others) => _registered[host] = new HostRegistration(host, new Quotas(100, others), []);

    /// <summary>Heartbeat answers a deletion of the host: in one batch.</summary>
    internal void Forgets(string host, DateTimeOffset at) =>
        _registered[host] = new HostRegistration(host, Quotas.Unset, []) { ForgottenAt = at };

    /// <summary>The host's list, with what it lacks.</summary>
    internal void LeavesOut(string host, string leftOut) => _hosts[host] = _hosts[host] with { LeftOut = leftOut };

    /// <summary>Its reports are refused, as the next batch says.</summary>
    internal void IsRefused(string host, string code, string detail, string workaround) => _refused.Add(new HostRefusal
    {
        Host = host, Code = code, Detail = detail, Workaround = workaround, Address = "10.0.0.9", Times = 3,
        Since = Time.GetUtcNow(), At = Time.GetUtcNow(),
    });

    internal IReadOnlyList<ComponentReport> Says(string host) => _hosts[host].Components!;

    internal void FallsSilent(string host) => _away[host] = _hosts.Remove(host, out var last)
        ? last
        : throw new ArgumentException($"'{host}' does not report", nameof(host));

    /// <summary>It had never died: it reports again what it reported last.</summary>
    internal void GoesOn(string host) => _hosts[host] = _away[host];

    /// <summary>An operator's change of ha.config.</summary>
    internal async Task Configure(Func<HaConfig, HaConfig> change)
    {
        var config = Get<HaConfigStore>();
        var held = await config.Load(default);
        Assert.True(await config.Change(held, change(held.Config), "test", null, default));
    }

    /// <summary>Lets seconds pass, each with a batch and a pass.</summary>
    internal async Task Pass(int seconds = 1)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(Scene.Seconds(1));
            Hear();
            await Tick();
            Get<PassRecorder>().WriteQueued();
        }
    }

    /// <summary>A look at the leases and a pass; the first pass of a life only reads its state.</summary>
    internal async Task Tick()
    {
        if (!Cluster.Loaded)
        {
            await Get<HaConfigStore>().Load(default);
            await Cluster.Load(default);
        }

        await Get<LeaderLoop>().Once();
        await Get<InspectionLoop>().Once();
    }

    internal async Task NewTask(string id)
    {
        var created = await Get<TaskOperations>().Create(new NewTask
        {
            Name = id,
            Type = "migration",
            Region = "north",
            Source = new NewTaskSource("mysql", null),
            IncrSync = new NewTaskComponent(["incr-sync", id], null),
            Store = new NewTaskComponent(["store", "mysql"], null),
        }, CancellationToken.None);
        Assert.Null(created.Fault);
    }

    internal Registration Component(string task) => Cluster.Components.Find(Registration.IncrSyncId(task))!;

    /// <summary>Another replica over the same state file, which hears the same batches.</summary>
    internal Life Beside(string directory, Action<IServiceCollection>? add = null)
    {
        var other = new Life(directory, Time, add);
        _beside.Add(other);
        return other;
    }

    /// <summary>From one moment to the next: its leases stay as they are.</summary>
    internal void Kill() => _killed = true;

    /// <summary>A life that ends in good order gives its leases back.</summary>
    public void Dispose()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        if (!_killed && Cluster.Loaded)
        {
            Get<LeaderLoop>().Release(default).GetAwaiter().GetResult();
        }

        _services.Dispose();
    }

    private static ComponentReport Run(ComponentPlaced placed) => new()
    {
        Name = placed.Component,
        Kind = placed.Kind,
        Epoch = placed.Epoch,
        State = placed.Desired == DesiredState.Running ? ComponentState.Running : ComponentState.Stopped,
        Pid = placed.Desired == DesiredState.Running ? 4711 : null,
    };

    /// <summary>One window of the collector, to all replicas.</summary>
    internal void Hear()
    {
        _sequence++;
        foreach (var (name, report) in _hosts.ToList())
        {
            _hosts[name] = report with { Sequence = _sequence };
        }

        var batch = new HeartbeatReported
        {
            Collector = _collector,
            Sequence = _sequence,
            WindowEnd = Time.GetUtcNow(),
            UptimeMs = (long)Time.GetElapsedTime(0).TotalMilliseconds,
            Lease = 4,
            KillGrace = 1,
            Reports = [.. _hosts.Values],
            Registrations = [.. _registered.Values],
            Refusals = [.. _refused],
        };
        _refused.Clear();
        foreach (var life in _beside.Prepend(this))
        {
            life.Get<LivenessFeed>().Hear(batch, default);
        }
    }
}
