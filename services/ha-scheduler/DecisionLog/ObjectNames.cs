using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Trials;

namespace Holdfast.HaScheduler.DecisionLog;

/// <summary>Finds what decisions are about by any of its names, and the region that it belongs to.</summary>
internal sealed class ObjectNames(Cluster cluster)
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
        return TaskOf(@object) is { } task
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

    /// <summary>The task that is named so; null: it is none, or not there.</summary>
    internal TaskDocument? TaskOf(string @object) => After(@object, TaskPrefix) is { } task ? cluster.Tasks.Find(task) : null;

    /// <summary>The region that is named so; null: it is none.</summary>
    internal static string? RegionIn(string @object) => After(@object, RegionPrefix);

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
