using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.State;

namespace Holdfast.HaScheduler.Pass;

/// <summary>The regions that there are, by verdicts, tasks and reports.</summary>
internal sealed class KnownRegions(Cluster cluster, LivenessFeed feed)
{
    private (long Changes, IReadOnlyList<string> Names) _taskRegions = (-1, []);

    /// <summary>False until the state was read: who has not read it yet could not act on it.</summary>
    internal bool AreRead => cluster.Loaded;

    /// <summary>Each at least once.</summary>
    internal IEnumerable<string> All() => cluster.Hosts.All.Select(h => h.Region).Concat(TaskRegions())
        .Concat(feed.Fleet.Hosts.Select(h => h.Region));

    /// <summary>Made anew when a task has changed: there are far more tasks than regions, and this is asked often.</summary>
    private IReadOnlyList<string> TaskRegions()
    {
        // Read first: what changes meanwhile is looked at the next time.
        var changes = cluster.Tasks.Changes;
        if (_taskRegions.Changes != changes)
        {
            _taskRegions = (changes, [.. cluster.Tasks.All.Select(t => t.Region).Distinct(StringComparer.Ordinal)]);
        }

        return _taskRegions.Names;
    }
}
