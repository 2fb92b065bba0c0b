using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Holdfast.Integration.Tests;
using Holdfast.Tests;

namespace Holdfast.Containers.Tests;

/// <summary>docker-compose.yml as it is, with three tasks on its sample hosts. Profile fast: a verdict takes 8 s.</summary>
public sealed class Stack : IAsyncLifetime
{
    private const string Project = "holdfast-test";
    private static readonly TimeSpan ImagesMax = TimeSpan.FromMinutes(25);
    private static readonly TimeSpan CommandMax = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SettledMax = TimeSpan.FromSeconds(90);

    private readonly Engine _engine = new();
    private readonly int _port = FreePort();
    private readonly string _token = RandomNumberGenerator.GetHexString(48, lowercase: true);
    private Api? _api;

    internal static IReadOnlyList<string> Hosts { get; } = ["host1", "host2", "host3"];

    internal static IReadOnlyList<string> Tasks { get; } = ["orders", "customers", "stock"];

    internal Api Api => _api!;

    /// <summary>Container host1 is Holdfast's host h1.</summary>
    internal static string IdOf(string container) => container.Replace("host", "h", StringComparison.Ordinal);

    internal static string ContainerOf(string host) => host.Replace("h", "host", StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        if (Engine.Missing is not null)
        {
            return;
        }

        await _engine.Start();
        await Command.Run(ImagesMax, Environment, "/bin/bash", Path.Combine(Root, "tests/containers/images.sh"), _engine.Directory);
        var secret = Path.Combine(_engine.Directory, "token");
        await File.WriteAllTextAsync(secret, _token);
        File.SetUnixFileMode(secret, (UnixFileMode)Convert.ToInt32("644", 8));
        await Compose("up", "-d", "--no-build");
        _api = new Api($"http://127.0.0.1:{_port}", _token);
        foreach (var task in Tasks)
        {
            await NewTask(task);
        }

        await Settled();
    }

    public async ValueTask DisposeAsync()
    {
        if (_api is not null)
        {
            _api.Dispose();
            await Compose("down", "--volumes", "--timeout", "5");
        }

        await _engine.DisposeAsync();
    }

    internal Task<string> Compose(params IEnumerable<string> arguments) =>
        Command.Run(CommandMax, Environment, "docker-compose", ["-f", Path.Combine(Root, "docker-compose.yml"), "-p", Project, .. arguments]);

    internal Task<string> Docker(params IEnumerable<string> arguments) => Command.Run(CommandMax, Environment, "docker", arguments);

    /// <summary>The first container of a service of the compose file.</summary>
    internal static string Name(string service, int number = 1) => $"{Project}_{service}_{number}";

    internal static string Network => $"{Project}_inside";

    /// <summary>A command in the network of a container, with this machine's tools.</summary>
    internal async Task InNetworkOf(string service, params IEnumerable<string> command)
    {
        var pid = await Docker("inspect", "-f", "{{.State.Pid}}", Name(service));
        await Command.Run(CommandMax, Environment, "nsenter", ["-t", pid, "-n", .. command]);
    }

    /// <summary>Every host Online, every task running where it should and writing.</summary>
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

            now = await Api.IncrSyncs();
            return now.FirstOrDefault(c => c.State != "Running")?.ToString() ?? (now.Count < Tasks.Count ? $"{now.Count} tasks" : null);
        }, SettledMax);
        return now;
    }

    /// <summary>What the sink of a task has accepted, in the order of its log.</summary>
    internal async Task<IReadOnlyList<SinkLine>> Accepted(string task) => SinkLog.Accepted(Path.Combine(await Sinks(), task));

    internal async Task<IReadOnlyList<SinkLine>> Attempts(string task) => SinkLog.Attempts(Path.Combine(await Sinks(), task));

    private Task<string> Sinks() => Docker("volume", "inspect", "-f", "{{.Mountpoint}}", $"{Project}_sinks");

    private async Task NewTask(string id)
    {
        var answer = await Eventually.Found(async () => await Api.Post("/api/v1/tasks", new JsonObject
        {
            ["id"] = id,
            ["name"] = id,
            ["type"] = "migration",
            ["region"] = "local",
            ["source"] = new JsonObject { ["name"] = $"{id}-db", ["region"] = "local" },
            ["incrSync"] = new JsonObject { ["command"] = Sample("incr-sync", "--sink", $"/sinks/{id}") },
            ["store"] = new JsonObject { ["command"] = Sample("store") },
        }) is { Status: HttpStatusCode.Created } created ? created : null, SettledMax, $"task {id} created");
        Assert.Equal(HttpStatusCode.Created, answer.Status);
    }

    private static JsonArray Sample(params IEnumerable<string> arguments) =>
        [.. new[] { "dotnet", "/components/sample/holdfast-sample.dll" }.Concat(arguments).Select(a => (JsonNode)a)];

    private Dictionary<string, string> Environment => new()
    {
        ["DOCKER_HOST"] = _engine.Host,
        ["HOLDFAST_PORT"] = $"{_port}",
        ["HOLDFAST_PROFILE"] = "fast",
        ["HOLDFAST_TOKEN_SECRET"] = Path.Combine(_engine.Directory, "token"),
        ["RABBITMQ_PASSWORD"] = _token,
    };

    private static string Root { get; } =
        AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/containers/", StringComparison.Ordinal)];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
