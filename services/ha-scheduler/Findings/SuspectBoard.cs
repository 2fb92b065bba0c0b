using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Trials;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Findings;

/// <summary>Takes people's word that a suspect is none, on any replica.</summary>
internal sealed partial class SuspectBoard(Cluster cluster, TimeProvider time, ILogger<SuspectBoard> logger)
{
    /// <summary>False when there is no such component.</summary>
    internal async Task<bool> Release(string id, string by, string? reason, CancellationToken cancel)
    {
        id = cluster.Stores.Find(id) is null ? Registration.IdMeantBy(id) : id;
        if (cluster.Components.Find(id) is null)
        {
            return await ReleaseStores(StoreArrivals.SubtopicOf(id) ?? cluster.Stores.Find(id)?.Placed.Subtopic ?? id, by, reason, cancel);
        }

        var changed = await cluster.Components.Change(id,
            r => r.Suspicion is null ? null : ComponentChange.Suspected(r, null, time.GetUtcNow()), cancel);
        if (changed is not null)
        {
            LogReleased(id, by, reason ?? "no reason given");
        }

        return true;
    }

    private async Task<bool> ReleaseStores(string subtopic, string by, string? reason, CancellationToken cancel)
    {
        var stores = cluster.Stores.All.Where(s => s.Placed.Subtopic == subtopic).ToList();
        foreach (var store in stores.Where(s => s.Suspicion is not null))
        {
            if (await cluster.Stores.Change(store.Placed.Store,
                s => s.Suspicion is null ? null : s with { Suspicion = null }, cancel) is not null)
            {
                LogReleased(store.Placed.Store, by, reason ?? "no reason given");
            }
        }

        return stores.Count > 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Component} is released from suspicion by {By}: {Reason}")]
    private partial void LogReleased(string component, string by, string reason);
}
