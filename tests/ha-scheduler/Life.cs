using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.State.Sqlite;
using Holdfast.Tests;
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
    private readonly Dictionary<string, HostReport> _away = [];
    private long _inventory;
    private readonly string _collector = Guid.NewGuid().ToString();
    private long _sequence;

    internal Life(string directory, ManualTime time)
    {
        var settings = new Settings { DataDirectory = directory, Profile = Profile.Fast };
        var (bus, history) = RecordingBus.Create();
        (Time, Bus) = (time, history);
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(time).AddSingleton(settings)
            .AddSingleton<IBus>(bus).AddSqliteState(directory);
        new HaSchedulerModule().AddServices(services, settings);
        _services = services.BuildServiceProvider();
    }

    internal ManualTime Time { get; }

    internal RecordingBus Bus { get; }

    internal Cluster Cluster => Get<Cluster>();

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

    /// <summary>What the host runs after it has taken all that it was told.</summary>
    internal void Obeys(string host)
    {
        foreach (var placed in Bus.Take<ComponentPlaced>().Where(p => p.Host == host))
        {
            var rest = _hosts[host].Components!.Where(c => c.Name != placed.Component);
            Reports(host, 1, placed.Desired == DesiredState.Absent ? [.. rest] : [.. rest, Run(placed)]);
        }
    }

    internal void FallsSilent(string host) => _away[host] = _hosts.Remove(host, out var last) ? last : throw new ArgumentException(host);

    /// <summary>It had never died: it reports again what it reported last.</summary>
    internal void GoesOn(string host) => _hosts[host] = _away[host];

    /// <summary>So many seconds, each with a batch and a pass.</summary>
    internal async Task Pass(int seconds = 1)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.Advance(Scene.Seconds(1));
            Hear();
            await Get<InspectionLoop>().Once();
            Get<PassRecorder>().WriteQueued();
        }
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

    public void Dispose() => _services.Dispose();

    private static ComponentReport Run(ComponentPlaced placed) => new()
    {
        Name = placed.Component,
        Kind = placed.Kind,
        Epoch = placed.Epoch,
        State = placed.Desired == DesiredState.Running ? ComponentState.Running : ComponentState.Stopped,
        Pid = placed.Desired == DesiredState.Running ? 4711 : null,
    };

    private void Hear()
    {
        _sequence++;
        foreach (var (name, report) in _hosts.ToList())
        {
            _hosts[name] = report with { Sequence = _sequence };
        }

        Get<LivenessFeed>().Hear(new HeartbeatReported
        {
            Collector = _collector,
            Sequence = _sequence,
            WindowEnd = Time.GetUtcNow(),
            UptimeMs = (long)Time.GetElapsedTime(0).TotalMilliseconds,
            Lease = 4,
            KillGrace = 1,
            Reports = [.. _hosts.Values],
        }, default);
    }
}
