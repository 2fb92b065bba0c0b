using System.Net.Sockets;
using System.Text.Json.Serialization;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Holdfast.Platform.State.Sealing;
using Holdfast.Platform.Telemetry;
using Holdfast.Platform.Tls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform;

/// <summary>Builds and runs a process that hosts one service or all of them.</summary>
public static class HoldfastHost
{
    /// <summary>Exit code for settings, data or ports that cannot be used; the error is on standard error.</summary>
    public const int Refused = 2;

    /// <summary>
    /// Limit for the end of all loops together, within <see cref="EndLimit.Max"/>. Loops that have not ended by then are left, as the
    /// disposal of the rest is still to come.
    /// </summary>
    private static readonly TimeSpan ShutdownMax = TimeSpan.FromSeconds(7);

    /// <summary>Time within which a client that has begun a request must send the rest of its head.</summary>
    private static readonly TimeSpan HeadersMax = TimeSpan.FromSeconds(10);

    /// <summary>Of all connections so many may be pages' live ones, which stay.</summary>
    private const int UpgradedShare = 4;

    private static readonly Action<ILogger, string, Exception?> LogSignal =
        LoggerMessage.Define<string>(LogLevel.Warning, default, "{Signal:l}");

    /// <summary>A service's whole Program: settings from the arguments, then run until told to stop.</summary>
    public static async Task<int> Run(string[] args, params IServiceModule[] modules)
    {
        var settings = Settings.Read(args);
        return settings.Fault is { } fault
            ? Refuse(fault)
            : await Run(settings.Value!, modules, _ => Task.CompletedTask);
    }

