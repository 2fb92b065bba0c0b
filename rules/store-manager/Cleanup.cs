using Holdfast.Contracts.Views;
using Holdfast.Fleet;

namespace Holdfast.Rules.StoreManager;

/// <summary>
/// Selects Stores that are deleted before they use up the threshold: those that failed long ago (reference), and those that nobody
/// needs beside another one (ours). Pure.
/// </summary>
internal static class Cleanup
{
    internal static IReadOnlyList<RedundantStore> Of(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        if (view.Document.Tasks.Count == 0 || view.Document.StoreCount < 2)
        {
            return []; // a subtopic without any Store is left alone for good: the last one stays
        }

        var may = terms is { IsOn: true, Config.Autonomy: Autonomy.Auto };
        List<RedundantStore>? found = null;
        var retained = Retained(view);
        var successor = Vacating.Successor(view);
        var left = view.Document.StoreCount;
        foreach (var seen in view.Stores)
        {
            if (left > 1 && seen.IsThere && !ReferenceEquals(seen, retained) && !ReferenceEquals(seen, successor)
                && (Moved(view, seen, successor) ?? Expired(seen, terms, now, may)
                    ?? Redundant(view, seen, retained, terms, now, may)) is { } redundant)
            {
                (found ??= []).Add(redundant);
                left--;
            }
        }

        return found ?? [];
    }

    private static RedundantStore? Moved(SubtopicView view, ObservedStore seen, ObservedStore? successor) => Vacating.MayGo(seen, successor)
        ? new RedundantStore(seen.Store.Name, IsAllowed: true)
        {
            Drained = seen.Store.Host,
            Keeper = successor!.Store.Name,
            KeeperBegin = successor.Begin,
            Earliest = view.Earliest(visibleOnly: false)!.Value,
        }
        : null;

    private static RedundantStore? Expired(ObservedStore seen, StoreTerms terms, DateTimeOffset now, bool may) =>
        seen.Health == StoreHealth.Abnormal && seen.Store.AbnormalSince is { } since
        && now - since >= terms.Config.ClearAbnormalResource
            ? new RedundantStore(seen.Store.Name, may) { AbnormalSince = since }
            : null;

    /// <summary>
    /// The Store that serves all that anybody needs, so that the others are not needed. One that stays where it is comes first, then the
    /// one that most consumers read, of those the newest. Null while a consumer's position is not known: then nobody can say.
    /// </summary>
    internal static ObservedStore? Retained(SubtopicView view) => Serving(view, static c => c.IsVisible);

    /// <param name="isKnown">Whether what is known of a consumer's position is enough; it must be of each.</param>
    internal static ObservedStore? Serving(SubtopicView view, Predicate<ObservedConsumer> isKnown)
    {
        if (view.Consumers.Length < view.Document.Tasks.Count || !Array.TrueForAll(view.Consumers, isKnown)
            || Reach.Slowest(view, static _ => true) is not { } slowest)
        {
            return null;
        }

        ObservedStore? retained = null;
        foreach (var seen in view.Stores)
        {
            if (Reach.IsRunning(seen) && Array.TrueForAll(view.Consumers, c => Reach.Covers(seen, c)) && Reach.IsThere(seen, slowest)
                && (retained is null || Worth(seen).CompareTo(Worth(retained)) > 0))
            {
                retained = seen;
            }
        }

        return retained;
    }

    private static (bool Stays, int Readers, long Seq) Worth(ObservedStore seen) => (!seen.HostDrains, seen.Readers, seen.Store.Seq);

    private static RedundantStore? Redundant(
        SubtopicView view, ObservedStore seen, ObservedStore? retained, StoreTerms terms, DateTimeOffset now, bool may)
    {
        // Data of a host that cannot be heard waits for its return; what starts, or is read, or was stopped by hand, stays.
        if (retained is null || seen is not { HostServes: true, Readers: 0, Health: StoreHealth.Running or StoreHealth.Abnormal }
            || IsFresh(seen, terms, now) || IsFresh(retained, terms, now))
        {
            return null;
        }

        // A person who adds one by hand wants one more, not another one.
        var byHand = StoreOrigin.Operator == seen.Store.Origin || StoreOrigin.Operator == retained.Store.Origin;
        return new RedundantStore(seen.Store.Name, may && terms.Config.ClearRedundantStores && !byHand)
        {
            Keeper = retained.Store.Name,
            KeeperBegin = retained.Begin,
            Earliest = view.Earliest(visibleOnly: true)!.Value,
        };
    }

    private static bool IsFresh(ObservedStore seen, StoreTerms terms, DateTimeOffset now) =>
        StoredTime.Rest(seen.Store.AskedAt ?? seen.Store.PlacedAt, terms.Config.CheckRequestInterval, now) is not null;
}
