using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Json;

namespace Holdfast.Platform.Telemetry;

/// <summary>Where spans and figures of our own come from; MassTransit and ASP.NET Core have sources of their own.</summary>
public static class HoldfastTelemetry
{
    public const string Name = "Holdfast";

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);
}

/// <summary>
/// Serilog to the console (for people) and to <c>{data}/logs</c> (JSON, for programs), OpenTelemetry over OTLP when
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// </summary>
internal static class TelemetryRegistration
{
    private const string Console = "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext}: {Message:lj}{NewLine}{Exception}";

    internal static void AddTelemetry(this WebApplicationBuilder builder, string process, string dataDirectory)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSerilog(CreateLogger(process, dataDirectory), dispose: true);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")))
        {
            return;
        }

        var resource = ResourceBuilder.CreateDefault().AddService(process, serviceNamespace: "holdfast");
        builder.Logging.AddOpenTelemetry(logs => logs.SetResourceBuilder(resource).AddOtlpExporter());
        builder.Services.AddSingleton(_ => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
            .AddSource(HoldfastTelemetry.Name, "MassTransit", "Microsoft.AspNetCore").AddOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
            .AddMeter(HoldfastTelemetry.Name, "MassTransit", "Microsoft.AspNetCore.Hosting", "System.Runtime").AddOtlpExporter().Build());
    }

    /// <summary>The providers live as long as the application; asking for them starts them.</summary>
    internal static void StartTelemetry(this WebApplication app)
    {
        app.Services.GetService<TracerProvider>();
        app.Services.GetService<MeterProvider>();
    }

    private static Serilog.Core.Logger CreateLogger(string process, string dataDirectory) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
        .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
        .Enrich.FromLogContext()
        .Enrich.WithProperty("Process", process)
        .WriteTo.Console(outputTemplate: Console, formatProvider: System.Globalization.CultureInfo.InvariantCulture)
        .WriteTo.File(new JsonFormatter(renderMessage: true), Path.Combine(dataDirectory, "logs", $"{process}.json"),
            rollingInterval: RollingInterval.Day, rollOnFileSizeLimit: true, fileSizeLimitBytes: 64 << 20, retainedFileCountLimit: 8)
        .CreateLogger();
}
