using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Index;

/// <summary>Tasks as they stand at this moment, for whoever asks: API, console and command line say the same.</summary>
internal sealed class TaskSights(Cluster cluster, LivenessFeed feed)
{
    /// <summary>Stores that know a task, by task.</summary>
    internal ILookup<string, string> Stores() => cluster.Stores.All.Where(IsThere)
        .SelectMany(s => s.Placed.Tasks ?? [], (s, task) => (task, s.Placed.Store))
        .ToLookup(s => s.task, s => s.Store, StringComparer.Ordinal);

    internal IReadOnlyList<string> StoresOf(string task) =>
        [.. cluster.Stores.All.Where(s => IsThere(s) && s.Placed.Tasks?.Contains(task, StringComparer.Ordinal) == true)
            .Select(s => s.Placed.Store)];

    internal TaskState StateOf(TaskDocument task) => StateOf(task, StoresOf(task.Id));

    internal TaskState StateOf(TaskDocument task, IReadOnlyList<string> stores) => TaskStates.Of(task, [.. Parts(task)], stores);

    /// <summary>As <see cref="LivenessFeed.IsComplete"/>.</summary>
    internal bool IsComplete(Registration component) => feed.IsComplete(component);

    private IEnumerable<TaskPart> Parts(TaskDocument task)
    {
        foreach (var (kind, _) in task.Placed)
        {
            if (cluster.Components.Find(Registration.IdOf(task.Id, kind)) is { } component)
            {
                var seen = ComponentViews.Of(component, cluster, feed);
                yield return new TaskPart(component, seen.State, seen.Error,
                    component.Host is { } host && cluster.Hosts.Find(host)?.State == HostState.Down, IsInPlace(component),
                    seen.ExitCode);
            }
        }
    }

    private bool IsInPlace(Registration component) => component is { Host: { } host, Name: { } name }
        && Acknowledgement.IsInPlace(feed.Fleet.Find(host), name, component.Epoch, component.Told);

    private static bool IsThere(StorePlace store) => store.Placed.Desired != DesiredState.Absent;
}
