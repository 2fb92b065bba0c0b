using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Api;

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
            standings.Add(Of(healths.GetValueOrDefault(name) ?? new ChannelHealth { Channel = name }, waiting, dead));
        }

        return standings;
    }

    private static ChannelStanding Of(ChannelHealth health, long waiting, long dead) => new(
        health.Channel, health.Circuit, health.FailuresInARow, health.Reason, health.FailedAt, health.OpenedAt, health.ClosedAt,
        health.DeliveredAt, health.ProbeAt, health.Probes, health.IsAnnounced, health.LastMinute, waiting, dead);
}
