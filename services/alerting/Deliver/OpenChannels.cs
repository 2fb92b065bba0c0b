using System.Collections.Concurrent;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Deliver;

/// <summary>The channels that are switched on, each opened as it is now defined, with its slots.</summary>
internal sealed class OpenChannels(IDocuments<ChannelDefinition> channels, ChannelKinds kinds, ChannelPulse pulse)
{
    private readonly ConcurrentDictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    internal IEnumerable<Lane> All => _lanes.Values;

    internal Lane? Find(string channel) => _lanes.GetValueOrDefault(channel);

    /// <summary>How long the first that could be told at once has been waiting.</summary>
    internal TimeSpan Behind => _lanes.Values.Where(lane => lane.Free > 0).Select(lane => lane.Behind).DefaultIfEmpty().Max();

    /// <summary>Opens what is new or changed, closes what is gone, and learns which channels other replicas found failing.</summary>
    internal async Task Follow(CancellationToken cancel)
    {
        var defined =
            (await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel)).Items
            .Where(c => c.Document.Enabled).ToDictionary(c => c.Document.Name, StringComparer.Ordinal);
        foreach (var (name, lane) in _lanes.ToList())
        {
            if (!defined.TryGetValue(name, out var current) || !lane.Serves(current))
            {
                _lanes.TryRemove(name, out _);
                await lane.Retire();
            }
        }

        foreach (var (name, definition) in defined)
        {
            if (!_lanes.ContainsKey(name))
            {
                _lanes[name] = new Lane(definition, kinds.Open(definition.Document));
            }
        }

        foreach (var sick in (await pulse.All(cancel)).Where(health => !health.IsSound))
        {
            // Another replica may have met it: nothing goes there from here any more without a passage.
            if (Find(sick.Channel) is { } lane)
            {
                lane.IsSound = false;
            }
        }
    }

    /// <summary>Takes no more; each is closed when the last attempt on it has ended.</summary>
    internal async Task Retire()
    {
        foreach (var lane in _lanes.Values)
        {
            await lane.Retire();
        }
    }
}
