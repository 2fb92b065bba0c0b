namespace Holdfast.Integration.Tests;

/// <summary>One run with its local fleet, a webhook receiver and a Kafka cluster, told of through the API.</summary>
public sealed class FleetRun : IAsyncLifetime
{
    internal const string Topic = "alerts";

    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();
    private HoldfastProcess? _process;
    private int _tasks;

    internal string Data => _directory.Location;

    internal HoldfastProcess Process => _process!;

    internal Api Api { get; private set; } = null!;

    internal Receiver Webhook { get; private set; } = null!;

    /// <summary>Null where kcat is not installed.</summary>
    internal KafkaCluster? Kafka { get; private set; }

    public async ValueTask InitializeAsync()
    {
        Webhook = await Receiver.Start(200);
        Kafka = KafkaCluster.Missing() is null ? KafkaCluster.Start() : null;
        _process = HoldfastProcess.Run(Data, "--no-tasks");
        Api = await Process.Ready();
        await SampleFleet.CreateTasks(Api, Data);
        // One test after the other operates on the same components: no cooldown between them.
        var config = await Api.Put("/api/v1/ha/config", new JsonObject { ["checkRequestIntervalSec"] = 0 });
        Assert.Equal(HttpStatusCode.OK, config.Status);
        await CreateChannel("webhook", new JsonObject { ["url"] = Webhook.Url });
        if (Kafka is not null)
        {
            await CreateChannel("kafka", new JsonObject { ["bootstrapServers"] = Kafka.Servers, ["topic"] = Topic });
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Api?.Dispose();
        Kafka?.Dispose();
        await Webhook.DisposeAsync();
        _directory.Dispose();
    }

    internal ProcessMark Supervisor(string host) => FleetHost.Named(host)!.Read(Data)!.Process;

    /// <summary>Every host is Online and every Incr-Sync that should run does, as a process under its epoch.</summary>
    internal Task Settled() => Settled(Api, Data, SettledMax);

    internal static Task Settled(Api api, string data, TimeSpan max) => Eventually.Holds(async () =>
    {
        foreach (var host in FleetHost.All)
        {
            if (await api.HostState(host.Id) is not "Online" and var state)
            {
                return $"{host.Id} is {state}";
            }
        }

        var wanted = (await api.IncrSyncs()).Where(c => c.Desired == "Running").ToList();
        return wanted.Count == 0 ? "no task yet" : wanted.Find(c => !Runs(data, c))?.ToString();
    }, max);

    /// <summary>Each process of the fleet's components, in an order by which two lists can be compared.</summary>
    internal static IReadOnlyList<string> Processes(string data) =>
        [.. FleetHost.All.SelectMany(h => Proc.Marks(data, h.Id)).Order(StringComparer.Ordinal)];

    /// <summary>The same processes run as before; if not, what HA has decided is told.</summary>
    internal static async Task SameProcesses(IReadOnlyList<string> before, Api api, string data)
    {
        var now = Processes(data);
        if (!before.SequenceEqual(now, StringComparer.Ordinal))
        {
            Assert.Fail($"""
                gone: {string.Join("; ", before.Except(now, StringComparer.Ordinal))}
                new: {string.Join("; ", now.Except(before, StringComparer.Ordinal))}
                decided: {string.Join("; ", (await api.List("/api/v1/ha/decisions")).Select(d => $"{d["object"]} {d["sentence"]}"))}
                """);
        }
    }

    /// <summary>
    /// The scene of a test, whatever the one before it left: no process stopped or killed, no host drained or held off, nobody suspected.
    /// </summary>
    internal async Task Revive()
    {
        foreach (var host in FleetHost.All)
        {
            var supervisor = Supervisor(host.Id);
            foreach (var stopped in Proc.Family(supervisor).Union(Proc.ComponentsOf(Data, host.Id)))
            {
                stopped.Send(Signal.Cont);
            }

            if (!supervisor.Runs())
            {
                await HoldfastProcess.Command(Data, "start", host.Id, "--data", Data);
            }

            var freed = await Api.Patch($"/api/v1/hosts/{host.Id}", new JsonObject { ["drain"] = false });
            Assert.True(freed.Status == HttpStatusCode.OK, $"{host.Id}: {freed.Status} {freed.Body}");
        }

        await Api.ForgetFalls();
    }

    /// <summary>It is said to run, and the process that is said to be it runs.</summary>
    internal static bool Runs(string data, Listed component) =>
        component is { State: "Running", Pid: { } pid } && ProcessMark.Of(pid) is not null
        && Proc.Running(data, component.Host).Contains((component.Name, component.Epoch));

    /// <summary>A host on which an Incr-Sync runs.</summary>
    internal async Task<string> BusyHost() =>
        (await Api.IncrSyncs()).Where(c => c.Desired == "Running").GroupBy(c => c.Host).MaxBy(g => g.Count())!.Key;

    /// <summary>Creates stopped tasks until one of them stands on this host.</summary>
    internal async Task PutStoppedTaskOn(string host)
    {
        while (!(await Api.IncrSyncs()).Any(c => c.Host == host && c.Desired == "Stopped"))
        {
            var id = $"stopped{++_tasks}";
            Assert.True(_tasks < 12, $"none of the stopped tasks was placed on {host}");
            await Api.CreateTask(id, FleetHost.Region, ["true"], desired: "Stopped");
            await Eventually.Holds(
                async () => (await Api.IncrSyncs()).Any(c => c.Task == id && c.Host.Length > 0) ? null : $"a host for {id}",
                TimeSpan.FromSeconds(10));
        }
    }

    /// <summary>Decisions about an object, oldest first, from a moment on.</summary>
    internal async Task<IReadOnlyList<string>> Decisions(string @object, DateTimeOffset since) =>
        [.. (await Api.List($"/api/v1/ha/decisions?object={Uri.EscapeDataString(@object)}"))
            .Where(d => DateTimeOffset.Parse((string)d["at"]!, CultureInfo.InvariantCulture) >= since)
            .Select(d => (string)d["sentence"]!).Reverse()];

    private async Task CreateChannel(string kind, JsonObject settings)
    {
        var created = await Api.Post("/api/v1/channels",
            new JsonObject { ["name"] = $"{kind}_ops", ["kind"] = kind, [kind] = settings });
        Assert.True(created.Status == HttpStatusCode.Created, $"{created.Status} {created.Body}");
    }
}
