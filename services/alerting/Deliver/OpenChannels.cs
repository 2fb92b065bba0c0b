using System.Collections.Concurrent;
using Holdfast.Alerting.Channels;

namespace Holdfast.Alerting.Deliver;

/// <summary>The channels that are switched on, each opened as it is now defined, with its slots.</summary>
internal sealed class OpenChannels(IDocuments<ChannelDefinition> channels, ChannelKinds kinds)
{
    private readonly ConcurrentDictionary<string, ChannelSlots> _slots = new(StringComparer.Ordinal);

    internal IEnumerable<ChannelSlots> All => _slots.Values;

    /// <summary>Time for which the first delivery that could go at once has been waiting.</summary>
    internal TimeSpan Behind => _slots.Values.Where(slots => slots.Free > 0).Select(slots => slots.Behind).DefaultIfEmpty().Max();

    /// <summary>Opens what is new or changed, closes what is gone.</summary>
    internal async Task Follow(CancellationToken cancel)
    {
        var defined =
            (await channels.Query(DocumentQuery<ChannelDefinition>.All.Take(ChannelRules.ChannelsRead), cancel)).Items
            .Where(c => c.Document.Enabled).ToDictionary(c => c.Document.Name, StringComparer.Ordinal);
        foreach (var (name, slots) in _slots.ToList())
        {
            if (!defined.TryGetValue(name, out var current) || !slots.Serves(current))
            {
                _slots.TryRemove(name, out _);
                await slots.Retire();
            }
        }

        foreach (var (name, definition) in defined)
        {
            if (!_slots.ContainsKey(name))
            {
                _slots[name] = new ChannelSlots(definition, kinds.Open(definition.Document));
            }
        }
    }

    /// <summary>Takes no more; each is closed when the last attempt on it has ended.</summary>
    internal async Task Retire()
    {
        foreach (var slots in _slots.Values)
        {
            await slots.Retire();
        }
    }
}
