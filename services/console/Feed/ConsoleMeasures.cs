using System.Diagnostics.Metrics;
using Holdfast.Platform.Telemetry;

namespace Holdfast.ConsoleUi.Feed;

/// <summary>The console's gauges.</summary>
internal sealed class ConsoleMeasures(LiveFeed feed) : IMeasures
{
    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("holdfast.console.watchers", () => feed.Watchers, "{page}", "Open pages that are shown live figures");
        meter.CreateObservableGauge("holdfast.console.services.failing", () => feed.Latest?.Down.Count ?? 0, "{fault}",
            "Answers that the console's last snapshot of the services lacks");
    }
}
