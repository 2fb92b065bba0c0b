using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Flow.Tests;

/// <summary>Two replicas of the store manager over one state, on a real RabbitMQ.</summary>
[Trait("Category", "process")]
public sealed class StoreReplicasTests : IAsyncLifetime
{
    private const int Subtopics = 30;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private readonly Rabbit _rabbit = new();
    private readonly Observer _observer = new();
    private readonly List<(WebApplication App, Api Api)> _replicas = [];
    private readonly CancellationTokenSource _stop = new();
    private volatile HashSet<string> _silent = [];
    private Task _beats = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IBus Bus => _replicas[0].App.Services.GetRequiredService<IBus>();

    public async ValueTask InitializeAsync()
    {
        if (Rabbit.Missing is not null)
        {
            return;
        }

        await _rabbit.Start();
        await StartReplica("s1", new StoreManagerModule(), _observer);
        await StartReplica("s2", new StoreManagerModule());
        _beats = Task.Run(Beat);
        await Bus.Publish(new HaConfigChanged
        {
            Version = 1, At = TimeProvider.System.GetUtcNow(), Config = new HaConfig { Enable = true, RefetchMode = RefetchMode.Computed },
        }, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _beats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var (app, api) in _replicas)
        {
            api.Dispose();
            await app.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            await app.DisposeAsync();
        }

        await _rabbit.DisposeAsync();
        _directory.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Requests_doubled_and_racing_make_one_store_each_and_a_lost_host_makes_one_more_each()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await Task.WhenAll(Enumerable.Range(0, Subtopics * 6)
            .Select(n => Bus.Publish(Request($"s{n % Subtopics}", $"t{n / Subtopics % 3}"), Cancel)));
        await Eventually.Holds(async () => await Wrong(1), Soon);
        var hosts = (await _replicas[0].Api.List("/api/v1/stores")).CountBy(s => (string)s["host"]!).ToDictionary();
        Assert.Equal(3, hosts.Count);

        var tickets = await _replicas[1].Api.List("/api/v1/stores/tickets");
        Assert.Equal(Subtopics, tickets.Count);

        // Both hear of it, and both are told twice.
        _silent = ["h1"];
        for (var i = 0; i < 2; i++)
        {
            await Bus.Publish(new HostDown
            {
                Host = "h1", Region = "north", Idc = "i1", Address = "10.0.0.1", Incarnation = 1, Incident = "x", SilenceSeconds = 9,
                At = TimeProvider.System.GetUtcNow(),
            }, Cancel);
        }

        await Eventually.Holds(async () => await Count() == Subtopics + hosts["h1"] ? null : $"{await Count()}", Soon);
        // Only what a second act would need: a request for each, taken and answered by whichever replica.
        await Task.WhenAll(Enumerable.Range(0, Subtopics).Select(n => Bus.Publish(Request($"s{n}", "t9"), Cancel)));
        await Eventually.Holds(async () => (await Maps()).All(m => m["consumers"]!.AsArray().Count == 4) ? null : "all taken", Soon);
        Assert.Equal(Subtopics + hosts["h1"], await Count());
        Assert.All((await _replicas[0].Api.List("/api/v1/stores")).GroupBy(s => (string)s["subtopic"]!),
            g => Assert.Equal(g.Any(s => (string)s["host"]! == "h1") ? 2 : 1, g.Count()));
    }

    [Fact]
    public async Task A_replica_that_leaves_hands_its_subtopics_to_the_other()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await Task.WhenAll(Enumerable.Range(0, Subtopics).Select(n => Bus.Publish(Request($"s{n}", "t0"), Cancel)));
        await Eventually.Holds(async () => await Wrong(1), Soon);
        var (app, api) = _replicas[1];
        _replicas.RemoveAt(1);
        api.Dispose();
        await app.StopAsync(Cancel);
        await app.DisposeAsync();
        await Task.WhenAll(Enumerable.Range(Subtopics, Subtopics).Select(n => Bus.Publish(Request($"s{n}", "t0"), Cancel)));
        await Eventually.Holds(async () => await Count() == 2 * Subtopics ? null : $"{await Count()} Stores", Soon);
    }

    private async Task StartReplica(string instance, params IServiceModule[] modules)
    {
        var settings = new Settings
        {
            Port = 0, DataDirectory = _directory.Location, Profile = Profile.Fast, Broker = _rabbit.Address, Instance = instance,
        };
        var app = HoldfastHost.Build(settings, modules, TokenAuth.Load(_directory.Location).Value!);
        await app.StartAsync(Cancel);
        var api = new Api(app.Urls.Single(), (await File.ReadAllTextAsync(_directory.File("token"), Cancel)).Trim());
        _replicas.Add((app, api));
        await Eventually.Holds(async () => (bool?)(await api.Get("/health/ready")).Body["ready"] == true ? null : "ready", Soon);
    }

    private static StoreRequested Request(string subtopic, string task) => new()
    {
        Subtopic = subtopic, Task = task, Region = "north", Command = ["store"], StartTimestamp = 1_700_000_000,
        At = TimeProvider.System.GetUtcNow(),
    };

    private async Task<int> Count() => (await _replicas[0].Api.List("/api/v1/stores")).Count;

    private Task<IReadOnlyList<JsonObject>> Maps() => _replicas[^1].Api.List("/api/v1/stores/coverage");

    /// <summary>Null when each replica knows so many Stores of each subtopic, all of them Running and of different names.</summary>
    private async Task<string?> Wrong(int each)
    {
        foreach (var (_, api) in _replicas)
        {
            var stores = await api.List("/api/v1/stores");
            var said = _observer.Heard<ComponentPlaced>().Select(p => p.Component).Distinct().Count();
            if (stores.Count != each * Subtopics || said != each * Subtopics || stores.Any(s => (string)s["state"]! != "Running"))
            {
                return $"{stores.Count} Stores, {said} said, {stores.Count(s => (string)s["state"]! == "Running")} running";
            }
        }

        return null;
    }

    /// <summary>Three hosts that run what they are told, in a batch every 200 ms.</summary>
    private async Task Beat()
    {
        for (var sequence = 1L; !_stop.IsCancellationRequested; sequence++)
        {
            var placed = _observer.Heard<ComponentPlaced>();
            var reports = Enumerable.Range(1, 3).Select(h => Report($"h{h}", sequence, placed))
                .Where(r => !_silent.Contains(r.Host)).ToList();
            await Bus.Publish(new HeartbeatReported
            {
                Collector = "c1", Sequence = sequence, WindowEnd = TimeProvider.System.GetUtcNow(), UptimeMs = sequence, Lease = 4,
                KillGrace = 1, Reports = reports,
            }, _stop.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, _stop.Token);
        }
    }

    private static HostReport Report(string host, long sequence, IEnumerable<ComponentPlaced> placed) => new()
    {
        Host = host, Incarnation = 1, Sequence = sequence, Region = "north", Idc = "i" + host[1..], Address = $"10.0.0.{host[1..]}",
        Usage = new Usage(0.1, 0.1, 0.1), DesiredVersion = 1, Inventory = sequence,
        Components = [.. placed.Where(p => p.Host == host).DistinctBy(p => p.Component).Select(p => new ComponentReport
        {
            Name = p.Component, Kind = ComponentKind.Store, Epoch = p.Epoch, State = ComponentState.Running,
            Begin = p.StartTimestamp, End = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        })],
    };
}
