namespace Holdfast.Rules.StoreManager;

/// <summary>Chooses the Store that a consumer reads from. Pure.</summary>
internal static class Resolving
{
    /// <summary>
    /// The best Store that shows its log and begins early enough. One that was not to be avoided comes first, then a Running one before
    /// one that has failed and shows what it has. Then one that already has the position comes before one that will, and one that stays
    /// where it is before one that its host is to lose. Then comes the one that fewest read, then the newest. Null: none.
    /// </summary>
    /// <param name="stores">All of the subtopic.</param>
    /// <param name="seconds">Position of the consumer, unix seconds.</param>
    /// <param name="exact">Exact position of the consumer; null: it knows only the time.</param>
    /// <param name="avoided">Stores that the consumer has just failed to read: the host's report of their death is still to come.</param>
    internal static ObservedStore? Best(
        IReadOnlyList<ObservedStore> stores, long seconds, ExactPlace? exact, IReadOnlyCollection<string>? avoided = null)
    {
        (bool IsNew, bool Runs, bool HasIt, bool Stays, int Readers, long Seq) Rank(ObservedStore store) => (
            avoided?.Contains(store.Store.Name, StringComparer.Ordinal) != true, Reach.IsRunning(store),
            Reach.IsThere(store, seconds, exact), !store.HostDrains, -store.Readers, store.Store.Seq);
        ObservedStore? best = null;
        foreach (var store in stores)
        {
            if ((Reach.IsRunning(store) || store.ShowsItsLog) && store.HostServes && Reach.Covers(store, seconds, exact)
                && (best is null || Rank(store).CompareTo(Rank(best)) > 0))
            {
                best = store;
            }
        }

        return best;
    }
}
