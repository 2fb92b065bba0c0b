using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Measures;
using Holdfast.Platform;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>Takes the sub-tasks of a ticket one step further and the ticket with them; writes only what has changed.</summary>
internal sealed class TicketSteps(LeaderView cluster, TimeProvider time)
{
    /// <summary>Sub-tasks that are changed at once: the store commits such changes together.</summary>
    private const int ChangesAtOnce = 128;

    /// <param name="parts">Its sub-tasks that are not over.</param>
    internal async Task Take(Ticket ticket, IReadOnlyList<SubTask> parts, Func<SubTask, SubTask> step, CancellationToken cancel)
    {
        await AllAtOnce(parts, async part =>
        {
            var changed = await cluster.SubTasks.Change(part.Id, p => Same(step(p), p), cancel);
            if (changed is { } done)
            {
                SchedulerCounters.Ended(ticket, part, done.Document);
            }

            if (changed?.Document.IsOver == true)
            {
                cluster.SubTasks.Drop(part.Id);
            }
        });
        var rest = parts.Select(p => cluster.SubTasks.Find(p.Id)).OfType<SubTask>().Where(p => !p.IsOver).ToList();
        await cluster.Tickets.Change(ticket.Id, t => Same(FailoverTicket.Sum(t, rest, time.GetUtcNow()), t), cancel);
    }

    /// <summary>A record that equals the one before is the one before: nothing is written.</summary>
    internal static T Same<T>(T after, T before) where T : class => after.Equals(before) ? before : after;

    /// <summary>Many tickets or sub-tasks, some at once.</summary>
    internal static Task AllAtOnce<T>(IEnumerable<T> items, Func<T, Task> act) => items.ForEachInGroups(ChangesAtOnce, act);
}
