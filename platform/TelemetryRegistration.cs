using System.Diagnostics.Metrics;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;

namespace Holdfast.Platform;

/// <summary>
/// Logs, metrics and traces of a process. Metrics are served at <see cref="Path"/>; all three go over OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// </summary>
internal static class TelemetryRegistration
{
    internal const string Path = "/metrics";

    /// <summary>Label sets of one metric; what is beyond goes into one that says so. Ours stay far below it.</summary>
    private const int CardinalityMax = 1000;

    private const string MassTransit = "MassTransit";

    internal static void AddTelemetry(this WebApplicationBuilder builder, string process, Settings settings)
    {
        builder.Services.AddSerilog(Logging.Create(process, settings), dispose: true);
        builder.Services.AddSingleton<BusDurations>().AddSingleton<RequestLogLevel>().AddSingleton<IMeasures, ProcessMeasures>();
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(
            process, Otlp.Namespace, typeof(TelemetryRegistration).Assembly.GetName().Version?.ToString(3), false, settings.Instance));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(HoldfastTelemetry.Name, MassTransit)
                .AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddRuntimeInstrumentation()
                .AddView(Limited)
                .AddPrometheusExporter(o => o.ScopeInfoEnabled = false);
            StoreRegistration.Measure(settings.Store, metrics);
            if (Otlp.IsOn)
            {
                metrics.AddOtlpExporter();
            }
        });
        if (Otlp.IsOn)
        {
            telemetry.WithTracing(traces =>
            {
                traces.AddSource(HoldfastTelemetry.Name, MassTransit)
                    .AddAspNetCoreInstrumentation(o => o.Filter = IsTraced).AddHttpClientInstrumentation().AddOtlpExporter();
                StoreRegistration.Trace(settings.Store, traces);
            });
        }
    }

    /// <summary>Begins to measure: before this nothing of the services may be asked.</summary>
    internal static void StartTelemetry(this WebApplication app)
    {
        app.Services.GetRequiredService<BusDurations>().Start();
        var meter = app.Services.GetRequiredService<IMeterFactory>().Create(HoldfastTelemetry.Name);
        foreach (var measures in app.Services.GetServices<IMeasures>())
        {
            measures.Register(meter);
        }
    }

    internal static void MapMetrics(this WebApplication app) => app.MapPrometheusScrapingEndpoint(Path).DisableHttpMetrics();

    /// <summary>
    /// Drops, renames or limits metrics. <see cref="BusDurations"/> reports MassTransit's milliseconds in seconds. Its work in progress
    /// is a counter that goes down, and so is dropped. A gauge must not end as a histogram's count does: dotnet.process.cpu.count is
    /// cpus.
    /// </summary>
    private static MetricStreamConfiguration Limited(Instrument instrument) => (instrument.Meter.Name, instrument.Name) switch
    {
        (MassTransit, _) when instrument.Unit == "ms" || instrument.Name.EndsWith(".active", StringComparison.Ordinal) =>
            MetricStreamConfiguration.Drop,
        (_, "dotnet.assembly.count" or "dotnet.timer.count") => MetricStreamConfiguration.Drop,
        // Counted for each request, or several times for each, and of no use to anybody: requests by route have a histogram.
        ("Microsoft.AspNetCore.Routing" or "Microsoft.AspNetCore.MemoryPool", _) => MetricStreamConfiguration.Drop,
        (_, var name) when name.EndsWith(".count", StringComparison.Ordinal) => new MetricStreamConfiguration { Name = $"{name[..^6]}s" },
        _ => new MetricStreamConfiguration { CardinalityLimit = CardinalityMax },
    };

    /// <summary>Ten thousand hosts would make thousands of traces a second of which nobody reads one; batches have theirs.</summary>
    private static bool IsTraced(HttpContext context) => !(context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        || context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal)
        || context.Request.Path.StartsWithSegments(Scopes.Heartbeats, StringComparison.Ordinal));
}
