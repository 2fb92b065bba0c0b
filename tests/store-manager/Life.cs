using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State.Sqlite;
using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Pass;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.StoreManager.Tests;

/// <summary>One life of the store manager over a state file, on a recorded bus.</summary>
internal sealed class Life : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly Dictionary<string, HostReport> _reports = [];
    private int _configVersion;
    private long _batches;

    internal Life(string directory, TimeProvider time, Uri? broker = null)
    {
        var settings = new Settings { DataDirectory = directory, Profile = Profile.Fast, Broker = broker };
        var (bus, history) = RecordingBus.Create();
        Bus = history;
        var services = new ServiceCollection().AddLogging().AddSingleton(time).AddSingleton(settings)
            .AddSingleton<IBus>(bus).AddSingleton<MessagePublisher>().AddSqliteState(directory);
        new StoreManagerModule().AddServices(services, settings);
        _services = services.BuildServiceProvider();
    }

    internal RecordingBus Bus { get; }

    internal Subtopics Subtopics => Get<Subtopics>();

    internal HostsHeard Hosts => Get<HostsHeard>();

    internal StoreLoop Loop => Get<StoreLoop>();

    internal T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    internal SubtopicDocument Store(string subtopic) => Subtopics.Cache.Find(subtopic)!;

    internal string Why(string subtopic = "mysql") => Get<StoreDecisionLog>().Latest(subtopic)!.Code;

    /// <summary>The next batch of this life's one collector: a number that another test took would be a gap.</summary>
    internal HeartbeatReported Batch(params IReadOnlyList<HostReport> reports) => Batch(++_batches, reports);

    internal static HeartbeatReported Batch(long sequence, params IReadOnlyList<HostReport> reports) => new()
    {
        Collector = "c1",
        Sequence = sequence,
        WindowEnd = default,
        UptimeMs = 0,
        Lease = 4,
        KillGrace = 1,
        Reports = reports,
    };

    internal void Hears(params IReadOnlyList<HostReport> reports)
    {
        foreach (var report in reports)
        {
            _reports[report.Host] = report;
        }

        Hosts.Hear(Batch(reports));
    }

    /// <summary>The host reports again, running just these.</summary>
    internal void Runs(string host, params IReadOnlyList<ComponentReport> components)
    {
        var before = _reports.GetValueOrDefault(host) ?? Requests.Report(host);
        Hears(before with { Sequence = before.Sequence + 1, Inventory = before.Inventory + 1, Components = components });
    }

    /// <summary>Lets seconds pass; in each of them these hosts repeat their last report, and a pass is made.</summary>
    internal async Task Passes(ManualTime time, int seconds, params IReadOnlyList<string> hosts)
    {
        for (var i = 0; i < seconds; i++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Hears([.. hosts.Select(h => _reports[h] with { Sequence = _reports[h].Sequence + 1 })]);
            await Loop.Once();
        }
    }

    internal Task Configure(HaConfig config, DateTimeOffset? at = null) => Get<HaConfigHeard>().Take(
        new HaConfigChanged { Version = ++_configVersion, Config = config, At = at ?? default }, default);

    /// <summary>Takes the requests, then makes a pass.</summary>
    internal async Task Takes(params IReadOnlyList<StoreRequested> requests)
    {
        foreach (var request in requests)
        {
            await Subtopics.Take(request, null, default);
        }

        await Loop.Once();
    }

    public void Dispose() => _services.Dispose();
}
