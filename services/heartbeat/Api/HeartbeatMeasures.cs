using System.Diagnostics.Metrics;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Platform.Telemetry;

namespace Holdfast.Heartbeat.Api;

/// <summary>A collector's gauges. How long hosts are silent and how much of their leases is left only the scheduler knows of all.</summary>
internal sealed class HeartbeatMeasures(HostRegistry hosts, BatchWindow window, CollectorHealth health) : IMeasures
{
    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("holdfast.heartbeat.hosts", () => hosts.Count, "{host}",
            "Hosts that this collector knows, heard by it or read from the store");
        meter.CreateObservableGauge("holdfast.heartbeat.granting", () => health.Decide(health.Now) == Grants.Grant ? 1 : 0, null,
            "1: heartbeats are answered with a lease; 0: they are refused, because the scheduler would not hear of them");
        meter.CreateObservableGauge("holdfast.heartbeat.window.hosts", () => window.Count, "{host}",
            "Hosts that have reported and wait for the next batch");
        meter.CreateObservableGauge("holdfast.heartbeat.batch.age", Age, "s",
            "Time since the end of the window whose batch the schedulers have heard last, or since the process started");
        meter.CreateObservableGauge("holdfast.heartbeat.peers", () => health.Peers.Seen.Count, "{collector}",
            "Other collectors whose rows are in the store");
    }

    private double Age() => (health.Now - (health.Confirmed ?? TimeSpan.Zero)).TotalSeconds;
}
