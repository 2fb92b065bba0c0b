using System.Net;
using System.Net.Sockets;

namespace Holdfast.Containers.Tests;

[CollectionDefinition(Name)]
public sealed class StackCollection : ICollectionFixture<Stack>
{
    public const string Name = "stack";
}

/// <summary>
/// The compose files as they are, on PostgreSQL, with tasks on the sample hosts, a webhook outside and a Kafka channel.
/// Profile fast: a verdict takes 8 s.
/// </summary>
public sealed class Stack : IAsyncLifetime
{
    internal const string Project = "holdfast-test";
    internal const string Topic = "holdfast-alerts";
    private static readonly TimeSpan ImagesMax = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan CommandMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(120);

    private readonly Engine _engine = new();
    private readonly int _port = FreePort.Next();
    private Api? _api;
    private Receiver? _webhook;

    internal static IReadOnlyList<string> Hosts { get; } = ["host1", "host2", "host3"];

    internal static IReadOnlyList<string> Tasks { get; } = ["orders", "customers", "stock", "prices", "returns", "visits"];

    internal static IReadOnlyList<string> Services { get; } =
        ["rabbitmq", "database", "kafka", "heartbeat", "ha-scheduler", "store-manager", "alerting", "console", "door"];

    internal static string? Missing => Engine.Missing;

    internal Api Api => _api!;

    internal Receiver Webhook => _webhook!;

    internal Findings Findings { get; } = new(Path.Combine(Artifacts, "findings.md"));

    /// <summary>The trial before failed and left something behind, which is put right first.</summary>
    internal bool IsBroken { get; set; }

    /// <summary>Container host1 is Holdfast's host h1.</summary>
    internal static string IdOf(string container) => container.Replace("host", "h", StringComparison.Ordinal);

    internal static string ContainerOf(string host) => host.Replace("h", "host", StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        await _engine.Start();
        var said = await Command.Run(ImagesMax, Environment,
            "/bin/bash", Path.Combine(Root, "tests/containers/images.sh"), _engine.Directory, Artifacts);
        Findings.Note($"images: {said.Split('\n')[^1]}");
        await Compose("up", "-d", "--no-build");
        _api = new Api($"http://127.0.0.1:{_port}", await Secret("console", "token"));
        _webhook = await Receiver.Start((_, _) => Task.CompletedTask,
            await Docker("network", "inspect", "-f", "{{(index .IPAM.Config 0).Gateway}}", Network));
        await NewChannel("ops", "webhook", new JsonObject { ["url"] = _webhook.Url });
        await NewChannel("stream", "kafka", new JsonObject { ["bootstrapServers"] = "kafka:9092", ["topic"] = Topic });
        foreach (var task in Tasks)
        {
            await NewTask(task);
        }

        await Settled();
        Findings.Note("the stack is up, its tasks run");
    }

    public async ValueTask DisposeAsync()
    {
        if (_webhook is not null)
        {
            await _webhook.DisposeAsync();
        }

        if (Missing is null)
        {
            var logs = await Compose("logs", "--no-color", "--tail", "5000");
            await File.WriteAllTextAsync(Path.Combine(Artifacts, "logs.txt"), logs);
            Findings.Note("all done");
            _api?.Dispose();
            await Compose("down", "--volumes", "--timeout", "5");
        }

        await _engine.DisposeAsync();
    }

    internal Task<string> Compose(params IEnumerable<string> arguments) => Command.Run(CommandMax, Environment, "docker-compose",
    [
        "-f", Path.Combine(Root, "docker-compose.yml"), "-f", Path.Combine(Root, "docker-compose.postgres.yml"), "-p", Project,
        .. arguments,
    ]);

    internal Task<string> Docker(params IEnumerable<string> arguments) => Command.Run(CommandMax, Environment, "docker", arguments);

    /// <summary>A command of this machine's.</summary>
    internal Task<string> Run(string program, params IEnumerable<string> arguments) =>
        Command.Run(CommandMax, Environment, program, arguments);

    /// <summary>The first container of a service of the compose file.</summary>
    internal static string Name(string service, int number = 1) => $"{Project}_{service}_{number}";

    internal static string Network => $"{Project}_inside";

    /// <summary>A command in the network of a container, with this machine's tools.</summary>
    internal async Task<string> InNetworkOf(string service, params IEnumerable<string> command)
    {
        var pid = await Docker("inspect", "-f", "{{.State.Pid}}", Name(service));
        return await Command.Run(CommandMax, Environment, "nsenter", ["-t", pid, "-n", .. command]);
    }

    /// <summary>
    /// The device by which a container reaches the others: eth0 at first, another number each time that it was connected again.
    /// </summary>
    internal async Task<string> DeviceOf(string service)
    {
        var route = (await InNetworkOf(service, "ip", "-o", "-4", "route", "show", "default")).Split(' ');
        var at = Array.IndexOf(route, "dev");
        return at >= 0 && at + 1 < route.Length
            ? route[at + 1]
            : throw new InvalidOperationException($"{service} has no way out: its routes are '{string.Join(' ', route)}'");
    }

