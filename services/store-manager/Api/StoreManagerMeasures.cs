using System.Diagnostics.Metrics;
using Holdfast.Platform.Telemetry;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Pass;
using Holdfast.StoreManager.Views;

namespace Holdfast.StoreManager.Api;

/// <summary>The store manager's gauges, of the subtopics that are this replica's: the replicas' figures add up.</summary>
internal sealed class StoreManagerMeasures(
    SubtopicViews subtopicViews, StoreState state, StoreLoop loop, HostsHeard hosts, TimeProvider time) : IMeasures
{
    public void Register(Meter meter)
    {
        var stores = new ReadOnce<StoreFigures>(Look, time);
        meter.CreateObservableGauge("holdfast.store_manager.subtopics", () => stores.Now.Subtopics.Figures(), "{subtopic}",
            "Subtopics, by region");
        meter.CreateObservableGauge("holdfast.store_manager.subtopics.uncovered", () => stores.Now.Uncovered.Figures(), "{subtopic}",
            "Subtopics of which a task needs a position that no Store serves or is about to serve, by region");
        meter.CreateObservableGauge("holdfast.store_manager.stores", () => stores.Now.Stores.Figures(), "{store}",
            "Stores, by region and by how they stand");
        meter.CreateObservableGauge("holdfast.store_manager.store.range", () => stores.Now.Range.Figures(), "s",
            "Span of the log that running Stores serve, by region and percentile of the Stores");
        meter.CreateObservableGauge("holdfast.store_manager.store.lag", () => stores.Now.Lag.Figures(), "s",
            "How far running Stores are behind the clock, by region and percentile of the Stores");
        meter.CreateObservableGauge("holdfast.store_manager.retention.left", () => stores.Now.RetentionLeft.Figures(), "s",
            "Time until a source has thrown away what is needed next, by region and percentile of the subtopics");
        meter.CreateObservableGauge("holdfast.store_manager.pass.age", () => loop.Progress.SinceFinished.TotalSeconds, "s",
            "Time since a pass came to its end, or since the process started");
        meter.CreateObservableGauge("holdfast.store_manager.decisions", () => loop.Progress.Decided.Figures(), "{subtopic}",
            "Subtopics by the code of what the last pass decided about them: a reason why nothing was done, or ACTION");
        meter.CreateObservableGauge("holdfast.store_manager.findings", () => Findings().Figures(), "{finding}",
            "What people are told of at present, by event");
        meter.CreateObservableGauge("holdfast.store_manager.tickets.open", () => Tickets.Count(), "{ticket}", "Tickets that are open");
        meter.CreateObservableGauge("holdfast.store_manager.tickets.oldest", Oldest, "s", "Age of the oldest open ticket; 0: none is open");
    }

    private StoreFigures Look() => subtopicViews.IsLoaded
        ? hosts.Moment() is var moment ? StoreFigures.Of(subtopicViews.Mine(subtopicViews.Terms(), moment), moment.Now) : new()
        : new StoreFigures();

    private Tally<string> Findings()
    {
        var tally = Tally.By("event");
        foreach (var finding in state.Findings.Open.Where(f => subtopicViews.IsMine(f.Subtopic)))
        {
            tally.Add(finding.Event);
        }

        return tally;
    }

    private IEnumerable<StoreTicket> Tickets => state.Tickets.OpenNow.Where(t => subtopicViews.IsMine(t.Subtopic));

    private double Oldest() => Tickets.Select(t => Math.Max(0, (time.GetUtcNow() - t.CreatedAt).TotalSeconds)).DefaultIfEmpty().Max();
}
