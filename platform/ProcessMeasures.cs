using System.Diagnostics.Metrics;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Telemetry;

namespace Holdfast.Platform;

/// <summary>Services that the process hosts, with version and start time: another start time means a restart.</summary>
internal sealed class ProcessMeasures(HostedModules modules, TimeProvider time) : IMeasures
{
    private readonly double _started = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    public void Register(Meter meter)
    {
        var version = typeof(ProcessMeasures).Assembly.GetName().Version?.ToString(3) ?? "";
        meter.CreateObservableGauge("holdfast.service.info", () => modules.Names.Select(name => new Measurement<int>(
            1, new("service", name), new("version", version))), null, "1 for each service that this process hosts, with its version");
        meter.CreateObservableGauge("holdfast.service.start_time", () => modules.Names.Select(name => new Measurement<double>(
            _started, new KeyValuePair<string, object?>("service", name))), "s", "When the process started, unix time");
    }
}
