using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Findings;

namespace Holdfast.HaScheduler.Findings;

/// <summary>Tells of regions whose hosts have no room for what waits, again and again while it is so, and once that it is over.</summary>
internal sealed class RoomPublisher(LeaderView cluster, LivenessFeed feed, Publisher publisher, TimeProvider time)
{
    private readonly RepublishLedger<string> _room = new(TimeSpan.FromSeconds(60));
    private readonly Patience<string> _fullFor = new();
    private HashSet<string> _fullRegions = new(StringComparer.Ordinal);

    internal async Task Say(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        var waiting = decisions.OfType<Hold>().Where(h => h.Reason == Reason.NoRoom)
            .ToLookup(h => cluster.Components.Find(h.Object)?.Region ?? "", StringComparer.Ordinal);
        _fullFor.Look(waiting.Select(w => w.Key), feed.Elapsed, FeedLimits.GapMax);
        // A host that was not heard since an interruption takes no work: that is no lack of room.
        var told = waiting.Where(w => _fullRegions.Contains(w.Key) || feed.CompleteFor >= feed.HeardWithin
            || _fullFor.HasHeld(w.Key, feed.HeardWithin)).ToList();
        foreach (var region in told.Where(w => _room.IsDue(w.Key, feed.Elapsed)))
        {
            var said = HostAlerts.NoRoom(region.Key, [.. region], time.GetUtcNow()) with
            {
                TaskTags = TaskWords.TagsOf(region.Select(h => TaskOf(h.Object))),
            };
            await publisher.Publish(said, null, cancel);
            _room.Said(region.Key, feed.Elapsed);
        }

        foreach (var region in _fullRegions.Where(r => !waiting.Contains(r) && cluster.Covers(r)))
        {
            await publisher.Publish(HostAlerts.RoomAgain(region, time.GetUtcNow()), null, cancel);
            _room.Forget(region);
        }

        _fullRegions = [.. told.Select(w => w.Key)];
    }

    private TaskDocument? TaskOf(string component) =>
        cluster.Components.Find(component) is { Task: { } task } ? cluster.Tasks.Find(task) : null;
}
