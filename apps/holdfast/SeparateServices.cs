using System.Runtime.InteropServices;
using Holdfast.App.Processes;
using Holdfast.App.Separate;
using Holdfast.Platform.Tls;

namespace Holdfast.App;

/// <summary>
/// The services as processes of their own, one or several of each, RabbitMQ between them, nginx before them. For development.
/// </summary>
internal static class SeparateServices
{
    private static readonly string[] Names = ["heartbeat", "ha-scheduler", "store-manager", "alerting", "console"];

    private static readonly string[] Nothing = [];

    private static readonly TimeSpan ServiceReadyMax = TimeSpan.FromSeconds(60);
    /// <summary>Longer than a service takes at most.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(12);

    internal static async Task<int> Run(
        Settings settings, IReadOnlyDictionary<string, int> replicas, Demonstration demonstration, Children children,
        TimeProvider time)
    {
        settings = settings.Port == 0 ? settings with { Port = Ports.Free(1)[0] } : settings;
        if ((MissingPackages(settings) ?? UnusableToken(settings)) is { } fault)
        {
            return HoldfastHost.Refuse(fault);
        }

        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, OnSignal);
        using var signals = Signals.Heed(endsWithTerminal: true);
        signals.Tell(Console.Out.WriteLine, stop.Cancel);
        using var http = new HttpClient(TlsFiles.Load(settings, time).Value!.Handler()) { Timeout = TimeSpan.FromSeconds(5) };
        var processes = Processes(settings, replicas);
        var gateway = new NginxGateway(settings, processes.ToLookup(p => p.Service, p => p.Port, StringComparer.Ordinal), http);
        var running = new Stack<(PartKeeper Keeper, Task Keeping)>();
        try
        {
            return await StartAll() ? await Serve() : stop.IsCancellationRequested ? 0 : HoldfastHost.Refused;
        }
        finally
        {
            await demonstration.Stop();
            await stop.CancelAsync();
            // The gateway, then all services at once, then the broker between them.
            var services = processes.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
            foreach (var together in running.GroupBy(
                r => services.Contains(r.Keeper.Name) ? "services" : r.Keeper.Name, StringComparer.Ordinal))
            {
                await Task.WhenAll(together.Select(async r =>
                {
                    await r.Keeper.Stop(StopGrace);
                    await r.Keeping;
                }));
            }
        }

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        async Task<bool> StartAll()
        {
            var broker = settings.Broker is null ? new PrivateBroker(settings.DataDirectory) : null;
            foreach (var part in broker?.Parts() ?? [])
            {
                if (!await Start(part))
                {
                    return false;
                }
            }

            demonstration.StartFleet(gateway.Address);
            // All start at once, for each takes its seconds.
            var services = processes.Select(process =>
                Keep(Service(process, settings, broker?.Address ?? settings.Broker!, http))).ToList();
            foreach (var service in services)
            {
                if (!await Ready(service))
                {
                    return false;
                }
            }

            return await Start(gateway.Part());
        }

        async Task<int> Serve()
        {
            foreach (var process in processes)
            {
                Console.WriteLine($"metrics of {process.Name} http://127.0.0.1:{process.Port}/metrics");
            }

            await demonstration.Start(gateway.Address, stop.Token);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return 0;
        }

        Task<bool> Start(Part part) => Ready(Keep(part));

        PartKeeper Keep(Part part)
        {
            var keeper = new PartKeeper(part, children, time);
            running.Push((keeper, keeper.Keep(stop.Token)));
            return keeper;
        }

