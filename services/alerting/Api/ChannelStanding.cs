using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Api;

/// <summary>How a channel stands: whether it takes alerts, and what has not gone out.</summary>
/// <param name="Circuit">Closed: deliveries go out; Open: none does until the next probe; HalfOpen: one is out as a probe.</param>
/// <param name="Reason">Why the last failure was one.</param>
/// <param name="DeliveredAt">When it took an alert last, to within ten seconds.</param>
/// <param name="ProbeAt">While Open: when the next probe may go; while HalfOpen: when the probe is taken for lost.</param>
/// <param name="Probes">Probes that failed since it opened.</param>
/// <param name="Told">The other channels were notified that this one fails, and not yet that it works again.</param>
/// <param name="LastMinute">When the messages of the last minute went out; kept only where the channel has a limit.</param>
/// <param name="Waiting">Deliveries that are not settled.</param>
/// <param name="DeadLetters">Deliveries that were given up and can be sent again.</param>
internal sealed record ChannelStanding(
    string Channel, Circuit Circuit, int FailuresInARow, string? Reason, DateTimeOffset? FailedAt, DateTimeOffset? OpenedAt,
    DateTimeOffset? ClosedAt, DateTimeOffset? DeliveredAt, DateTimeOffset? ProbeAt, int Probes, bool Told,
    IReadOnlyList<DateTimeOffset> LastMinute, long Waiting, long DeadLetters)
{
    internal static ChannelStanding Of(ChannelHealth health, long waiting, long dead) => new(
        health.Channel, health.Circuit, health.FailuresInARow, health.Reason, health.FailedAt, health.OpenedAt, health.ClosedAt,
        health.DeliveredAt, health.ProbeAt, health.Probes, health.IsAnnounced, health.LastMinute, waiting, dead);
}

/// <summary>Every channel that is defined, with its health and its backlog; each figure is a count by an index.</summary>
internal sealed class ChannelStandings(ChannelHealthStore health, IDocuments<ChannelDefinition> channels, IDocuments<Delivery> deliveries)
{
    internal async Task<IReadOnlyList<ChannelStanding>> All(CancellationToken cancel)
    {
        var healths = (await health.All(cancel)).ToDictionary(h => h.Channel, StringComparer.Ordinal);
        var defined = await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel);
        var anyDead = await deliveries.Count(DeliveryStore.Dead, cancel) > 0;
        var standings = new List<ChannelStanding>();
        foreach (var name in defined.Items.Select(c => c.Document.Name))
        {
            var waiting = await deliveries.Count(DeliveryStore.Waiting(name), cancel);
            var dead = anyDead ? await deliveries.Count(DeliveryStore.Dead.Where(d => d.Channel, Match.Equal, name), cancel) : 0;
            standings.Add(ChannelStanding.Of(healths.GetValueOrDefault(name) ?? new ChannelHealth { Channel = name }, waiting, dead));
        }

        return standings;
    }
}
