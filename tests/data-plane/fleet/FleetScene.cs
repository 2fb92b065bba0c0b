using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Transactions;

namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>
/// A bank and its copy, and all that moves its rows, as real processes: the services in one, three supervisors with guards, a Store
/// and an Incr-Sync that they start. Profile fast: a lease of 4 s, a host is Down after 8 s.
/// </summary>
internal sealed class FleetScene : IAsyncDisposable
{
    internal const string Task = "bank";

    internal static readonly IReadOnlyList<string> Hosts = ["h1", "h2", "h3"];

    internal static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _folder = new();
    private readonly int _port = FreePort.Next();
    private readonly Dictionary<string, Process> _supervisors = new(StringComparer.Ordinal);
    private Process _services = null!;

    private FleetScene()
    {
        Source = Bank.Create(_folder.File("source.db"));
        Sink = Bank.Create(_folder.File("sink.db"));
        Points = new PointRequests(_folder.File("points"));
        HostsFolder = _folder.File("hosts");
        Api = new Api($"http://127.0.0.1:{_port}", "");
    }

    internal Bank Source { get; }

    internal Bank Sink { get; }

    internal PointRequests Points { get; }

    internal Api Api { get; private set; }

    /// <summary>Below it each host has a folder.</summary>
    internal string HostsFolder { get; }

    internal int Services => _services.Id;

    internal static async Task<FleetScene> Start()
    {
        var scene = new FleetScene();
        try
        {
            await Witness.Install(scene.Sink, scene._folder.File("sink.db"));
            // A task asks for what is committed from its creation on: the source's log begins before.
            await SqliteCapture.Install(scene._folder.File("source.db"), new StreamFilter { Tables = Bank.Collected }, TimeProvider.System);
            scene.StartServices();
            await scene.Serves();
            var token = (await File.ReadAllTextAsync(scene._folder.File("data/token"))).Trim();
            scene.Api.Dispose();
            scene.Api = new Api($"http://127.0.0.1:{scene._port}", token);
            await File.WriteAllTextAsync(scene._folder.File("token"), token);
            Hosts.ToList().ForEach(scene.StartSupervisor);
            await new FleetTask(scene, scene._folder, scene._port).Create();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Their process is gone: another one on the same port and data.</summary>
    internal void StartServices() => _services = Begin("services",
        Program("apps/holdfast", "holdfast.dll"), "run", "--no-fleet", "--port", _port.ToString(CultureInfo.InvariantCulture),
        "--data", _folder.File("data"), "--profile", "fast");

    internal int Supervisor(string host) => _supervisors[host].Id;

    /// <summary>Starts a supervisor on a host where none runs any more.</summary>
    internal void StartSupervisor(string host)
    {
        if (_supervisors.TryGetValue(host, out var former))
        {
            if (!former.HasExited)
            {
                return;
            }

            former.Dispose();
        }

        Directory.CreateDirectory(Path.Combine(HostsFolder, host));
        _supervisors[host] = Begin(host, Program("apps/holdfast", "supervisor/holdfast-supervisor.dll"), "--host", host,
            "--region", "local", "--idc", host == "h3" ? "b" : "a", "--address", "127.0.0.1", "--server", $"http://127.0.0.1:{_port}",
            "--token-file", _folder.File("token"), "--work-dir", Path.Combine(HostsFolder, host), "--usage", "work");
    }

    /// <summary>Processes of components on a host, or on all.</summary>
    internal IReadOnlyList<Component> Components(string? host = null) =>
        Processes.Components(host is null ? HostsFolder : Path.Combine(HostsFolder, host));

    /// <summary>A writer of the sink dies in the middle.</summary>
    internal Task<int> WriterDies() => DataProcess.WriteAndDie(Points.Folder, _folder.File("sink.db"));

    /// <summary>Waits until the sink has as many transfers as the source.</summary>
    internal Task Converged(TimeSpan max) => Eventually.Holds(async () =>
    {
        await Help();
        var (source, sink) = (Source.State(), Sink.State());
        return source == sink ? null : $"source {source}, sink {sink}; {await Told()}";
    }, max);

    /// <summary>Acts as an operator does: starts what has ended, and says that the task is not to blame for the hosts that fell.</summary>
    internal async Task Help()
    {
        Hosts.ToList().ForEach(StartSupervisor);
        if (_services.HasExited)
        {
            StartServices();
        }

        foreach (var component in (await Items("/api/v1/components")).Where(c => (string?)c["kind"] == "Incr-Sync"))
        {
            await Api.Post($"/api/v1/ha/suspects/{component["name"]}/release", new JsonObject());
        }

        foreach (var store in await Items("/api/v1/stores"))
        {
            if ((string?)store["state"] == "Abnormal")
            {
                await Api.Post($"/api/v1/stores/{store["name"]}/start", new JsonObject());
            }
        }
    }

    /// <summary>Text for messages: what the API and the components say.</summary>
    internal async Task<string> Told()
    {
        string said;
        try
        {
            var listed = (await Items("/api/v1/components")).Select(c => c.ToJsonString());
            said = string.Join("\n", [.. listed, (await Api.Get($"/api/v1/stores/why?subtopic={Task}")).Body.ToJsonString(),
                (await Api.Get("/api/v1/ha/suspects")).Body.ToJsonString()]);
        }
        catch (HttpRequestException error)
        {
            said = error.Message;
        }

        var components = Components().Select(c => $"{c}: {DataProcess.Read(c.Folder).ToJsonString()} {Tail(c.Printed)}");
        return string.Join("\n", [said, .. components, .. Hosts.Select(h => $"{h}: {Tail(Log(h))}")]);
    }

    public async ValueTask DisposeAsync()
    {
        Processes.Send(Processes.Naming(_folder.Location), Processes.Kill);
        await Eventually.Holds(() => Processes.Naming(_folder.Location).Any(Processes.Lives) ? "still dying" : null, StartMax);
        _services?.Dispose();
        _supervisors.Values.ToList().ForEach(s => s.Dispose());
        Api.Dispose();
        _folder.Dispose();
    }

    internal Task Serves() => Eventually.Holds(async () => (int)(await Api.Get("/health/ready")).Status is not 200 and var status
        ? $"{status}; {Tail(Log("services"))}" : null, StartMax);

    /// <summary>None while services that have just started still listen to the hosts.</summary>
    private async Task<IReadOnlyList<JsonObject>> Items(string path)
    {
        var answer = await Api.Get($"{path}?limit=500");
        return answer.Status == HttpStatusCode.OK ? [.. answer.Body["items"]!.AsArray().Select(i => i!.AsObject())] : [];
    }

    private Process Begin(string name, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh",
            ["-c", """exec setsid dotnet "$@" >>"$0" 2>&1 </dev/null""", _folder.File($"{name}.log"), program, .. arguments]);
        foreach (var variable in start.Environment.Keys
            .Where(k => k.StartsWith("HOLDFAST_", StringComparison.Ordinal) && k != "HOLDFAST_TEST_RUN").ToList())
        {
            start.Environment.Remove(variable);
        }

        start.UseShellExecute = false;
        return Process.Start(start)!;
    }

    private string Log(string name) => File.Exists(_folder.File($"{name}.log")) ? File.ReadAllText(_folder.File($"{name}.log")) : "";

    private static string Tail(string text) => text.Length > 3000 ? text[^3000..] : text;

    /// <summary>A program that is built with this test's own.</summary>
    internal static string Program(string project, string file) => Path.Combine(System.Text.RegularExpressions.Regex.Replace(
        AppContext.BaseDirectory, "/tests/[a-z-]+/", $"/{project}/"), file);
}
