using Holdfast.Contracts.Views;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>Finds what somebody asks about, by any of its names, and answers why it is as it is.</summary>
internal sealed class WhyAnswers(
    Cluster cluster, SchedulerDecisionLog decisionLog, StoreDecisions stores, Leadership leadership, TaskSights sights, LivenessFeed feed,
    HaConfigStore config, TimeProvider time)
{
    private const string TaskPrefix = "task:";
    private const string RegionPrefix = "region:";

    /// <summary>The name that decisions about it are recorded under; the same text when it is not known.</summary>
    internal string ObjectOf(string id) => cluster.Hosts.Find(id) is not null ? id
        : Component(id)?.Id ?? (cluster.Tasks.Find(id) is not null ? MaintenanceScope.TaskKey(id) : id);

    /// <summary>A task with its components, whose decisions are its own; anything else alone.</summary>
    internal IReadOnlyList<string> ObjectsOf(string id)
    {
        var @object = ObjectOf(id);
        return After(@object, TaskPrefix) is { } named && cluster.Tasks.Find(named) is { } task
            ? [@object, .. task.Placed.Select(placed => Registration.IdOf(task.Id, placed.Kind))]
            : [@object];
    }

    internal bool IsKnown(string @object) => RegionOf(@object) is not null;

    /// <summary>The region that decisions about it belong to; null: it is not there (any more).</summary>
    internal string? RegionOf(string @object) => StoreArrivals.SubtopicOf(@object) is { } subtopic
        ? cluster.Stores.All.FirstOrDefault(s => s.Placed.Subtopic == subtopic)?.Placed.Region
        : cluster.Hosts.Find(@object)?.Region ?? cluster.Components.Find(@object)?.Region
        ?? (After(@object, TaskPrefix) is { } task ? cluster.Tasks.Find(task)?.Region
            : After(@object, RegionPrefix) is { } region && cluster.Hosts.All.Any(h => h.Region == region) ? region : null);

    /// <summary>Null: there is no such object, and there has been no decision about it that is still kept.</summary>
    internal async Task<WhyView?> Of(string id, CancellationToken cancel)
    {
        var @object = ObjectOf(id);
        if (After(@object, TaskPrefix) is { } task && cluster.Tasks.Find(task) is { } found)
        {
            return await OfTask(found, cancel);
        }

        if (After(@object, RegionPrefix) is { } region && IsKnown(@object))
        {
            return await OfRegion(region, cancel);
        }

        var kind = cluster.Hosts.Find(@object) is not null ? "host" : cluster.Components.Find(@object) is not null ? "component"
            : StoreArrivals.SubtopicOf(@object) is not null && IsKnown(@object) ? "subtopic" : "gone";
        if (kind == "gone" && OfStore(id) is { } store)
        {
            return store;
        }

        var record = await Decided(@object, cancel);
        if (kind == "gone")
        {
            return feed.Refused().GetValueOrDefault(@object) is { } refused ? WhySum.OfStranger(@object, refused)
                : record is null ? null : WhyView.Of(record, kind);
        }

        var view = WhyView.Of(record ?? DecisionRecord.Well(@object, time.GetUtcNow()), kind);
        return kind == "host" ? OfHost(@object, view) : view;
    }

    private WhyView OfHost(string host, WhyView view)
    {
        var said = feed.Fleet.Find(host);
        view = said?.LeftOut is { } leftOut ? WhySum.WithLeftOut(view, leftOut) : view;
        view = feed.Lapses().GetValueOrDefault(host) is { } lapses ? WhySum.WithLapses(view, lapses) : view;
        return said?.Report.ClockAheadSec is { } ahead && HostClocks.IsOff(ahead, config.Current, isTold: false)
            ? WhySum.WithClock(view, ahead)
            : view;
    }

    private WhyView? OfStore(string id)
    {
        var placed = cluster.Stores.Find(id)?.Placed;
        var decision = stores.OfStore(id) ?? (placed is null ? null : stores.OfSubtopic(placed.Subtopic));
        return WhyStore.Of(id, placed, decision, time.GetUtcNow());
    }

    private async Task<DecisionRecord?> Decided(string @object, CancellationToken cancel) =>
        IsDecidedHere(@object) && decisionLog.Latest(@object) is { } latest
            ? latest : await decisionLog.StoredLast(@object, time.GetUtcNow(), cancel);

    /// <summary>False where another replica decides: then its last stored decision is all that is known here.</summary>
    private bool IsDecidedHere(string @object) => RegionOf(@object) is not { } region || leadership.Leads(region);

    private async Task<WhyView> OfTask(TaskDocument task, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var parts = new List<WhyView>();
        foreach (var (kind, _) in task.Placed)
        {
            if (cluster.Components.Find(Registration.IdOf(task.Id, kind)) is { } component)
            {
                parts.Add(WhyView.Of(await Decided(component.Id, cancel) ?? DecisionRecord.Well(component.Id, now), "component"));
            }
        }

        if (await Decided(MaintenanceScope.TaskKey(task.Id), cancel) is { IsWell: false } held)
        {
            parts.Add(WhyView.Of(held, "task"));
        }

        return WhySum.OfTask(task, sights.StateOf(task), parts, now);
    }

    private async Task<WhyView> OfRegion(string region, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var stored = leadership.Leads(region) ? null : await decisionLog.Standing(cancel);
        DecisionRecord? Latest(string @object) => stored is null ? decisionLog.Latest(@object) : stored.GetValueOrDefault(@object);
        var brake = Latest(RegionPrefix + region) is { } held ? WhyView.Of(held, "region") : null;
        var hosts = cluster.Hosts.All.Where(h => h.Region == region).OrderBy(h => h.Host, StringComparer.Ordinal)
            .Select(h => WhyView.Of(Latest(h.Host) ?? DecisionRecord.Well(h.Host, now), "host")).ToList();
        var components = cluster.Components.All.Where(c => c.Region == region)
            .Select(c => Latest(c.Id)).OfType<DecisionRecord>().Where(l => !l.IsWell)
            .OrderBy(l => l.Object, StringComparer.Ordinal).Select(l => WhyView.Of(l, "component")).ToList();
        return WhySum.OfRegion(region, brake, hosts, components, now);
    }

    /// <summary>By its registration's id, its present name, or a name that it had: all of them hold the id.</summary>
    private Registration? Component(string id)
    {
        if (cluster.Components.Find(id) is { } component)
        {
            return component;
        }

        return cluster.Components.Find(Registration.IdIn(id));
    }

    private static string? After(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;
}
