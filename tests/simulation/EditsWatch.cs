using Holdfast.HaScheduler.State;

namespace Holdfast.Simulation.Tests;

/// <summary>Invariants of tasks and hosts that people change and delete.</summary>
internal sealed class EditsWatch(World world)
{
    /// <summary>The highest epoch that a deleted task had, and until when a host may not have obeyed yet.</summary>
    private readonly Dictionary<string, (long Epoch, long Until)> _past = new(StringComparer.Ordinal);

    /// <summary>Hosts that were ever deleted; true: and are not Online anew.</summary>
    private readonly Dictionary<string, bool> _hosts = new(StringComparer.Ordinal);

    /// <summary>Count of the deletions of a host.</summary>
    private readonly Dictionary<string, int> _deletions = new(StringComparer.Ordinal);

    /// <summary>A host reports every second or two.</summary>
    private const int UnderWayMax = 10;

    internal int Deletions(string host) => _deletions.GetValueOrDefault(host);

    /// <summary>
    /// Only what is RELEASED is deleted: what all hosts have said to be gone. One that had just been given a component may begin with it
    /// before it hears that it is to go; after lease and grace nothing is left.
    /// </summary>
    internal void Deleted(TaskDocument task, long epoch)
    {
        world.Tell($"task {task.Id} is deleted at epoch {epoch}");
        world.Count("deletions of tasks");
        var longest = TimeSpan.FromSeconds(
            world.Operator.Configs.Max(c => c.Config.LeaseSec + c.Config.KillGraceSec) * (1 + world.Shape.DriftShare));
        _past[task.Id] = (epoch, world.Time.Now + longest.Ticks);
        world.Time.After(longest, null, () => CheckGone(task.Id, epoch));
    }

    private void CheckGone(string task, long epoch)
    {
        if (world.Hosts.SelectMany(h => h.Workers)
            .FirstOrDefault(w => w.What.Task == task && w.Epoch <= epoch && !w.IsDead && !Truth.IsExcused(world, w)) is { } left)
        {
            world.Broken("deleted", $"task {task} is deleted, and its epoch {left.Epoch} lives on {left.Host.Name}");
        }
    }

    /// <summary>A host that was Down holds nothing that runs, and an empty one nothing at all.</summary>
    internal void Deleted(HostVerdict host)
    {
        world.Tell($"host {host.Host} is deleted by {world.Asker?.Site.Name}, was {host.State}");
        world.Count("deletions of hosts: " + host.State);
        _hosts[host.Host] = true;
        _deletions[host.Host] = Deletions(host.Host) + 1;
        world.Truth.Forget(host.Host);
        if (host.State == HostState.Down && world.Hosts.First(h => h.Name == host.Host).Workers
            .FirstOrDefault(w => !w.IsDead && !Truth.IsExcused(world, w)) is { } left)
        {
            world.Broken("hosts", $"{host.Host} is deleted while {left.What.Name} lives there");
        }
    }

    /// <summary>Nobody knows what a host has run since it was deleted: it is looked at first.</summary>
    internal void Judged(HostVerdict? before, HostVerdict after)
    {
        if (before is null && after.State == HostState.Online && _hosts.ContainsKey(after.Host))
        {
            world.Broken("hosts", $"{after.Host} was deleted and is Online at once");
        }

        if (after.State == HostState.Online && _hosts.ContainsKey(after.Host))
        {
            _hosts[after.Host] = false;
        }
    }

    /// <summary>A component says for the first time that it runs.</summary>
    internal void Runs(Worker worker)
    {
        if (worker.What.Task is { } task && _past.TryGetValue(task, out var past) && worker.Epoch <= past.Epoch
            && world.Time.Now > past.Until)
        {
            world.Broken("deleted", $"{worker.What.Name} of deleted task {task} runs on {worker.Host.Name} under epoch {worker.Epoch}");
        }

        if (_hosts.GetValueOrDefault(worker.Host.Name))
        {
            world.Broken("hosts", $"{worker.What.Name} runs on {worker.Host.Name}, which was deleted and is not Online anew");
        }
    }

    /// <summary>
    /// Checks after a calm: nothing of a deleted task runs, what runs has its task's command, who came back is known again.
    /// </summary>
    internal void CheckCalm()
    {
        var tasks = (world.Store.Find<TaskDocument>(SchedulerCollections.Tasks.Name)?.All ?? [])
            .ToDictionary(t => t.Id, StringComparer.Ordinal);
        foreach (var worker in world.Hosts.SelectMany(h => h.Workers).OfType<IncrSyncWorker>().Where(w => !w.IsDead))
        {
            if (!tasks.TryGetValue(worker.What.Task!, out var task))
            {
                world.Broken("deleted", $"after a calm {worker.What.Name} lives on {worker.Host.Name}, and there is no such task");
            }
            else if (!worker.What.Command.SequenceEqual(task.IncrSync.Command, StringComparer.Ordinal))
            {
                world.Broken("patched", $"after a calm {worker.What.Name} runs {string.Join(' ', worker.What.Command)}, and its task says "
                    + string.Join(' ', task.IncrSync.Command));
            }
        }

        foreach (var host in Reporting)
        {
            if (world.Store.Find<HostVerdict>(SchedulerCollections.Hosts.Name)?.Peek(host.Name) is { State: HostState.Down } down)
            {
                world.Broken("hosts", $"after a calm {host.Name} reports as {host.Supervisor!.Incarnation} and is Down: {down}");
            }
        }

        CheckHeard();
        foreach (var host in world.Hosts.Where(h => !h.IsOff && _hosts.GetValueOrDefault(h.Name)))
        {
            world.Broken("hosts", $"after a calm {host.Name} reports and is not registered anew: "
                + $"{world.Store.Find<ForgottenHost>(SchedulerCollections.ForgottenHosts.Name)?.Peek(host.Name)}");
        }
    }

    /// <summary>Those that report, and have done so for a while.</summary>
    private IEnumerable<Host> Reporting =>
        world.Hosts.Where(h => h is { IsOff: false, Supervisor: not null } && !world.Poisons.FelledOfLate(h.Name));

    /// <summary>Checks after a calm: what leaders have heard last of a host is what it said last, but for what is under way.</summary>
    private void CheckHeard()
    {
        foreach (var host in Reporting)
        {
            var heard = world.LeaderOf(host.Region)?.LastOf(host.Name);
            if (heard is { } last && Math.Abs(host.Supervisor!.Sequence - last.Sequence) > UnderWayMax)
            {
                world.Broken("hosts", $"after a calm {host.Name} has said {host.Supervisor.Sequence} in its life "
                    + $"{host.Supervisor.Incarnation}, and the leader has heard {last.Sequence} of life {last.Incarnation}");
            }
        }
    }
}
