using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>The last decisions as this replica can know them: its own where it leads, the stored ones elsewhere.</summary>
internal sealed class KnownDecisions(SchedulerDecisionLog decisionLog, Leadership leadership, ObjectNames names, TimeProvider time)
{
    /// <summary>The last decision about an object; null: none is kept.</summary>
    internal async Task<DecisionRecord?> Latest(string @object, CancellationToken cancel) =>
        IsDecidedHere(@object) && decisionLog.Latest(@object) is { } latest
            ? latest : await decisionLog.StoredLast(@object, time.GetUtcNow(), cancel);

    /// <summary>Finds the last decision about each object of a region, as of now.</summary>
    internal async Task<Func<string, DecisionRecord?>> LatestIn(string region, CancellationToken cancel)
    {
        if (leadership.Leads(region))
        {
            return decisionLog.Latest;
        }

        var stored = await decisionLog.Standing(cancel);
        return @object => stored.GetValueOrDefault(@object);
    }

    /// <summary>False where another replica decides: then its last stored decision is all that is known here.</summary>
    private bool IsDecidedHere(string @object) => names.RegionOf(@object) is not { } region || leadership.Leads(region);
}
