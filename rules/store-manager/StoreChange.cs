namespace Holdfast.Rules.StoreManager;

/// <summary>A subtopic's document after a step. Pure.</summary>
internal static class StoreChange
{
    /// <summary>The subtopic with one more Store.</summary>
    internal static SubtopicDocument WithStore(SubtopicDocument subtopic, Create create, string ip, DateTimeOffset now)
    {
        var seq = subtopic.Seq + 1;
        var store = new Store(StoreName.Of(ip, subtopic.Subtopic, seq), create.Host!, seq, create.From, DesiredState.Running, now)
        {
            Origin = create.Origin,
            Idc = create.Idc,
            Ticket = create.Ticket,
            StartPosition = create.Exact?.ToString(),
        };
        return subtopic with
        {
            Seq = seq,
            Stores = [.. subtopic.Stores, store],
            OperatedAt = create.Origin is StoreOrigin.Ha or StoreOrigin.Drain ? now : subtopic.OperatedAt,
            Proposal = create.Origin == StoreOrigin.Ha ? null : subtopic.Proposal,
            // Also what the source has no log for any more: that is told as a gap, not asked for again and again.
            Needs = create.Origin == StoreOrigin.Task ? [.. subtopic.Needs.Select(n => n with { IsMet = true })] : subtopic.Needs,
        };
    }

    /// <summary>
    /// Settles a subtopic after a look at it. Stores that their hosts no longer know are forgotten, those that nobody needs are to go,
    /// and failures are dated. The same instance when there is nothing to change.
    /// </summary>
    internal static SubtopicDocument Settle(SubtopicView view, Func<Store, bool> isGone, DateTimeOffset now)
    {
        var document = view.Document;
        if (IsSettled(view))
        {
            return document;
        }

        var changed = false;
        var stores = new List<Store>(document.Stores.Count);
        foreach (var seen in view.Stores)
        {
            var after = Settled(seen, document.Tasks.Count > 0, now);
            // Told to go in this very step, it has not gone yet.
            if (seen.Store.IsLeaving && isGone(after))
            {
                changed = true;
                continue;
            }

            changed |= !ReferenceEquals(after, seen.Store);
            stores.Add(after);
        }

        var meets = document.Needs.Any(n => !n.IsMet && StoreRules.IsMet(view, n));
        return !changed && !meets ? document : document with
        {
            Stores = stores,
            Needs = [.. document.Needs.Select(n => n.IsMet || !StoreRules.IsMet(view, n) ? n : n with { IsMet = true })],
        };
    }

    /// <summary>As nearly all are in nearly every pass.</summary>
    private static bool IsSettled(SubtopicView view)
    {
        foreach (var need in view.AllMet ? [] : view.Document.Needs)
        {
            if (!need.IsMet)
            {
                return false;
            }
        }

        foreach (var seen in view.Stores)
        {
            if (seen.Store.IsLeaving || view.Document.Tasks.Count == 0
                || seen.Store.AbnormalSince is null == (seen.Health == StoreHealth.Abnormal))
            {
                return false;
            }
        }

        return true;
    }

    private static Store Settled(ObservedStore seen, bool isNeeded, DateTimeOffset now) => (seen.Store, seen.Health) switch
    {
        ({ IsLeaving: true } leaving, _) => leaving,
        (var store, _) when !isNeeded => Leave(store, "no task needs it", LeftBy.Task),
        ({ AbnormalSince: null } store, StoreHealth.Abnormal) => store with { AbnormalSince = now },
        ({ AbnormalSince: not null } store, StoreHealth.Running or StoreHealth.Stopped) => store with { AbnormalSince = null },
        (var store, _) => store,
    };

    /// <summary>The subtopic once the host of these Stores was deleted; null: it has none of them.</summary>
    internal static SubtopicDocument? Without(SubtopicDocument subtopic, IReadOnlySet<string> stores)
    {
        bool Goes(Store store) => !store.HostIsGone && stores.Contains(store.Name);
        return subtopic.Stores.Any(Goes) ? subtopic with
        {
            Stores = [.. subtopic.Stores.Select(s => Goes(s) ? Leave(s, "its host was deleted") with { HostIsGone = true } : s)],
            // The data on its host is lost with it, and not by anybody's wish.
            GivenUp = null,
        }
        : null;
    }

    /// <param name="by">Null: a person.</param>
    internal static Store Leave(Store store, string because, string? by = null) =>
        store with { Desired = DesiredState.Absent, LeavesBecause = because, LeavesBy = by };

    /// <summary>A person deletes it, and with it what it can serve.</summary>
    internal static SubtopicDocument Delete(SubtopicDocument subtopic, ObservedStore seen, string by, DateTimeOffset now) =>
        Replace(subtopic, seen.Store.Name, store => Leave(store, $"deleted by {by}")) with
        {
            GivenUp = new GivenUp(seen.Begin, Math.Max(seen.Begin, seen.End ?? now.ToUnixTimeSeconds())).And(subtopic.GivenUp),
        };

    internal static SubtopicDocument Replace(SubtopicDocument subtopic, string name, Func<Store, Store> change) =>
        subtopic with { Stores = [.. subtopic.Stores.Select(s => s.Name == name ? change(s) : s)] };
}
