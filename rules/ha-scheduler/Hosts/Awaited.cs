using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>Hosts that have not been heard since the feed broke off last, and may live. Pure.</summary>
internal static class Awaited
{
    internal static IReadOnlyList<string> Of(Snapshot snapshot) =>
    [
        .. snapshot.Hosts.Where(h => h.Verdict.State != HostState.Down && !Liveness.HadTime(h, snapshot.Feed.HeardWithin))
            .Select(h => h.Verdict.Host),
    ];

    /// <summary>Null: nobody is awaited, or the feed has been interrupted for longer than hearing needs.</summary>
    internal static string? InWords(Snapshot snapshot, int awaited, TimeSpan broken) => snapshot.Feed.IsComplete
        ? awaited > 0 ? $"{awaited} of {snapshot.Hosts.Count} hosts are still to be heard" : null
        : broken <= snapshot.Feed.HeardWithin ? snapshot.Feed.Why ?? "the feed broke off a moment ago" : null;

    /// <summary>Tells whether every host that was heard has reported its inventory. Silent hosts are not waited for.</summary>
    internal static bool SayWhatTheyRun(Snapshot snapshot) => snapshot.Hosts.All(
        h => h.Verdict.State == HostState.Down || h.UnheardSinceBreak || h.Reported is { ComponentsInventory: >= 0 });
}
