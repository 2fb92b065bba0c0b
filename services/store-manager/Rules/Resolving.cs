namespace Holdfast.StoreManager;

/// <summary>Which Store a consumer reads from. Pure.</summary>
internal static class Resolving
{
    /// <summary>
    /// The best Running Store that begins no later than the position: one that already has it before one that will, then one
    /// that stays where it is before one that its host is to lose, then the one that fewest read, then the newest. Null: none.
    /// </summary>
    internal static StoreSeen? Best(IReadOnlyList<StoreSeen> stores, long position)
    {
        StoreSeen? best = null;
        foreach (var store in stores)
        {
            if (store.Standing == StoreStanding.Running && store.HostServes && store.Begin <= position
                && (best is null || Rank(store, position).CompareTo(Rank(best, position)) > 0))
            {
                best = store;
            }
        }

        return best;
    }

    private static (bool HasIt, bool Stays, int Readers, long Seq) Rank(StoreSeen store, long position) =>
        (store.End >= position, !store.HostDrains, -store.Readers, store.Store.Seq);
}
