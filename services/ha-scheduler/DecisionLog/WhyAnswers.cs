using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>Finds what somebody asks about, by any of its names, and answers why it is as it is.</summary>
internal sealed class WhyAnswers(
    Cluster cluster, ObjectNames names, KnownDecisions decisions, HeardAnswers heard, TaskSights sights, TimeProvider time)
{
    /// <summary>Null: there is no such object, and there has been no decision about it that is still kept.</summary>
    internal async Task<WhyView?> Of(string id, CancellationToken cancel)
    {
        var @object = names.ObjectOf(id);
        if (names.TaskOf(@object) is { } task)
        {
            return await OfTask(task, cancel);
        }

        if (ObjectNames.RegionIn(@object) is { } region && names.IsKnown(@object))
        {
            return await OfRegion(region, cancel);
        }

        var kind = cluster.Hosts.Find(@object) is not null ? "host" : cluster.Components.Find(@object) is not null ? "component"
            : StoreArrivals.SubtopicOf(@object) is not null && names.IsKnown(@object) ? "subtopic" : "gone";
        if (kind == "gone" && heard.OfStore(id) is { } store)
        {
            return store;
        }

        var record = await decisions.Latest(@object, cancel);
        if (kind == "gone")
        {
            return heard.OfStranger(@object) ?? (record is null ? null : WhyView.Of(record, kind));
        }

        var view = WhyView.Of(record ?? DecisionRecord.Well(@object, time.GetUtcNow()), kind);
        return kind == "host" ? heard.OfHost(@object, view) : view;
    }

    private async Task<WhyView> OfTask(TaskDocument task, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var parts = new List<WhyView>();
        foreach (var (kind, _) in task.Placed)
        {
            if (cluster.Components.Find(Registration.IdOf(task.Id, kind)) is { } component)
            {
                parts.Add(WhyView.Of(await decisions.Latest(component.Id, cancel) ?? DecisionRecord.Well(component.Id, now), "component"));
            }
        }

        if (await decisions.Latest(MaintenanceScope.TaskKey(task.Id), cancel) is { IsWell: false } held)
        {
            parts.Add(WhyView.Of(held, "task"));
        }

        return WhySum.OfTask(task, sights.StateOf(task), parts, now);
    }

    private async Task<WhyView> OfRegion(string region, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var latest = await decisions.LatestIn(region, cancel);
        var brake = latest(SetBrake.ObjectOf(region)) is { } held ? WhyView.Of(held, "region") : null;
        var hosts = cluster.Hosts.All.Where(h => h.Region == region).OrderBy(h => h.Host, StringComparer.Ordinal)
            .Select(h => WhyView.Of(latest(h.Host) ?? DecisionRecord.Well(h.Host, now), "host")).ToList();
        var components = cluster.Components.All.Where(c => c.Region == region)
            .Select(c => latest(c.Id)).OfType<DecisionRecord>().Where(l => !l.IsWell)
            .OrderBy(l => l.Object, StringComparer.Ordinal).Select(l => WhyView.Of(l, "component")).ToList();
        return WhySum.OfRegion(region, brake, hosts, components, now);
    }
}
