using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.Simulation.Tests;

/// <summary>People who change and delete tasks, and delete hosts that are gone for good; ids are used again.</summary>
internal sealed class Editor(World world)
{
    internal Action Act(Fault fault)
    {
        var task = $"t{fault.Target % world.Shape.Tasks:d3}";
        var host = world.Hosts[fault.Target % world.Hosts.Count];
        return fault.Kind switch
        {
            FaultKind.TaskDeleted => DeleteTask(task),
            FaultKind.TaskPatched => Patch(task, fault.Force),
            FaultKind.HostDeleted => fault.Force % 4 == 0 ? DeleteEmpty(host, fault) : DeleteLost(host, asNew: fault.Force % 2 > 0),
            _ => throw new NotSupportedException(fault.ToString()),
        };
    }

    private TaskDocument? Find(string task) => world.Store.Find<TaskDocument>(SchedulerCollections.Tasks.Name)?.Peek(task);

    /// <summary>Released and deleted; then its id is used again, also if it took long to go.</summary>
    private Action DeleteTask(string task)
    {
        var key = "edit " + task;
        if (Find(task) is null)
        {
            return () => { };
        }

        world.Operator.Requests.Insist(key, Delete, TimeSpan.Zero);
        return () => world.Operator.Requests.Insist(key, Renew, TimeSpan.Zero);

        async Task<bool> Delete(SchedulerSite scheduler)
        {
            await scheduler.Delete(task);
            return Find(task) is null;
        }

        async Task<bool> Renew(SchedulerSite scheduler)
        {
            if (Find(task) is { Desired: Contracts.DesiredState.Absent })
            {
                await scheduler.Delete(task);
            }

            return Find(task) is { Desired: not Contracts.DesiredState.Absent }
                || (await scheduler.Create(task, world.RegionOf(task)) && Find(task) is { Desired: not Contracts.DesiredState.Absent });
        }
    }

    private Action Patch(string task, int force)
    {
        var (op, key) = (world.Operator, "patch " + task);
        string[] command = ["incr-sync", task, $"--version={force}"];
        var change = (force % 4) switch
        {
            0 => new TaskChange { Name = $"{task} of {force}", Protection = force % 8 == 0 ? "HIGH" : "LOW" },
            1 when world.Logs is not null => new TaskChange { Store = new NewTaskCommand(["store", $"--version={force}"]) },
            2 => new TaskChange { Tags = ["none-such"], IncrSync = new NewTaskCommand(command) },
            _ => new TaskChange { IncrSync = new NewTaskCommand(command) },
        };
        op.Requests.Once(world.AnyScheduler, s => s.Change(task, change));
        // Nobody carries that tag: what is placed meanwhile waits.
        return change.Tags is null ? () => { }
            : () => op.Requests.Insist(key, s => s.Change(task, new TaskChange { Tags = [] }), TimeSpan.Zero);
    }

    /// <summary>Its machine is gone: deleted once it is Down. Another machine has its id later, or itself is found again.</summary>
    private Action DeleteLost(Host host, bool asNew)
    {
        var (key, before) = ("host " + host.Name, world.Edits.Deletions(host.Name));
        if (host.IsGone)
        {
            return () => { };
        }

        host.Leave();
        world.Operator.Requests.Insist(key, s => s.DeleteHost(host.Name), TimeSpan.FromSeconds(world.Shape.Ha.CheckHostDownIntervalSec));
        return () =>
        {
            world.Operator.Requests.LetGo(key);
            host.Return(asNew && world.Edits.Deletions(host.Name) > before);
        };
    }

    /// <summary>It is drained, deleted when it is empty, and goes on reporting.</summary>
    private Action DeleteEmpty(Host host, Fault fault)
    {
        var key = "host " + host.Name;
        var back = world.Operator.Act(fault with { Kind = FaultKind.HostDrained });
        world.Operator.Requests.Insist(key, s => s.DeleteHost(host.Name), TimeSpan.FromSeconds(5));
        return () =>
        {
            world.Operator.Requests.LetGo(key);
            back();
        };
    }
}
