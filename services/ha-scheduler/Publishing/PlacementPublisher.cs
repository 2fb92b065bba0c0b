using Holdfast.HaScheduler.Feed;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.Publishing;

/// <summary>A placement that is due.</summary>
/// <param name="Message">In its owner's words.</param>
/// <param name="Incident">That it belongs to; null: none.</param>
/// <param name="Said">To be called once it is said.</param>
internal sealed record PlacementToSay(ComponentPlaced Message, string? Incident, Action Said);

/// <summary>
/// Registers placements, then says them: a collector takes from a message only what the store confirms. What could not be registered
/// is not said, and is due again with the next pass.
/// </summary>
internal sealed class PlacementPublisher(RegisteredPlacements registered, Publisher publisher, LivenessFeed feed, TimeProvider time)
{
    private static readonly TimeSpan SweepAfter = TimeSpan.FromHours(1);
    private TimeSpan? _swept;

    internal async Task Say(IReadOnlyList<PlacementToSay> due, CancellationToken cancel)
    {
        foreach (var placement in await registered.Confirmed(due, d => d.Message, cancel))
        {
            await publisher.Publish(placement.Message, placement.Incident, cancel);
            placement.Said();
        }

        await Sweep(cancel);
    }

    /// <summary>A host that is admitted gives up these; false: that could not be registered, and it is not to be said.</summary>
    internal Task<bool> Register(string host, IReadOnlyList<PlacementKey> removed, CancellationToken cancel) =>
        registered.RegisterGone([.. removed.GroupBy(r => r.Component, StringComparer.Ordinal)
            .Select(same => Removal(host, same.MaxBy(r => r.Epoch)!))], cancel);

    internal Task Forget(string host, CancellationToken cancel) => registered.Forget(host, cancel);

    private ComponentPlaced Removal(string host, PlacementKey removed) => new()
    {
        Component = removed.Component,
        Host = host,
        Region = "",
        Kind = ComponentKind.IncrSync,
        Epoch = removed.Epoch,
        Revision = long.MaxValue,
        Desired = DesiredState.Absent,
        Command = [],
        At = time.GetUtcNow(),
    };

    private async Task Sweep(CancellationToken cancel)
    {
        if (_swept is { } last && feed.Elapsed - last < SweepAfter)
        {
            return;
        }

        try
        {
            await registered.Sweep(cancel);
            _swept = feed.Elapsed;
        }
        catch (StateUnavailableException)
        {
            // With the next pass.
        }
    }
}
