using System.Globalization;
using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.Rules.StoreManager;

/// <summary>A Store that may go.</summary>
/// <param name="IsAllowed">HA deletes it; otherwise it is only shown.</param>
internal sealed record Surplus(string Store, bool IsAllowed)
{
    /// <summary>Time since which it has failed, longer ago than it may be.</summary>
    public DateTimeOffset? AbnormalSince { get; init; }

    /// <summary>The Store that serves all that is needed, from where on, and where the earliest consumer is.</summary>
    public string? Keeper { get; init; }

    public long KeeperBegin { get; init; }

    public long Earliest { get; init; }

    /// <summary>Its host is to be empty; null: that is not why.</summary>
    public string? Drained { get; init; }

    /// <summary>In words; put together when somebody reads it, for thousands may go and stay for long.</summary>
    public string Because => AbnormalSince is { } since
        ? string.Create(CultureInfo.InvariantCulture, $"Abnormal since {Iso.Seconds(since)}, for clearAbnormalResourceHours or more")
        : $"{(Drained is null ? "nobody needs what it holds" : $"{Drained} is to be empty")}: {Keeper} "
            + $"serves all from {StartTimestamp.Clock(KeeperBegin)}, and the earliest consumer is at "
            + StartTimestamp.Clock(Earliest);
}

/// <summary>
/// Selects Stores that are deleted before they use up the threshold: those that failed long ago (reference), and those that nobody
/// needs beside another one (ours). Pure.
/// </summary>
internal static class Cleanup
{
    internal static IReadOnlyList<Surplus> Of(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        if (view.Document.Tasks.Count == 0 || view.Document.Standing < 2)
        {
            return []; // a subtopic without any Store is left alone for good: the last one stays
        }

        var may = terms is { IsOn: true, Config.Autonomy: Autonomy.Auto };
        List<Surplus>? found = null;
        var keeper = Keeper(view);
        var successor = Vacating.Successor(view);
        var left = view.Document.Standing;
        foreach (var seen in view.Stores)
        {
            if (left > 1 && seen.IsThere && !ReferenceEquals(seen, keeper) && !ReferenceEquals(seen, successor)
                && (Moved(view, seen, successor) ?? Expired(seen, terms, now, may)
                    ?? Redundant(view, seen, keeper, terms, now, may)) is { } surplus)
            {
                (found ??= []).Add(surplus);
                left--;
            }
        }

        return found ?? [];
    }

    private static Surplus? Moved(SubtopicView view, StoreSeen seen, StoreSeen? successor) => Vacating.MayGo(seen, successor)
        ? new Surplus(seen.Store.Name, IsAllowed: true)
        {
            Drained = seen.Store.Host,
            Keeper = successor!.Store.Name,
            KeeperBegin = successor.Begin,
            Earliest = view.Earliest(visibleOnly: false)!.Value,
        }
        : null;

    private static Surplus? Expired(StoreSeen seen, StoreTerms terms, DateTimeOffset now, bool may) =>
        seen.Standing == StoreStanding.Abnormal && seen.Store.AbnormalSince is { } since
        && now - since >= terms.Config.ClearAbnormalResource
            ? new Surplus(seen.Store.Name, may) { AbnormalSince = since }
            : null;

    /// <summary>
    /// The Store that serves all that anybody needs, so that the others are not needed: one that stays where it is, the one
    /// that most consumers read, of those the newest. Null while a consumer's position is not known: then nobody can say.
    /// </summary>
    internal static StoreSeen? Keeper(SubtopicView view) => Serving(view, static c => c.IsVisible);

    /// <param name="isKnown">Tells whether a consumer's position is known well enough; it must be so for each.</param>
    internal static StoreSeen? Serving(SubtopicView view, Predicate<ConsumerSeen> isKnown)
    {
        if (view.Consumers.Length < view.Document.Tasks.Count || !Array.TrueForAll(view.Consumers, isKnown)
            || Reach.Slowest(view, static _ => true) is not { } slowest)
        {
            return null;
        }

        StoreSeen? keeper = null;
        foreach (var seen in view.Stores)
        {
            if (Reach.IsRunning(seen) && Array.TrueForAll(view.Consumers, c => Reach.Covers(seen, c)) && Reach.IsThere(seen, slowest)
                && (keeper is null || Worth(seen).CompareTo(Worth(keeper)) > 0))
            {
                keeper = seen;
            }
        }

        return keeper;
    }

    private static (bool Stays, int Readers, long Seq) Worth(StoreSeen seen) => (!seen.HostDrains, seen.Readers, seen.Store.Seq);

    private static Surplus? Redundant(
        SubtopicView view, StoreSeen seen, StoreSeen? keeper, StoreTerms terms, DateTimeOffset now, bool may)
    {
        // Data of a host that cannot be heard waits for its return; what starts, or is read, or was stopped by hand, stays.
        if (keeper is null || seen is not { HostServes: true, Readers: 0, Standing: StoreStanding.Running or StoreStanding.Abnormal }
            || IsFresh(seen, terms, now) || IsFresh(keeper, terms, now))
        {
            return null;
        }

        // Who adds one by hand wants one more, not another one.
        var byHand = StoreOrigin.Operator == seen.Store.Origin || StoreOrigin.Operator == keeper.Store.Origin;
        return new Surplus(seen.Store.Name, may && terms.Config.ClearRedundantStores && !byHand)
        {
            Keeper = keeper.Store.Name,
            KeeperBegin = keeper.Begin,
            Earliest = view.Earliest(visibleOnly: true)!.Value,
        };
    }

    private static bool IsFresh(StoreSeen seen, StoreTerms terms, DateTimeOffset now) =>
        StoredTime.Rest(seen.Store.AskedAt ?? seen.Store.PlacedAt, terms.Config.CheckRequestInterval, now) is not null;
}