    /// <param name="started">Called once the process serves, with the address that it serves at.</param>
    /// <param name="endsWithTerminal">Somebody runs it in a terminal: when that is closed it ends in order.</param>
    /// <param name="before">Of the end: for what ends before the services, which has a limit of its own.</param>
    public static async Task<int> Run(
        Settings settings, IReadOnlyCollection<IServiceModule> modules, Func<WebApplication, Task> started, bool endsWithTerminal = false,
        TimeSpan before = default)
    {
        using var signals = Signals.Heed(endsWithTerminal);
        WaitForClock(settings);
        if ((CheckData(settings) ?? StoreRegistration.Check(settings.Store) ?? Otlp.Check()
            ?? Descriptors.WhyNot(settings)) is { } unusable)
        {
            return Refuse(unusable);
        }

        var auth = TokenAuth.Load(settings.DataDirectory);
        if (auth.Fault is { } fault)
        {
            return Refuse(fault);
        }

        var tls = TlsFiles.Load(settings, TimeProvider.System);
        if (tls.Fault is { } badFiles)
        {
            return Refuse(badFiles);
        }

        try
        {
            using var limit = new EndLimit(before);
            await using var app = Build(settings, modules, auth.Value!, tls.Value);
            var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Signals).FullName!);
            IReadOnlyList<IHostedService> loops = [];
            limit.Begin(() => EndLimit.Running(loops), log, app.Lifetime.ApplicationStopping);
            signals.Tell(said => LogSignal(log, said, null), app.Lifetime.StopApplication);
            await app.StartAsync(CancellationToken.None);
            loops = [.. app.Services.GetServices<IHostedService>()];
            await started(app);
            await app.WaitForShutdownAsync(CancellationToken.None);
            return 0;
        }
        catch (StateRefusedException error)
        {
            return Refuse(error.Fault);
        }
        catch (IOException error) when (error.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException or SocketException)
        {
            return Refuse(PortTaken(settings, error.Message));
        }
    }

    /// <param name="tls">Null: of the settings, which must have been looked at.</param>
    public static WebApplication Build(
        Settings settings, IReadOnlyCollection<IServiceModule> modules, TokenAuth auth, TlsFiles? tls = null)
    {
        tls ??= TlsFiles.Load(settings, TimeProvider.System).Value!;
        var process = modules.Count == 1 ? modules.First().Name : "holdfast";
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddTelemetry(process, settings);
        var connections = new OpenConnections(TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(System.Net.IPAddress.Parse(settings.Listen), settings.Port, listener =>
            {
                connections.Watch(listener, settings.ConnectionsMax);
                Secure(listener, tls);
            });
            kestrel.Limits.MaxRequestBodySize = 4 << 20;
            kestrel.Limits.MaxConcurrentConnections = settings.ConnectionsMax;
            kestrel.Limits.MaxConcurrentUpgradedConnections = Math.Max(1, settings.ConnectionsMax / UpgradedShare);
            kestrel.Limits.RequestHeadersTimeout = HeadersMax;
            kestrel.AddServerHeader = false;
        });
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownMax);
        builder.Services.ConfigureHttpJsonOptions(o =>
        {
            o.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
            o.SerializerOptions.RespectNullableAnnotations = true;
            o.SerializerOptions.AllowDuplicateProperties = false;
            o.SerializerOptions.Converters.Add(new JsonStringEnumConverter());
        });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(settings).AddSingleton(_ => connections).AddProblems();
        builder.Services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        builder.Services.AddOpenApi("v1", o => o.AddSchemaTransformer(KeySchemas.Describe)
            .AddDocumentTransformer((document, context, _) =>
            {
                ApiDescription.Describe(document, context);
                return Task.CompletedTask;
            }));
        builder.Services.AddState(settings);
        var keys = SecretKeys.Load(settings);
        builder.Services.AddSingleton(keys.Fault is { } noKey ? throw new StateRefusedException(noKey) : keys.Value!)
            .AddHostedService<Resealing>();
        builder.Services.AddApiTokens();
        builder.Services.AddSingleton(tls).AddSingleton(auth)
            .AddSingleton(new HostedModules([.. modules.Where(m => m.IsService).Select(m => m.Name)])).AddHostedService<CredentialWatch>()
            .AddSingleton<ClockHealth>().AddSingleton<IHealthPart>(p => p.GetRequiredService<ClockHealth>())
            .AddHostedService(p => p.GetRequiredService<ClockHealth>());
        foreach (var module in modules)
        {
            module.AddServices(builder.Services, settings);
        }

        builder.Services.AddBus(settings, modules, tls);
        if (settings.Broker is not null)
        {
            // After the bus, so that the last beat is said before it stops.
            builder.Services.AddHostedService<ServiceBeats>().AddHostedService<BusRevival>()
                .AddSingleton<TopologyLoop>().AddHostedService(p => p.GetRequiredService<TopologyLoop>())
                .AddHostedService<RouteAlerts>();
        }

        var app = builder.Build();
        // Here, because endpoints that are mapped below may open collections; a signal ends a process that still waits.
        app.Services.GetRequiredService<IDocumentStore>().Ready(CancellationToken.None).GetAwaiter().GetResult();
        app.StartTelemetry();
        app.Services.GetRequiredService<OpenConnections>().EndWith(app.Lifetime.ApplicationStopping);
        app.Services.GetRequiredService<OpenConnections>().UseIn(app);
        app.UseProxies(settings.Proxies);
        app.UseRequestLogging();
        app.UseProblems();
        app.UseTokenAuth(auth, app.Services.GetRequiredService<ApiTokens>(), [.. app.Services.GetServices<ICallers>()]);
        app.UseInputGate();
        app.UseIdsInQuery();
        foreach (var module in modules)
        {
            module.Guard(app);
        }

        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapHealth([.. modules.Select(m => m.Name)]);
        app.MapMetrics();
        foreach (var module in modules)
        {
            module.MapEndpoints(app);
        }

        return app;
    }

    /// <summary>Each handshake is offered the certificate of its moment.</summary>
    private static void Secure(ListenOptions listener, TlsFiles tls)
    {
        if (tls.Server is not null)
        {
            listener.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(tls.Offer()) });
        }
    }

    /// <summary>Before anything is stored or awaited. Where TLS is asked for nobody is answered meanwhile.</summary>
    public static void WaitForClock(Settings settings) => ClockGate.Pass(
        TimeProvider.System, said => Console.Error.WriteLine($"PF-215 {said}"),
        settings.TlsCertificate is null ? new System.Net.IPEndPoint(System.Net.IPAddress.Parse(settings.Listen), settings.Port) : null,
        max: null);

    /// <summary>Prints the fault as one readable block and gives the exit code for it.</summary>
    public static int Refuse(Fault fault)
    {
        Console.Error.WriteLine($"{fault.Code} {fault.Title}: {fault.Detail}");
        Console.Error.WriteLine($"  What to do: {fault.Workaround}");
        return Refused;
    }

    public static Fault PortTaken(Settings settings, string why) =>
        Fault.Invalid("PF-202", "Stop what listens there, or choose another with --port.",
            new FieldFault("port", settings.Port, $"must be free on {settings.Listen}: {why}"));

    /// <summary>Creates the data directory; null, or why it cannot be used.</summary>
    public static Fault? CheckData(Settings settings)
    {
        try
        {
            PrivateFiles.Directory(settings.DataDirectory);
            PrivateFiles.Close(Path.Combine(settings.DataDirectory, "token"));
            var probe = Path.Combine(settings.DataDirectory, $".writable-{Environment.ProcessId}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.Invalid("PF-302", "Choose another directory with --data, or give this user the right to write there.",
                new FieldFault("data", settings.DataDirectory, $"must be a directory that can be written: {error.Message}"));
        }
    }
}
