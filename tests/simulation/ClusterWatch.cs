using Holdfast.Contracts;
using Holdfast.HaScheduler;

namespace Holdfast.Simulation.Tests;

/// <summary>Every change of the scheduler's state held against the truth and against the moves that are legal.</summary>
internal sealed class ClusterWatch(World world)
{
    /// <summary>A report that was accepted so long ago has reached the scheduler, or the pipe ate it.</summary>
    private static readonly TimeSpan PipeMax = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, long> _operated = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _epochs = new(StringComparer.Ordinal);

    private HaConfig Config => world.Operator.Config;

    private TimeSpan DownAfter => Config.CheckHostDownInterval * (1 - world.Shape.DriftShare);

    internal void Written(string collection, object? before, object? after)
    {
        switch (before, after)
        {
            case (HostVerdict or null, HostVerdict verdict):
                Judged(before as HostVerdict, verdict);
                break;
            case (Registration or null, Registration placed):
                Placed(before as Registration, placed);
                break;
            case (Ticket or null, Ticket ticket):
                Tracked(before as Ticket, ticket);
                break;
        }
    }

    private void Judged(HostVerdict? before, HostVerdict after)
    {
        if (before?.State == after.State)
        {
            return;
        }

        world.Time.Note(after.Host.Length + ((int)after.State << 8));
        world.Tell($"{after.Host} is {after.State}");
        world.Count("verdicts: " + after.State);
        var isLegal = (before?.State, after.State) is (null, HostState.Online) or (HostState.Online, HostState.Down)
            or (HostState.Down, HostState.Quarantined) or (HostState.Quarantined, HostState.Online) or (HostState.Quarantined, HostState.Down);
        if (!isLegal)
        {
            world.Broken("states", $"{after.Host} went from {before?.State} to {after.State}");
        }

        if (after.State == HostState.Down)
        {
            HeardAll(after.Host, "declared Down");
        }
    }

    /// <summary>I6: nobody is condemned whose reports were accepted and did not arrive.</summary>
    private void HeardAll(string host, string what)
    {
        if (world.Truth.WasAccepted(host, DownAfter, PipeMax))
        {
            world.Broken("I6", $"{host} was {what} though a collector accepted its reports; the pipe ate them");
        }
    }

    private void Placed(Registration? before, Registration after)
    {
        if (after.Epoch < _epochs.GetValueOrDefault(after.Id))
        {
            world.Broken("epochs", $"{after.Id} went from epoch {_epochs[after.Id]} to {after.Epoch}");
        }

        _epochs[after.Id] = after.Epoch;
        if (after.Host is null || after.Host == before?.Host)
        {
            return;
        }

        world.Tell($"{after.Id} goes from {before?.Host ?? "nowhere"} to {after.Host}, epoch {after.Epoch}, {after.Desired}");
        world.Time.Note(after.Epoch + after.Id.Length);
        if (after.Epoch <= (before?.Epoch ?? 0))
        {
            world.Broken("epochs", $"{after.Id} moved without a higher epoch than {before?.Epoch}");
        }

        if (world.Hosts.First(h => h.Name == after.Host).Region != after.Region)
        {
            world.Broken("I2", $"{after.Id} of region {after.Region} went to {after.Host}");
        }

        if (before?.Host is { } from)
        {
            Moved(before, after, from);
        }
    }

    private void Moved(Registration before, Registration after, string from)
    {
        world.Count("moves");
        HeardAll(from, $"robbed of {after.Id}");
        CheckCooldown(after.Id);
        if (!world.Operator.MayMove)
        {
            world.Broken("I5", $"{after.Id} moved while HA was switched off");
        }

        CheckBrake(after);
        var last = world.Truth.LastState(before.Name!, before.Epoch);
        if (last is { State: ComponentState.Abnormal or ComponentState.Completed } state && state.Ago > PipeMax
            && after.Desired == DesiredState.Running && !IsForgotten(state.Ago))
        {
            world.Broken("I9", $"{after.Id} was {state.State} on {from} and is started on {after.Host}");
        }
    }

