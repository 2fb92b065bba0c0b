using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Pass;

/// <summary>Asks the store manager for the Stores that tasks need, until it has placed them.</summary>
internal sealed class StoreRequests(LeaderView cluster, LivenessFeed feed, Publisher publisher, TimeProvider time)
{
    private static readonly TimeSpan ChangeToldFor = TimeSpan.FromMinutes(1);
    private readonly RepublishLedger<string> _said = new(TimeSpan.FromSeconds(5));
    private (long Tasks, long Stores, List<TaskDocument> Tell, List<TaskDocument> Changed) _unserved = (-1, -1, [], []);

    /// <summary>
    /// A task whose Store nobody has placed asks for it again; one that was changed says for a while what it is now, because
    /// nobody answers that.
    /// </summary>
    internal async Task Say(CancellationToken cancel)
    {
        var unserved = Unserved();
        var changed = _unserved.Changed.Where(t => (time.GetUtcNow() - t.ChangedAt!.Value).Duration() < ChangeToldFor);
        foreach (var task in unserved.Union(changed).Where(t => _said.IsDue(t.Id, feed.Elapsed)).ToList())
        {
            var request = Requested(task);
            await publisher.Publish(request, null, cancel);
            if (request.ConfigDigest is not null)
            {
                await publisher.Publish(new ConfiguredStoreRequested(request, task.Store!.Config!), null, cancel);
            }

            _said.Said(task.Id, feed.Elapsed);
        }
    }

    private StoreRequested Requested(TaskDocument task) => new()
    {
        Subtopic = task.Subtopic,
        Task = task.Id,
        Region = task.Source.Region,
        Command = task.Store!.Command,
        ConfigDigest = task.Desired == DesiredState.Absent ? null : ComponentConfig.DigestOf(task.Store.Config),
        StartTimestamp = task.StartTimestamp,
        Shared = task.SharesStore,
        Source = task.Source.Log,
        TaskTags = TaskWords.TagsOf(task),
        Desired = task.Desired == DesiredState.Absent ? DesiredState.Absent : DesiredState.Running,
        At = time.GetUtcNow(),
    };

    /// <summary>Tasks that have no Store and want one, or have one and are over; found anew when tasks or Stores change.</summary>
    private List<TaskDocument> Unserved()
    {
        var (tasks, stores) = (cluster.Tasks.Changes, cluster.Stores.Changes);
        if ((_unserved.Tasks, _unserved.Stores) != (tasks, stores))
        {
            var served = cluster.Stores.All
                .Where(s => s.Placed.Desired != DesiredState.Absent)
                .SelectMany(s => s.Placed.Tasks ?? [])
                .ToHashSet(StringComparer.Ordinal);
            _unserved = (tasks, stores, [.. cluster.Tasks.All
                .Where(t => t.Store is not null && served.Contains(t.Id) != (t.Desired != DesiredState.Absent))],
                [.. cluster.Tasks.All.Where(t => t is { Store: not null, ChangedAt: not null })]);
        }

        return _unserved.Tell;
    }
}
