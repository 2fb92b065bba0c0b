using Holdfast.Contracts.Views;
using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>Checks that all has come right after a calm.</summary>
internal sealed partial class ClusterWatch
{
    /// <summary>Orders time out by the wall clocks of those who took them and of those who carry them out.</summary>
    private bool AreClocksRight => world.Schedulers.All(s => s.Machine.WallOffset == TimeSpan.Zero);

    /// <summary>Checks after a calm: every order is done or has failed, and its ticket says what its sub-tasks say.</summary>
    internal void CheckTickets()
    {
        var parts = (world.Store.Find<SubTask>(SchedulerCollections.SubTasks.Name)?.All ?? [])
            .ToLookup(p => p.Ticket, StringComparer.Ordinal);
        var tickets = world.Store.Find<Ticket>(SchedulerCollections.Tickets.Name)?.All ?? [];
        foreach (var ticket in tickets.Where(t => t is { IsManual: true, IsAbandoned: false }))
        {
            var all = parts[ticket.Id].ToList();
            if (((ticket.IsOpen || all.Any(p => p.IsOpen)) && AreClocksRight)
                || (all.Count > 0 && (ticket.Status == TicketStatus.Successful) != all.All(p => p.Status == TicketStatus.Successful)))
            {
                world.Broken("tickets", $"after a calm {ticket} has {string.Join(", ", all)}");
            }
        }
    }

    /// <summary>Checks after a calm: every task that should run runs, unless a recorded reason says why not.</summary>
    internal void CheckLiveness()
    {
        foreach (var (task, wanted) in world.Operator.Tasks)
        {
            var id = Registration.IncrSyncId(task);
            var registration = world.Store.Find<Registration>("ha-scheduler.components")?.Peek(id);
            if (world.LeaderOf(registration?.Region ?? world.RegionOf(task)) is not { } scheduler)
            {
                world.Broken("liveness", $"nobody leads the region of {task} after a calm");
                return;
            }

            var shouldRun = registration?.ByHand is { } byHand ? byHand == DesiredState.Running : wanted;
            var writers = world.Hosts.SelectMany(h => h.Workers).OfType<IncrSyncWorker>()
                .Where(w => !w.IsDead && w.What.Task == task).ToList();
            var runs = writers.Count == 1 && world.Time.Now - writers[0].Sink.AcceptedAt < TimeSpan.FromSeconds(10).Ticks;
            if (shouldRun && !runs && !world.Poisons.Excuses(task, registration?.Host) && Excuse(scheduler, registration) is null)
            {
                world.Broken("liveness", $"{task} does not run and nothing says why: {registration}, "
                    + $"{scheduler.Latest(id)}, last reported "
                    + $"{world.Truth.LastState(scheduler, registration?.Name ?? "", registration?.Epoch ?? 0)}, {writers.Count} processes");
            }
            else if (!shouldRun && writers.Count > 0)
            {
                world.Broken("liveness", $"{task} is stopped and still runs on {writers[0].Host.Name}: {registration}, "
                    + $"{scheduler.Latest(id)}, last reported "
                    + $"{world.Truth.LastState(scheduler, registration?.Name ?? "", registration?.Epoch ?? 0)}");
            }
        }
    }

    private string? Excuse(SchedulerSite scheduler, Registration? registration) => registration switch
    {
        null => null,
        { CarriedState: ComponentState.Completed } => "it had completed when it was moved",
        { Name: { } name } when world.Truth.LastState(scheduler, name, registration.Epoch) is { State: ComponentState.Completed } =>
            "it has completed",
        { Host: { } host } when scheduler.Latest(host) is { IsReason: true } about => about.Sentence,
        _ => scheduler.Latest(registration.Id) is { IsReason: true } about ? about.Sentence : null,
    };
}
