using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Deliver;

/// <summary>
/// Finds deliveries of a channel that are due, permitted and in their order, and claims them by compare-and-set until a deadline.
/// </summary>
internal sealed class DeliveryClaims(
    AlertStore alerts, DeliveryStore deliveries, ChannelHealthStore health, OrderCheck order, TimeProvider time)
{
    private readonly string _me = Guid.NewGuid().ToString("N");

    /// <summary>Claims what may go now, as far as there are slots, and begins it.</summary>
    /// <param name="slots">Of the channel.</param>
    /// <param name="most">Deliveries that the channel may take up at once.</param>
    /// <param name="start">Begins the attempt at a claimed delivery; it releases the slot.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task Fill(
        ChannelSlots slots, int most, Action<ChannelSlots, Versioned<Delivery>, Versioned<Alert>> start, CancellationToken cancel)
    {
        var free = Math.Min(slots.Free, most);
        if (free <= 0)
        {
            return;
        }

        var now = AlertNormalizer.Micros(time.GetUtcNow());
        var found = await deliveries.Due(slots.Definition.Name, now, free, cancel);
        slots.HasMore = found.Count == free;
        slots.Behind = TimeSpan.Zero;
        if (found.Count > 0)
        {
            // A delivery that must wait or is dropped takes up a permit too: too few go rather than too many.
            var (permitted, isSound) = await health.Permit(
                slots.Definition.Name, found.Count, slots.Definition.PerMinute, slots.Definition.Timeout, cancel);
            slots.IsSound &= isSound;
            slots.Behind = permitted > 0 ? now - found[0].Document.NextAttempt!.Value : TimeSpan.Zero;
            await Take(slots, [.. found.Take(permitted)], now, start, cancel);
        }
    }

    /// <summary>All that may go is claimed in one step.</summary>
    private async Task Take(ChannelSlots slots, IReadOnlyList<Versioned<Delivery>> found, DateTimeOffset now,
        Action<ChannelSlots, Versioned<Delivery>, Versioned<Alert>> start, CancellationToken cancel)
    {
        var known = await alerts.FindMany([.. found.Select(d => d.Document.Alert)], cancel);
        var go = await Task.WhenAll(found.Select((one, at) => order.IsToGo(one, known[at]?.Document, now, cancel)));
        var until = now + slots.Definition.Timeout + Delivery.ClaimSlack;
        var claims = found.Select((one, at) => (Found: one, Alert: known[at])).Where((_, at) => go[at]).TakeWhile(_ => slots.TryTake())
            .Select(c => (c.Found, Claimed: c.Found.Document.Claimed(_me, until), c.Alert)).ToList();
        IReadOnlyList<bool> claimed = [];
        try
        {
            claimed = await deliveries.ReplaceMany([.. claims.Select(c => (c.Found, c.Claimed))], cancel);
        }
        finally
        {
            foreach (var (at, (one, claim, alert)) in claims.Index())
            {
                if (claimed.ElementAtOrDefault(at))
                {
                    start(slots, new(claim, one.Version + 1), alert!.Value);
                }
                else
                {
                    await slots.Release();
                }
            }
        }
    }
}
