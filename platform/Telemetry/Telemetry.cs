using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Holdfast.Platform.Telemetry;

/// <summary>Spans and metrics of our own; MassTransit, ASP.NET Core, the runtime and drivers have sources of their own.</summary>
public static class HoldfastTelemetry
{
    public const string Name = "Holdfast";

    /// <summary>Milliseconds to half a minute: passes, loops, calls of a store, deliveries.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public static ActivitySource Activities { get; } = new(Name);

    public static Meter Meter { get; } = new(Name);

    /// <summary>Histogram of durations in seconds.</summary>
    public static Histogram<double> Seconds(string name, string description) =>
        Meter.CreateHistogram(name, "s", description, tags: null, Durations);
}

/// <summary>
/// Metrics that a service reads when somebody asks for them, from what its passes and loops have left in memory. They ask neither
/// the store nor the bus, take no lock that a pass waits for, and walk the fleet once for a scrape at most.
/// </summary>
public interface IMeasures
{
    /// <param name="meter">Lives as long as the process's services do.</param>
    void Register(Meter meter);
}
