using Holdfast.App.Processes;
using Holdfast.App.Separate;

namespace Holdfast.Bench;

/// <summary>A private RabbitMQ and services over it, each a process of its own, over one temporary data directory.</summary>
internal sealed class RunningServices : IAsyncDisposable
{
    internal const string Token = "holdfast-bench-token";

    private static readonly TimeSpan ReadyMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(20);

    private readonly Children _children;
    private readonly PrivateBroker _broker;
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    internal RunningServices()
    {
        Data = Directory.CreateTempSubdirectory("holdfast-bench-").FullName;
        _children = new Children(Data);
        _broker = new PrivateBroker(Data);
    }

    internal string Data { get; }

    internal Uri Broker => _broker.Address;

    /// <summary>The broker's own process.</summary>
    internal async Task<Process> StartBroker()
    {
        foreach (var part in _broker.Parts())
        {
            await Start(part.Spec, part.IsReady);
        }

        return _processes[^1];
    }

    /// <param name="name">Of the service.</param>
    /// <param name="instance">Of the replica.</param>
    /// <param name="store">Address of the documents' store; null: a file in the data directory.</param>
    internal Task<(Process Process, Uri Address)> StartService(string name, string instance = "bench", string? store = null) =>
        StartProgram(name, $"holdfast-{name}", Data, instance, store);

    /// <summary>All services and the console in one process, without a fleet.</summary>
    /// <param name="data">Of its own: a run ends what an earlier one left there.</param>
    internal Task<(Process Process, Uri Address)> StartAll(string data) =>
        StartProgram("run", "holdfast", data, "bench", null, "run", "--no-fleet");

    /// <summary>The demonstration of ./run: services, console and fleet, with all that it starts by itself.</summary>
    internal Task<(Process Process, Uri Address)> StartDemonstration(string data) =>
        StartProgram("demonstration", "holdfast", data, "bench", null, isAlone: true, "run");

    private Task<(Process Process, Uri Address)> StartProgram(
        string name, string program, string data, string instance, string? store, params IEnumerable<string> command) =>
        StartProgram(name, program, data, instance, store, isAlone: false, command);

    private async Task<(Process Process, Uri Address)> StartProgram(
        string name, string program, string data, string instance, string? store, bool isAlone, params IEnumerable<string> command)
    {
        var port = Ports.Free(1)[0];
        var spec = new ChildSpec(name,
            [
                .. Children.CommandOf("", program), .. command, "--port", port.ToString(CultureInfo.InvariantCulture),
                "--data", data, "--profile", "standard", "--instance", instance,
            ],
            Log(instance == "bench" ? name : $"{name}-{instance}"))
        {
            Environment = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["HOLDFAST_RABBITMQ"] = isAlone ? null : Broker.OriginalString,
                ["HOLDFAST_TOKEN"] = Token,
                ["HOLDFAST_STORE"] = store,
                // As the script ./run sets it.
                ["DOTNET_GCgen0size"] = isAlone ? "0x800000" : null,
            },
        };
        var address = new Uri($"http://127.0.0.1:{port}");
        var process = await Start(spec, cancel => Probe.Answers(_http, new Uri(address, "/health/ready"), cancel));
        return (process, address);
    }

    /// <summary>This program again, in another role.</summary>
    internal async Task<(Process Process, Uri Address)> StartSelf(string command)
    {
        var port = Ports.Free(1)[0];
        var spec = new ChildSpec(command,
            [.. Children.CommandOf("", "holdfast-bench"), command, port.ToString(CultureInfo.InvariantCulture)], Log(command));
        var process = await Start(spec, cancel => Ports.Answers(port, cancel));
        return (process, new Uri($"http://127.0.0.1:{port}"));
    }

    internal static Task Stop(Process process) => Ending.End([process], StopGrace, TimeProvider.System);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Ending.End([.. _processes.AsEnumerable().Reverse()], StopGrace, TimeProvider.System);
        Directory.Delete(Data, recursive: true);
    }

    internal async Task<Process> Start(ChildSpec spec, Func<CancellationToken, Task<bool>> isReady)
    {
        var process = _children.Start(spec);
        _processes.Add(process);
        var started = Stopwatch.StartNew();
        while (!await isReady(CancellationToken.None))
        {
            if (process.HasExited || started.Elapsed > ReadyMax)
            {
                throw new InvalidOperationException(
                    $"{spec.Name} does not serve; its output:\n{await File.ReadAllTextAsync(spec.LogFile)}");
            }

            await Task.Delay(200);
        }

        return process;
    }

    internal string Log(string name) => Path.Combine(Data, "logs", $"{name}.log");
}
