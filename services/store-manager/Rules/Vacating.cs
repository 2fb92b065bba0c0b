using Holdfast.Contracts;

namespace Holdfast.StoreManager;

/// <summary>
/// Stores whose host is to be empty (ours): another one is made elsewhere first; once it serves all that anybody needs the old
/// one goes. A drain is an operator's order, so no switch of HA holds it; threshold, cooldown and room do. Pure.
/// </summary>
internal static class Vacating
{
    /// <summary>What is to be made, or waited for, before the old ones can go; null: nothing, or there are none.</summary>
    internal static StoreDecision? Decide(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        if (Array.Find(view.Stores, s => s is { HostDrains: true, Standing: StoreStanding.Running }) is not { } leaving)
        {
            return null;
        }

        var (document, needed) = (view.Document, view.Earliest(visibleOnly: false));
        if (Array.Exists(view.Stores, s => s.Standing == StoreStanding.Running && Replaces(s, needed)))
        {
            return null;
        }

        if (Array.Find(view.Stores, s => s.IsOnItsWay && Replaces(s, needed)) is { } coming)
        {
            return new Hold(document, StoreReason.Starting, $"{coming.Store.Name}; {Order(leaving)}");
        }

        if (StoreRules.IsFull(document, terms))
        {
            return StoreRules.Full(document, terms, Order(leaving));
        }

        if (StoreRules.Cooling(document, terms, Order(leaving), now) is { } cooling)
        {
            return cooling;
        }

        var start = StartTimestamp.Computed(view, now);
        return Array.Exists(view.Stores, s => s.Standing == StoreStanding.Running && !s.HostDrains && s.Begin <= start.From)
            ? new Hold(document, StoreReason.OutOfReach, $"{Order(leaving)}, and a new Store elsewhere would begin no earlier")
            : new Create(document, start.From, StoreOrigin.Drain, $"{Order(leaving)}; {start.Because}");
    }

    /// <summary>It may go: what it holds another one serves, and whoever reads it is sent there.</summary>
    internal static bool MayGo(StoreSeen seen, StoreSeen? keeper) => seen is { HostDrains: true, HostServes: true }
        && seen.Standing is StoreStanding.Running or StoreStanding.Abnormal or StoreStanding.Starting
        && keeper is { HostDrains: false };

    /// <summary>Why one is still there though nothing is to be made for it; null: none is.</summary>
    internal static string? WhyStays(SubtopicView view)
    {
        foreach (var seen in view.Stores)
        {
            if (seen is { HostDrains: true, IsThere: true })
            {
                var why = seen.Standing == StoreStanding.Stopped ? "an operator has paused it, or it has ended: nobody moves its data"
                    : !seen.HostServes ? "its host is not heard"
                    : Cleanup.Keeper(view) is { HostDrains: false } ? "it goes with the next pass"
                    : "no other one is known to serve all that is needed: some position is not seen, or not reached yet";
                return $"{seen.Store.Name} on {seen.Store.Host}: {why}";
            }
        }

        return null;
    }

    private static bool Replaces(StoreSeen seen, long? needed) => !seen.HostDrains && (needed is null || seen.Begin <= needed);

    private static string Order(StoreSeen leaving) => $"{leaving.Store.Host} is to be empty";
}
