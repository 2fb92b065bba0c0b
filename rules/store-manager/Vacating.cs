namespace Holdfast.Rules.StoreManager;

/// <summary>
/// Stores whose host is to be empty (ours): another one is made elsewhere first; once it serves all that anybody needs the old
/// one goes. A drain is an operator's order, so no switch of HA holds it; threshold, cooldown and room do. Pure.
/// </summary>
internal static class Vacating
{
    private const int TasksNamedMax = 5;

    /// <summary>Decides which Store must be made or awaited before the old ones can go; null: none, or no old one is there.</summary>
    internal static StoreDecision? Decide(SubtopicView view, StoreTerms terms, DateTimeOffset now)
    {
        if (Array.Find(view.Stores, s => s is { HostDrains: true, Health: StoreHealth.Running }) is not { } leaving)
        {
            return null;
        }

        var document = view.Document;
        if (Array.Exists(view.Stores, s => Reach.IsRunning(s) && Replaces(s, view)))
        {
            return null;
        }

        if (Array.Find(view.Stores, s => s.IsOnItsWay && Replaces(s, view)) is { } coming)
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
        return Array.Exists(view.Stores, s => s.Health == StoreHealth.Running && !s.HostDrains && s.Begin <= start.From)
            ? new Hold(document, StoreReason.OutOfReach, $"{Order(leaving)}, and a new Store elsewhere would begin no earlier")
            : new Create(document, start.From, StoreOrigin.Drain, $"{Order(leaving)}; {start.Because}") { Exact = start.Exact };
    }

    /// <summary>It may go: what it holds another one serves, and whoever reads it is sent there.</summary>
    internal static bool MayGo(ObservedStore seen, ObservedStore? successor) => seen is { HostDrains: true, HostServes: true }
        && seen.Health is StoreHealth.Running or StoreHealth.Abnormal or StoreHealth.Starting
        && successor is { HostDrains: false };

    /// <summary>
    /// The Store that serves all that anybody needs. A drain is an order, so the last acknowledged position of a task that says nothing
    /// is enough. A stopped task would otherwise hold the drain up for ever, and the task goes on from there or later.
    /// </summary>
    internal static ObservedStore? Successor(SubtopicView view) =>
        Array.Exists(view.Stores, static s => s.HostDrains) ? Cleanup.Serving(view, IsKnown) : null;

    private static bool IsKnown(ObservedConsumer consumer) => consumer.IsVisible || consumer.IsEvidence;

    /// <summary>Names the reason why one is still there though nothing is to be made for it; null: none is.</summary>
    internal static string? WhyStays(SubtopicView view)
    {
        foreach (var seen in view.Stores)
        {
            if (seen is { HostDrains: true, IsThere: true })
            {
                var why = seen.Health == StoreHealth.Stopped ? "an operator has paused it, or it has ended: nobody moves its data"
                    : !seen.HostServes ? "its host is not heard"
                    : Successor(view) is { HostDrains: false } ? "it goes with the next pass"
                    : Lacking(view);
                return $"{seen.Store.Name} on {seen.Store.Host}: {why}";
            }
        }

        return null;
    }

    private static string Lacking(SubtopicView view)
    {
        var unknown = view.Document.Tasks.Where(t => !Array.Exists(view.Consumers, c => c.Task == t && IsKnown(c))).ToList();
        return unknown.Count > 0
            ? $"the position of {string.Join(", ", unknown.Take(TasksNamedMax))} was never seen, so nobody can say what is needed"
            : view.Earliest(visibleOnly: false) is { } earliest
                ? $"no other one has reached {StartTimestamp.Clock(earliest)}, which is needed"
                : "no other one is known to serve all that is needed";
    }

    private static bool Replaces(ObservedStore seen, SubtopicView view) =>
        !seen.HostDrains && Array.TrueForAll(view.Consumers, c => Reach.Covers(seen, c));

    private static string Order(ObservedStore leaving) => $"{leaving.Store.Host} is to be empty";
}
