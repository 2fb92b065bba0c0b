using System.Globalization;
using Holdfast.Contracts;

namespace Holdfast.StoreManager;

/// <summary>A Store that may go.</summary>
/// <param name="IsAllowed">HA deletes it; otherwise it is only shown.</param>
internal sealed record Surplus(string Store, string Because, bool IsAllowed);

/// <summary>
/// Which Stores are deleted before they use up the threshold: those that failed long ago (reference), and those that nobody
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
        var found = new List<Surplus>();
        var keeper = Keeper(view);
        var left = view.Document.Standing;
        foreach (var seen in view.Stores.Where(s => s.IsThere && s != keeper))
        {
            if (left > 1 && (Expired(seen, terms, now, may) ?? Redundant(view, seen, keeper, terms, now, may)) is { } surplus)
            {
                found.Add(surplus);
                left--;
            }
        }

        return found;
    }

    private static Surplus? Expired(StoreSeen seen, StoreTerms terms, DateTimeOffset now, bool may) =>
        seen.Standing == StoreStanding.Abnormal && seen.Store.AbnormalSince is { } since
        && now - since >= terms.Config.ClearAbnormalResource
            ? new Surplus(seen.Store.Name, string.Create(CultureInfo.InvariantCulture,
                $"Abnormal since {since:u}, for {terms.Config.ClearAbnormalResourceHours} h or more (clearAbnormalResourceHours)"), may)
            : null;

    /// <summary>
    /// The Store that serves all that anybody needs, so that the others are not needed: the one that most consumers read,
    /// of those the newest. Null while a consumer's position is not known: then nobody can say.
    /// </summary>
    internal static StoreSeen? Keeper(SubtopicView view) =>
        view.Consumers.Count >= view.Document.Tasks.Count && view.Consumers.All(c => c.IsVisible)
        && view.Earliest(visibleOnly: true) is { } earliest
            ? view.Stores.Where(s => s.Standing == StoreStanding.Running && s.Begin <= earliest && s.End >= earliest)
                .MaxBy(s => (s.Readers, s.Store.Seq))
            : null;

    private static Surplus? Redundant(
        SubtopicView view, StoreSeen seen, StoreSeen? keeper, StoreTerms terms, DateTimeOffset now, bool may)
    {
        // Data of a host that cannot be heard waits for its return; what starts, or is read, or was stopped by hand, stays.
        if (keeper is null || seen is not { HostServes: true, Readers: 0, Standing: StoreStanding.Running or StoreStanding.Abnormal }
            || IsFresh(seen, terms, now) || IsFresh(keeper, terms, now))
        {
            return null;
        }

        var because = $"nobody needs what it holds: {keeper.Store.Name} serves all from {StartTimestamp.Clock(keeper.Begin)}, and the "
            + $"earliest of {view.Consumers.Count} consumers is at {StartTimestamp.Clock(view.Earliest(visibleOnly: true)!.Value)}";
        return new Surplus(seen.Store.Name, because,
            may && terms.Config.ClearRedundantStores && seen.Store.Origin != StoreOrigin.Operator);
    }

    private static bool IsFresh(StoreSeen seen, StoreTerms terms, DateTimeOffset now) =>
        now - (seen.Store.AskedAt ?? seen.Store.PlacedAt) < terms.Config.CheckRequestInterval;
}
