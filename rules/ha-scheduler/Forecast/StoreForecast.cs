using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Forecast;

/// <summary>
/// The Stores of a what-if. Another one is made by the store manager and not by the scheduler. So this says what is left of each subtopic
/// and what ha.config allows, and not where a new one would go. Pure.
/// </summary>
internal static class StoreForecast
{
    /// <param name="snapshot">The fleet as it is.</param>
    /// <param name="config">That would hold.</param>
    internal static IReadOnlyList<ExpectedStore> Of(
        Snapshot snapshot, HaConfig config, Supposition supposition, IEnumerable<StorePlaced> stores)
    {
        var verdicts = snapshot.Hosts.Select(h => h.Verdict).ToDictionary(v => v.Host, StringComparer.Ordinal);
        var there = stores.Where(s => s.Desired != DesiredState.Absent).ToList();
        var staying = there.Where(s => s.Desired == DesiredState.Running && Stays(s)).ToLookup(s => s.Subtopic, StringComparer.Ordinal);
        return
        [
            .. there.Where(s => IsLost(s) || IsDrained(s)).OrderBy(s => s.Store, StringComparer.Ordinal).Select(s =>
            {
                IReadOnlyList<string> left = [.. staying[s.Subtopic].Select(o => o.Store).Order(StringComparer.Ordinal)];
                return new ExpectedStore(s.Store, s.Subtopic, s.Host, left,
                    s.Desired != DesiredState.Running ? "it is stopped: nobody makes another one for it"
                    : IsLost(s) ? Lost(left.Count, config.ForRegion(s.Region))
                    : Drained(left.Count));
            }),
        ];

        bool IsLost(StorePlaced store) =>
            verdicts.TryGetValue(store.Host, out var host) && host.State != HostState.Down && supposition.IsLost(host);

        bool IsDrained(StorePlaced store) => supposition.Drained.Contains(store.Host) && verdicts.ContainsKey(store.Host);

        bool Stays(StorePlaced store) => !IsDrained(store)
            && !(verdicts.TryGetValue(store.Host, out var host) && (host.State == HostState.Down || supposition.IsLost(host)));
    }

    private static string Lost(int left, HaConfig config) => left > 0
        ? "its subtopic goes on with the others; another one is made only if they begin later than a task needs"
        : "none of its subtopic is left: " + (config switch
        {
            { Enable: false } => "enable is false, so nobody makes another one",
            { EnableStore: false } => "enableStore is false, so nobody makes another one",
            { Autonomy: Autonomy.Auto } => "HA makes another one where there is room, as its threshold and checkRequestIntervalSec allow",
            { Autonomy: Autonomy.Approve } => "autonomy is approve, so a ticket waits for a person",
            _ => "by autonomy HA makes none by itself: add one by hand",
        });

    private static string Drained(int left) => left > 0
        ? "it goes once another one serves all that its tasks need"
        : "another one is made elsewhere first, and this one goes once that serves all that its tasks need";
}
