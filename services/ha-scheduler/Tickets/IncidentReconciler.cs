using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>Follows the failures of hosts until they are closed, from what is really so (<see cref="IncidentState"/>).</summary>
internal sealed class IncidentReconciler(LeaderView cluster, Cluster all, StoreDecisions stores, TimeProvider time)
{
    internal async Task Follow(CancellationToken cancel)
    {
        var open = cluster.Tickets.All.Where(t => t is { IsFailover: true, ClosedAt: null }).ToList();
        if (open.Count == 0)
        {
            return;
        }

        var undone = cluster.SubTasks.All.Select(s => s.Ticket).ToHashSet(StringComparer.Ordinal);
        foreach (var ticket in open)
        {
            var isCaughtUp = !ticket.IsOpen && !undone.Contains(ticket.Id);
            await cluster.Tickets.Change(ticket.Id, t => TicketSteps.Same(
                IncidentState.Step(t, t.Hosts.All(IsBack), isCaughtUp, HasGap(t.Subtopics ?? []), time.GetUtcNow()), t), cancel);
        }
    }

    private bool IsBack(string host) => cluster.Hosts.Find(host) is null or { State: HostState.Online };

    /// <summary>Null: of one that a task needs, in whichever region that runs, nobody has said.</summary>
    private bool? HasGap(IReadOnlyList<string> subtopics)
    {
        var needed = subtopics.Count == 0 ? [] : all.Tasks.All.Where(t => t.Status != TaskIntent.Released).Select(t => t.Subtopic)
            .Intersect(subtopics, StringComparer.Ordinal).Select(stores.HasGap).ToList();
        return needed.Contains(true) ? true : needed.Contains(null) ? null : false;
    }
}