        async Task<bool> Ready(PartKeeper keeper)
        {
            Console.WriteLine($"waiting for {keeper.Name} …");
            var ready = await keeper.WaitUntilReady(stop.Token);
            if (!ready && !stop.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync(
                    $"PF-207 {keeper.Name} does not serve in time; its log is {keeper.LogFile}");
                await Console.Error.WriteLineAsync(
                    "  What to do: read the log; on a busy machine simply try again. Everything is stopped.");
            }

            return ready;
        }
    }

    /// <summary>A replica that is not the only one has a number in its names.</summary>
    private sealed record ServiceProcess(string Service, string Name, string Instance, int Port);

    private static List<ServiceProcess> Processes(Settings settings, IReadOnlyDictionary<string, int> replicas)
    {
        var names = Names.SelectMany(service => replicas.GetValueOrDefault(service, 1) is > 1 and var count
            ? Enumerable.Range(1, count).Select(n => (Service: service, Number: $"-{n}"))
            : [(Service: service, Number: "")]).ToList();
        return [.. names.Zip(Ports.Free(names.Count), (n, port) =>
            new ServiceProcess(n.Service, n.Service + n.Number, settings.Instance + n.Number, port))];
    }

    private static Part Service(ServiceProcess process, Settings settings, Uri broker, HttpClient http) => new(
        new ChildSpec(process.Name,
        [
            .. Children.CommandOf("", $"holdfast-{process.Service}"), "--listen", "127.0.0.1", "--port",
                process.Port.ToString(CultureInfo.InvariantCulture),
            "--data", settings.DataDirectory, "--profile", settings.Profile.Name, "--instance", process.Instance,
            "--public-url", settings.PublicUrl,
            .. process.Service == "console"
                ? ["--door", $"{settings.Scheme}://127.0.0.1:{settings.Port.ToString(CultureInfo.InvariantCulture)}"]
                : Nothing,
        ],
        Path.Combine(settings.DataDirectory, "logs", $"{process.Name}.log"))
        {
            // No arguments: the addresses hold passwords, and arguments are there for all to see.
            Environment = new Dictionary<string, string?>(SignIn(process, settings), StringComparer.Ordinal)
            {
                ["HOLDFAST_RABBITMQ"] = broker.OriginalString,
                ["HOLDFAST_STORE"] = settings.Store?.Text,
                ["HOLDFAST_ALIVE_URL"] = settings.AliveUrl?.OriginalString,
                // The gateway speaks TLS; behind it, on loopback, nobody does.
                ["HOLDFAST_TLS_CERT"] = null,
                ["HOLDFAST_TLS_KEY"] = null,
                ["HOLDFAST_TLS_CA"] = settings.TlsAuthorities,
                ["HOLDFAST_RABBITMQ_CERT"] = settings.BrokerCertificate,
                ["HOLDFAST_RABBITMQ_KEY"] = settings.BrokerKey,
                // The gateway is on loopback; whom the gateway itself believes is in its own configuration.
                ["HOLDFAST_PROXIES"] = null,
                ["HOLDFAST_AUDIT_DAYS"] = settings.AuditDays.ToString(CultureInfo.InvariantCulture),
                ["HOLDFAST_AUDIT_ENTRIES"] = settings.AuditEntries.ToString(CultureInfo.InvariantCulture),
                ["HOLDFAST_LOG_LEVEL"] = settings.LogLevel.ToString(),
                ["HOLDFAST_HOST_TOKENS"] = settings.HostTokensOnly ? "required" : null,
                ["HOLDFAST_HOST_TOKEN_FILE"] = settings.HostTokenFile,
                ["HOLDFAST_SECRETS_KEY"] = settings.SecretsKey,
                ["HOLDFAST_CONNECTIONS_MAX"] = settings.ConnectionsMax.ToString(CultureInfo.InvariantCulture),
            },
        },
        ServiceReadyMax, cancel => Probe.Answers(http, new Uri($"http://127.0.0.1:{process.Port}/health/ready"), cancel));

    /// <summary>The provider is the console's alone, and so is the secret.</summary>
    private static IReadOnlyDictionary<string, string?> SignIn(ServiceProcess process, Settings settings) =>
        process.Service == "console" && settings.Oidc is { } oidc ? oidc.ToEnvironment()
            : new Dictionary<string, string?>(StringComparer.Ordinal);

    private static Fault? MissingPackages(Settings settings)
    {
        var missing = new List<string>();
        if (settings.Broker is null && !File.Exists(PrivateBroker.Executable))
        {
            missing.Add("rabbitmq-server");
        }

        if (!File.Exists(NginxGateway.Executable))
        {
            missing.Add("nginx-light");
        }

        return missing.Count == 0
            ? null
            : Fault.Invalid("PF-205", $"apt-get install {string.Join(' ', missing)}, or run without --services.",
                new FieldFault("services", true, $"needs the Debian packages {string.Join(", ", missing)}"));
    }

    /// <summary>Made here once, so that the four do not race to make it.</summary>
    private static Fault? UnusableToken(Settings settings) => TokenAuth.Load(settings.DataDirectory).Fault;
}
