using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Json;
using Serilog.Sinks.OpenTelemetry;

namespace Holdfast.Platform.Telemetry;

/// <summary>
/// Serilog to the console (for people), to <c>{data}/logs</c> (JSON, for programs), and over OTLP where
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set. A line that belongs to a request or a message carries the trace's id.
/// </summary>
internal static class Logging
{
    private const string Console =
        "{Timestamp:HH:mm:ss.fff} {Level:u3} {SourceContext}: {Message:lj}{Trace}{NewLine}{Exception}";

    internal static Logger Create(string process, Settings settings)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(settings.LogLevel)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .MinimumLevel.Override("MassTransit", LogEventLevel.Warning)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            // MassTransit would log each attempt with its stack; the process says once that a route is lost.
            .Filter.ByExcluding(e => e.Exception is MassTransit.MessageReturnedException
                && e.Properties.TryGetValue(Constants.SourceContextPropertyName, out var source) && source.ToString() == "\"MassTransit\"")
            .Enrich.FromLogContext()
            .Enrich.WithProperty("Process", process)
            .WriteTo.Logger(people => people.Enrich.With<TraceSuffix>()
                .WriteTo.Console(outputTemplate: Console, formatProvider: CultureInfo.InvariantCulture))
            .WriteTo.File(new JsonFormatter(renderMessage: true), Path.Combine(settings.DataDirectory, "logs", $"{process}.json"),
                rollingInterval: RollingInterval.Day, rollOnFileSizeLimit: true, fileSizeLimitBytes: 64 << 20, retainedFileCountLimit: 8);
        if (Otlp.IsOn)
        {
            // Endpoint, protocol and headers are those of the environment, as for traces and metrics.
            configuration = configuration.WriteTo.OpenTelemetry(sink =>
            {
                sink.FormatProvider = CultureInfo.InvariantCulture;
                sink.ResourceAttributes = new Dictionary<string, object>(StringComparer.Ordinal)
                {
                    ["service.name"] = process,
                    ["service.namespace"] = Otlp.Namespace,
                    ["service.instance.id"] = settings.Instance,
                };
            });
        }

        return configuration.CreateLogger();
    }

    /// <summary>Seen by people only where there is a trace.</summary>
    private sealed class TraceSuffix : ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory) => logEvent.AddOrUpdateProperty(
            propertyFactory.CreateProperty("Trace", logEvent.TraceId is { } trace ? $" [{trace}]" : ""));
    }
}