    /// <summary>Ends the first process of a container as if it had died by itself.</summary>
    internal async Task Kill(string name) => await Command.Run(
        CommandMax, Environment, "/bin/kill", "-KILL", await Docker("inspect", "-f", "{{.State.Pid}}", name));

    /// <summary>Nobody holds the lock of a file.</summary>
    internal async Task<bool> IsFree(string file) => await Command.Run(
        CommandMax, Environment, "/bin/sh", "-c", "flock --nonblock \"$0\" true && echo free || echo held", file) == "free";

    internal Task<string> HealthOf(string service, int number = 1) =>
        Docker("inspect", "-f", "{{.State.Health.Status}}", Name(service, number));

    internal Task<string> AddressOf(string service) =>
        Docker("inspect", "-f", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", Name(service));

    /// <summary>Every host Online, every task running where it should, every Store covering what is asked of it.</summary>
    internal async Task<IReadOnlyList<Listed>> Settled()
    {
        IReadOnlyList<Listed> now = [];
        await Eventually.Holds(async () =>
        {
            foreach (var host in Hosts)
            {
                if (await Api.HostState(IdOf(host)) is not "Online" and var state)
                {
                    return $"{host} is {state}";
                }
            }

            var all = await Components();
            now = [.. all.Where(c => c.Kind == "Incr-Sync").OrderBy(c => c.Name, StringComparer.Ordinal)];
            return all.FirstOrDefault(c => c.State != "Running")?.ToString()
                ?? (now.Count < Tasks.Count ? $"{now.Count} tasks" : null)
                ?? (await List("/api/v1/stores/coverage?gaps=true") is [var gap, ..] ? gap.ToJsonString() : null);
        }, SettledMax);
        return now;
    }

    internal async Task<IReadOnlyList<Listed>> IncrSyncs() => [.. (await Components()).Where(c => c.Kind == "Incr-Sync")];

    private async Task<IReadOnlyList<Listed>> Components() => [.. (await List("/api/v1/components")).Select(Listed.Of)];

    /// <summary>Asks once; what cannot be answered now is asked again, since services are away in these tests.</summary>
    private async Task<IReadOnlyList<JsonObject>> List(string path)
    {
        var answer = await Api.Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=500");
        return answer.Status == HttpStatusCode.OK
            ? [.. answer.Body["items"]!.AsArray().Select(i => i!.AsObject())]
            : throw new HttpRequestException($"GET {path}: {answer.Status} {answer.Body}");
    }

    /// <summary>The folder where a task's sink keeps its logs.</summary>
    internal async Task<string> SinkOf(string task) =>
        Path.Combine(await Docker("volume", "inspect", "-f", "{{.Mountpoint}}", $"{Project}_sinks"), task);

    /// <summary>The token and the passwords, as the stack has made them.</summary>
    internal async Task<IReadOnlyList<string>> Secrets() =>
    [
        await Secret("console", "token"), await Secret("alerting", "kafka"), await Secret("rabbitmq", "password"),
        await Secret("database", "password"), await Secret("kafka", "password"), await Secret("grafana", "password"),
    ];

    /// <summary>Asks where the engine keeps the folder of secrets of one reader.</summary>
    internal Task<string> SecretsOf(string reader) =>
        Docker("volume", "inspect", "-f", "{{.Mountpoint}}", $"{Project}_secrets-{reader}");

    private async Task<string> Secret(string reader, string file) =>
        (await File.ReadAllTextAsync(Path.Combine(await SecretsOf(reader), file))).Trim();

    private Task NewChannel(string name, string kind, JsonObject settings) =>
        Created("/api/v1/channels", new JsonObject { ["name"] = name, ["kind"] = kind, [kind] = settings });

    private Task NewTask(string id) => Created("/api/v1/tasks", new JsonObject
    {
        ["id"] = id,
        ["name"] = id,
        ["type"] = "migration",
        ["region"] = "local",
        ["source"] = new JsonObject { ["name"] = $"{id}-db", ["region"] = "local" },
        ["incrSync"] = new JsonObject { ["command"] = Sample("incr-sync", "--sink", $"/sinks/{id}") },
        ["store"] = new JsonObject { ["command"] = Sample("store") },
    });

    private async Task Created(string path, JsonObject body) => await Eventually.Holds(async () =>
        await Api.Post(path, body) is { Status: not (HttpStatusCode.Created or HttpStatusCode.Conflict) } refused
            ? $"{path}: {refused.Status} {refused.Body}" : null, SettledMax);

    private static JsonArray Sample(params IEnumerable<string> arguments) =>
        [.. new[] { "dotnet", "/components/sample/holdfast-sample.dll" }.Concat(arguments).Select(a => (JsonNode)a)];

    private Dictionary<string, string> Environment => new()
    {
        ["DOCKER_HOST"] = _engine.Host,
        ["HOLDFAST_PORT"] = $"{_port}",
        ["HOLDFAST_PROFILE"] = "fast",
    };

    private static string Root { get; } =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/containers/", StringComparison.Ordinal)];

    private static string Artifacts => Path.Combine(Root, "artifacts/containers");
}
