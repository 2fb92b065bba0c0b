using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Publishing;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>Tells people what a failover has moved, and what waits (<see cref="MoveReport"/>).</summary>
internal sealed class MoveNotifier(LeaderView cluster, Publisher publisher, TimeProvider time)
{
    /// <summary>Tickets of which nothing had moved when so many of their sub-tasks were done: they are read again when more are.</summary>
    private readonly Dictionary<string, int> _unmoved = new(StringComparer.Ordinal);

    internal async Task Say(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        var tickets = cluster.Tickets.All.Where(t => t is { IsFailover: true, Announced: false }).ToList();
        if (tickets.Count == 0)
        {
            return;
        }

        var held = new Dictionary<string, Hold>(StringComparer.Ordinal);
        foreach (var hold in decisions.OfType<Hold>())
        {
            held.TryAdd(hold.Object, hold);
        }

        var undone = cluster.SubTasks.All.Where(p => !p.IsManual && p.Status != TicketStatus.Successful)
            .ToLookup(p => p.Ticket, StringComparer.Ordinal);
        foreach (var ticket in tickets)
        {
            await Say(ticket, MoveReport.Decide(ticket, [.. undone[ticket.Id]], held), cancel);
        }
    }

    private async Task Say(Ticket ticket, MoveNews news, CancellationToken cancel)
    {
        if (news == MoveNews.Nothing || (news == MoveNews.SomeMoved && _unmoved.GetValueOrDefault(ticket.Id) == ticket.Done))
        {
            return;
        }

        var parts = await cluster.PartsOf(ticket.Id, cancel);
        var moved = parts.Where(s => s.Target is not null && s.Target != s.From).ToLookup(s => s.From, StringComparer.Ordinal);
        var waiting = parts.Where(s => s.Status != TicketStatus.Successful).ToLookup(s => s.From, StringComparer.Ordinal);
        var count = moved.Sum(m => m.Count());
        if (news == MoveNews.SomeMoved && count == 0)
        {
            _unmoved[ticket.Id] = ticket.Done;
            return;
        }

        _unmoved.Remove(ticket.Id);
        var isNews = news != MoveNews.AllMoved || count > (ticket.MovesNotified ?? 0);
        foreach (var host in ticket.Hosts.Where(h => isNews && moved.Contains(h)).Select(cluster.Hosts.Find).OfType<HostVerdict>())
        {
            var now = time.GetUtcNow();
            var said = news == MoveNews.WaitEnded
                ? HostAlerts.WaitEnded(ticket, host, now)
                : HostAlerts.Moved(ticket, host, [.. moved[host.Host]], [.. waiting[host.Host]], now);
            await publisher.Publish(
                said with { TaskTags = TaskWords.TagsOf(moved[host.Host].Select(s => TaskOf(s.Component))) }, ticket.Id, cancel);
        }

        await cluster.Tickets.Change(ticket.Id, t => news switch
        {
            MoveNews.SomeMoved => t with { MovesNotified = count },
            MoveNews.WaitEnded => t with { WaitEnded = true },
            MoveNews.AllMoved => t with { Announced = true },
            MoveNews.Nothing => null,
        }, cancel);
    }

    private TaskDocument? TaskOf(string component) =>
        cluster.Components.Find(component) is { Task: { } task } ? cluster.Tasks.Find(task) : null;
}
