using System.Diagnostics.Metrics;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;
using Holdfast.Alerting.Watch;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Measures;

/// <summary>
/// Alerting's gauges. Their figures come from the store, so a loop reads it now and then and a scrape asks nobody. Each figure is a count
/// by an index, or the first entry of one.
/// </summary>
internal sealed class AlertingMeasures(
    IDocuments<Alert> alerts, IDocuments<Delivery> deliveries, IDocuments<ChannelDefinition> channels, ChannelHealthStore health,
    ServiceWatch services, TimeProvider time, ILogger<AlertingMeasures> logger) : TickLoop(time, logger), IMeasures
{
    /// <summary>Shorter than anybody scrapes.</summary>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(10);

    private volatile AlertFigures _latest = AlertFigures.Nothing;

    public void Register(Meter meter)
    {
        meter.CreateObservableGauge("holdfast.alerting.alerts.firing", () => _latest.FiringByLevel(), "{alert}",
            "Alerts that fire, by level, and whether a silence keeps them from being told");
        meter.CreateObservableGauge("holdfast.alerting.deliveries.waiting", () => _latest.Waiting(), "{delivery}",
            "Deliveries that are not settled, by channel and its kind");
        meter.CreateObservableGauge("holdfast.alerting.deliveries.overdue", () => _latest.Overdue(), "s",
            "How long the first delivery of a channel has been due, by channel and its kind");
        meter.CreateObservableGauge("holdfast.alerting.deliveries.dead", () => _latest.DeadLetters, "{delivery}",
            "Deliveries that were given up and can be sent again");
        meter.CreateObservableGauge("holdfast.alerting.channel.circuit", () => _latest.Circuits(), null,
            "1 for the state in which the circuit of a channel is: closed, open or half_open");
        meter.CreateObservableGauge("holdfast.alerting.services.silent", () => services.Silent, "{replica}",
            "Replicas of services, and the bus, that this replica misses");
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        var firing = await FiringAlerts.Ask(alerts, Time, cancel);
        var healths = (await health.All(cancel)).ToDictionary(h => h.Channel, StringComparer.Ordinal);
        var defined = await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        var figures = new List<ChannelFigures>();
        foreach (var channel in defined.Items.Select(c => c.Document))
        {
            figures.Add(await Of(channel, healths.GetValueOrDefault(channel.Name)?.Circuit ?? Circuit.Closed, cancel));
        }

        var dead = await deliveries.Count(DeliveryStore.Dead, cancel);
        _latest = new AlertFigures(firing.Levels, figures, dead);
    }

    private async Task<ChannelFigures> Of(ChannelDefinition channel, Circuit circuit, CancellationToken cancel)
    {
        var waiting = DeliveryStore.Waiting(channel.Name);
        var first = (await deliveries.Query(waiting.OrderBy(d => d.NextAttempt).Take(1), cancel)).Items;
        var overdue = first is [{ Document.NextAttempt: { } due }] && Time.GetUtcNow() - due is { Ticks: > 0 } late ? late : TimeSpan.Zero;
        return new ChannelFigures(channel, circuit, first.Count == 0 ? 0 : await deliveries.Count(waiting, cancel), overdue);
    }
}
