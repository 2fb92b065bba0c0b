using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Holdfast.Platform.Telemetry;

/// <summary>
/// Converts MassTransit's measurements from milliseconds to seconds: how long consumers take, and how old messages are when they have
/// been consumed. Prometheus counts in seconds, and a view can rename a metric but not convert it.
/// </summary>
internal sealed class BusDurations : IDisposable
{
    private static readonly Histogram<double> Consumed = HoldfastTelemetry.Seconds(
        "holdfast.bus.consume.duration", "Time that consumers take for a message, by message type");

    private static readonly Histogram<double> Delivered = HoldfastTelemetry.Seconds(
        "holdfast.bus.delivery.duration", "Age of messages when they have been consumed: from their sending, queue included");

    private readonly MeterListener _listener = new();

    internal void Start()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "MassTransit" && instrument.Unit == "ms" && TargetOf(instrument.Name) is { } target)
            {
                listener.EnableMeasurementEvents(instrument, target);
            }
        };
        _listener.SetMeasurementEventCallback<double>(
            (_, milliseconds, tags, target) => Record((Histogram<double>)target!, milliseconds, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    private static Histogram<double>? TargetOf(string name) => name switch
    {
        "messaging.masstransit.consume.duration" => Consumed,
        "messaging.masstransit.delivery.duration" => Delivered,
        _ => null,
    };

    /// <summary>Of MassTransit's labels only the message type: consumers and endpoints would multiply the sets.</summary>
    private static void Record(Histogram<double> target, double milliseconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        object? type = null;
        foreach (var (name, value) in tags)
        {
            type = name == "messaging.masstransit.message_type" ? value : type;
        }

        target.Record(milliseconds / 1000, new TagList { { "message", type as string ?? "" } });
    }
}
