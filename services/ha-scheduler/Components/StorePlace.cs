using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>A Store as the store manager placed it: a copy for lists. Key: store.</summary>
internal sealed record StorePlace(StorePlaced Placed)
{
    internal static Collection<StorePlace> Collection { get; } =
        new Collection<StorePlace>("ha-scheduler.stores", 1, s => s.Placed.Store);
}