    /// <summary>What a component was is known from reports only so far: a scheduler that started since has forgotten it.</summary>
    private bool IsForgotten(TimeSpan ago) => world.Schedulers.All(s => s.StartedAt > world.Time.Elapsed - ago);

    /// <summary>I3. Who set the scheduler's wall clock meanwhile has changed the cooldown himself.</summary>
    private void CheckCooldown(string component)
    {
        var now = world.Time.Now;
        var least = Config.CheckRequestInterval * (1 - world.Shape.DriftShare);
        if (_operated.TryGetValue(component, out var last) && now - last < least.Ticks
            && world.Schedulers.All(s => s.Machine.WallSetAt < last))
        {
            world.Broken("I3", $"{component} moved twice within {TimeSpan.FromTicks(now - last).TotalSeconds:0.0} s");
        }

        _operated[component] = now;
    }

    /// <summary>I7, on the truth: so many hosts are silent, and it is not one whole IDC, and nobody has confirmed it.</summary>
    private void CheckBrake(Registration after)
    {
        var (known, silent) = world.Truth.Silent(after.Region, Config.CheckHostDownInterval + TimeSpan.FromSeconds(1));
        if (silent.Count >= Config.BrakeHostsMin && silent.Count > Config.BrakeShare * known
            && silent.DistinctBy(h => h.Idc).Count() > 1 && !world.Operator.HasConfirmed(after.Region))
        {
            world.Broken("I7", $"{after.Id} moved while {silent.Count} of {known} hosts of {after.Region} were silent");
        }
    }

    private void Tracked(Ticket? before, Ticket after)
    {
        var isLegal = (before?.Status, after.Status) is (null, TicketStatus.InProgress) or (TicketStatus.InProgress, TicketStatus.InProgress)
            or (TicketStatus.InProgress, TicketStatus.Successful) or (TicketStatus.Successful, TicketStatus.Successful);
        if (!isLegal)
        {
            world.Broken("states", $"ticket {after.Id} went from {before?.Status} to {after.Status}");
        }
    }

    /// <summary>I10 and the rest that a whole pass must leave behind.</summary>
    internal void Passed(SchedulerSite scheduler)
    {
        foreach (var host in world.Store.Find<HostVerdict>("ha-scheduler.hosts")?.All ?? [])
        {
            if (scheduler.Latest(host.Host) is null)
            {
                world.Broken("I10", $"a pass left no decision about {host.Host}");
            }
        }
    }

    /// <summary>After a calm: every task that should run runs, unless a recorded reason says why not.</summary>
    internal void CheckLiveness(SchedulerSite scheduler)
    {
        foreach (var (task, shouldRun) in world.Operator.Tasks)
        {
            var id = Registration.IncrSyncId(task);
            var registration = world.Store.Find<Registration>("ha-scheduler.components")?.Peek(id);
            var writers = world.Hosts.SelectMany(h => h.Workers).Where(w => !w.IsDead && w.What.Task == task).ToList();
            var runs = writers.Count == 1 && world.Time.Now - writers[0].Sink.AcceptedAt < TimeSpan.FromSeconds(10).Ticks;
            if (shouldRun && !runs && Excuse(scheduler, registration) is null)
            {
                world.Broken("liveness", $"{task} does not run and nothing says why: {registration}, "
                    + $"{scheduler.Latest(id)}, "
                    + $"last reported {world.Truth.LastState(registration?.Name ?? "", registration?.Epoch ?? 0)}, {writers.Count} processes");
            }
            else if (!shouldRun && writers.Count > 0)
            {
                world.Broken("liveness", $"{task} is stopped and still runs on {writers[0].Host.Name}");
            }
        }
    }

    private string? Excuse(SchedulerSite scheduler, Registration? registration) => registration switch
    {
        null => null,
        { CarriedState: { } state } => $"it was {state} when it was moved",
        // Nothing is restarted in place so far.
        { Task: var task } when world.SinkOf(task).EndedByItself == registration.Epoch => "it ended by itself",
        { Host: { } host } when scheduler.Latest(host) is { IsReason: true } about => about.Sentence,
        _ => scheduler.Latest(registration.Id) is { IsReason: true } about ? about.Sentence : null,
    };
}
