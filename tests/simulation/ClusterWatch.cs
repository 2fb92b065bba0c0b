using Holdfast.Contracts.Views;
using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>Every change of the scheduler's state held against the truth and against the moves that are legal.</summary>
internal sealed partial class ClusterWatch(World world)
{
    private readonly MovesWatch _moves = new(world);

    internal void Written(string collection, object? before, object? after)
    {
        switch (before, after)
        {
            case (HostVerdict or null, HostVerdict verdict):
                Judged(before as HostVerdict, verdict);
                break;
            case (Registration or null, Registration registration):
                _moves.Registered(before as Registration, registration);
                break;
            case (Ticket or null, Ticket ticket):
                Tracked(before as Ticket, ticket);
                break;
            case (LeaderDocument or null, LeaderDocument leader):
                world.Leaders.Took(before as LeaderDocument, leader);
                break;
            case (_, TaskDocument task):
                world.Operator.Wanted(task.Id, task.Desired == DesiredState.Running);
                break;
            case (TaskDocument task, null):
                world.Operator.Unwanted(task.Id);
                world.Edits.Deleted(task, _moves.EpochOf(Registration.IncrSyncId(task.Id)));
                break;
            case (HostVerdict verdict, null):
                world.Edits.Deleted(verdict);
                break;
            case (_, HaConfigDocument config):
                world.Operator.Configured(config.Config, config.Version);
                break;
            case (BrakeDocument or null, BrakeDocument brake):
                Braked(before as BrakeDocument, brake);
                break;
            default:
                world.Stores?.Written(before, after);
                world.Alerts?.Written(before, after);
                break;
        }
    }

    private void Braked(BrakeDocument? before, BrakeDocument after)
    {
        if (before?.State.Engaged != after.State.Engaged && (before is not null || after.State.Engaged))
        {
            world.Tell($"brake of {after.Region} {(after.State.Engaged ? "holds" : "ends")}");
            world.Count(after.State.Engaged ? "brakes" : "brakes ended");
        }

        if (after.State is { Engaged: true, Confirmed: true } && before?.State.Confirmed != true)
        {
            world.Operator.Confirmed(after.Region);
        }
    }

    /// <summary>The scheduler has heard that somebody works on the host.</summary>
    internal bool IsMaintained(string host) =>
        world.Store.Find<HostVerdict>("ha-scheduler.hosts")?.Peek(host) is { Maintenance: not null };

    private void Judged(HostVerdict? before, HostVerdict after)
    {
        if (before?.State == after.State)
        {
            return;
        }

        world.Time.Note(after.Host.Length + ((int)after.State << 8));
        if (before is not null)
        {
            world.Leaders.Acted<HostVerdict>(after.Region, $"{after.Host} was declared {after.State}");
        }

        world.Tell($"{after.Host} is {after.State} by {world.Asker?.Site.Name}");
        world.Count("verdicts: " + after.State);
        var isLegal = (before?.State, after.State) is (null, HostState.Online or HostState.Quarantined)
            or (HostState.Online, HostState.Down) or (HostState.Down, HostState.Quarantined)
            or (HostState.Quarantined, HostState.Online or HostState.Down);
        if (!isLegal)
        {
            world.Broken("states", $"{after.Host} went from {before?.State} to {after.State}");
        }

        world.Edits.Judged(before, after);
        if (after.State == HostState.Down)
        {
            _moves.HeardAll(after.Host, "declared Down");
        }
    }

    private void Tracked(Ticket? before, Ticket after)
    {
        var isLegal = (before?.Status, after.Status) switch
        {
            (_, TicketStatus.Initializing) => before?.Status is null or TicketStatus.Initializing,
            // Opened again by a replica that was behind, a ticket comes right with the next pass (CheckTickets).
            (TicketStatus.Successful, _) => after.IsManual || after.Status is TicketStatus.Successful or TicketStatus.InProgress,
            _ => true,
        };
        if (!isLegal)
        {
            world.Broken("states", $"ticket {after.Id} went from {before?.Status} to {after.Status}");
        }

        if (before?.Status != after.Status)
        {
            world.Count($"tickets: {after.Kind} {after.Status}");
        }
    }

    /// <summary>I10: exactly one decision about each host, at most one about anything else, whatever the pass saw.</summary>
    internal void Passed(SchedulerSite scheduler)
    {
        if (scheduler.DecideAgain() is not { } pass)
        {
            return;
        }

        var decided = new HashSet<string>(StringComparer.Ordinal);
        foreach (var decision in pass.Decisions)
        {
            if (!decided.Add(decision.Object))
            {
                world.Broken("I10", $"a pass decided twice about {decision.Object}: {decision}");
            }
        }

        foreach (var host in pass.Seen.Hosts.Where(h => !decided.Contains(h.Verdict.Host)))
        {
            world.Broken("I10", $"a pass left no decision about {host.Verdict.Host}");
        }
    }
}
