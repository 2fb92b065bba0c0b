using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Findings;

/// <summary>
/// Reports each maintenance once when it is over: hosts' are ended in the registry, the others here. Level-triggered: a
/// life that ends meanwhile is followed by one that finds the same end.
/// </summary>
internal sealed class MaintenanceWatch(IDocuments<SeenMaintenance> documents, SchedulerDecisionLog decisionLog, Publisher publisher,
    TimeProvider time)
{
    private readonly InformerCache<SeenMaintenance> _seen = new(documents, s => s.Key);

    internal Task Load(CancellationToken cancel) => _seen.Load(cancel);

    internal Task Settle(CancellationToken cancel) => _seen.Settle(cancel);

    internal async Task Follow(
        IReadOnlyList<OpenMaintenance> open, Func<string, bool> leads, Func<string, TaskDocument?> task, CancellationToken cancel)
    {
        if (open.Count == 0 && _seen.Count == 0)
        {
            return;
        }

        var now = open.ToDictionary(o => o.Key, StringComparer.Ordinal);
        foreach (var seen in _seen.All.Where(s => leads(s.Seen.Region)).ToList())
        {
            if (!now.TryGetValue(seen.Key, out var still))
            {
                await End(seen, task, cancel);
            }
            else if (Since(still, seen.Seen) is var after && after != seen.Seen)
            {
                await _seen.Change(seen.Key, s => s with { Seen = after }, cancel);
            }
        }

        foreach (var begun in open.Where(o => _seen.Find(o.Key) is null && leads(o.Region)))
        {
            await _seen.Insert(new SeenMaintenance(begun.Key, begun), cancel);
        }
    }

    internal async Task<MaintenanceReport> Report(OpenMaintenance open, CancellationToken cancel) =>
        MaintenanceAlerts.Report(open.Key, open.Work, await decisionLog.HeldBack(open, cancel), time.GetUtcNow());

    /// <summary>A change of its end or its owner makes no other maintenance of it: it is reported from its beginning.</summary>
    private static OpenMaintenance Since(OpenMaintenance still, OpenMaintenance seen) =>
        still with { Work = still.Work with { At = seen.Work.At } };

    private async Task End(SeenMaintenance seen, Func<string, TaskDocument?> task, CancellationToken cancel)
    {
        var report = await Report(seen.Seen, cancel);
        await publisher.Publish(MaintenanceAlerts.Ended(report, seen.Seen.Region, task), null, cancel);
        await _seen.Delete(seen.Key, cancel);
    }
}
