using Holdfast.Fleet;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Tasks;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Takes into the state what others have said: hosts that report for the first time, and what operators set for them. It also takes in
/// components that a task wants and that are not registered yet, and components that are over.
/// </summary>
internal sealed class Registrar(
    LeaderView cluster, LivenessFeed feed, Cluster all, IDocuments<PastPlacement> past, TimeProvider time)
{
    /// <summary>Starts of hosts that one pass notes.</summary>
    private const int StartsMax = 64;

    private (long Tasks, long Components) _registered = (-1, -1);

    internal async Task Register(CancellationToken cancel)
    {
        foreach (var host in feed.Fleet.Hosts.Where(h => cluster.Covers(h.Region) || cluster.Hosts.Find(h.Host) is not null))
        {
            await Host(host, cancel);
        }

        await Starts(cancel);
        foreach (var set in feed.Fleet.Registrations)
        {
            if (cluster.Hosts.Find(set.Host) is { } known && (known.Drain, known.Maintenance) != (set.Drain, set.Maintenance))
            {
                await cluster.Hosts.Change(set.Host, v => v with { Drain = set.Drain, Maintenance = set.Maintenance }, cancel);
            }
        }

        // Read first: what changes meanwhile is looked at by the next pass.
        var changes = (cluster.Tasks.Changes, cluster.Components.Changes);
        if (changes == _registered)
        {
            return;
        }

        foreach (var task in cluster.Tasks.All)
        {
            foreach (var (kind, component) in task.Placed)
            {
                await Component(task, kind, component, cancel);
            }
        }

        if (changes.Item1 != _registered.Tasks)
        {
            foreach (var orphan in cluster.Components.All
                .Where(c => c.Desired != DesiredState.Absent && cluster.Tasks.Find(c.Task) is null).ToList())
            {
                await Orphan(orphan, cancel);
            }
        }

        foreach (var over in cluster.Components.All.Where(IsOver).ToList())
        {
            // Kept first: whoever uses the id again begins above it.
            await PastPlacement.Keep(past, PastPlacement.Of(over), cancel);
            await cluster.Components.Delete(over.Id, cancel);
        }

        _registered = changes;
    }

    /// <summary>Many may start at once; what is not noted in this pass counts as started now.</summary>
    private async Task Starts(CancellationToken cancel) => await Task.WhenAll(feed.Fleet.Hosts
        .Where(h => cluster.Hosts.Find(h.Host) is { } known && HostStart.Noted(known, h.Report, time.GetUtcNow()) is not null)
        .Take(StartsMax)
        .Select(h => cluster.Hosts.Change(h.Host, v => HostStart.Noted(v, h.Report, time.GetUtcNow()), cancel)));

    /// <summary>
    /// Its task was deleted at the moment when it was registered. The store is asked: this replica may not have heard of the task
    /// yet.
    /// </summary>
    private async Task Orphan(Registration component, CancellationToken cancel)
    {
        await all.Tasks.Refresh([component.Task], cancel);
        if (all.Tasks.Find(component.Task) is null)
        {
            await cluster.Components.Change(component.Id, r => TaskRules.Follow(r, DesiredState.Absent), cancel);
        }
    }

    /// <summary>Gone everywhere, and nobody would bring it back. What was deleted by hand stays so while its task is there.</summary>
    private bool IsOver(Registration component) => component is { Desired: DesiredState.Absent, Host: null, Former.Count: 0 }
        && (component.ByHand is null || cluster.Tasks.Find(component.Task) is null or { Status: TaskIntent.Released });

    private async Task Host(FleetHost host, CancellationToken cancel)
    {
        var report = host.Report;
        var known = cluster.Hosts.Find(host.Host);
        if (known is null)
        {
            // The store is asked: another replica may have deleted it at this moment.
            await all.Forgotten.Refresh([host.Host], cancel);
            var gone = all.Forgotten.Find(host.Host);
            if (gone is not null && !(gone.Admits(report) && all.Components.All.All(c => c.Host != host.Host)))
            {
                return; // what stood there would pass for the new host's, which is given none of it
            }

            await cluster.Hosts.Insert(new HostVerdict
            {
                Host = host.Host,
                Region = report.Region,
                Idc = report.Idc,
                Address = report.Address,
                // Nobody knows what a host that was deleted has run meanwhile; heartbeat remembers it when the order is gone already.
                State = gone is null && feed.Fleet.ForgottenAt(host.Host) is null ? HostState.Online : HostState.Quarantined,
                Since = time.GetUtcNow(),
                Incarnation = report.Incarnation,
                // The last one that heartbeat has answered, which may be a later one of two orders.
                ForgottenAt = feed.Fleet.ForgottenAt(host.Host) is { } answered && answered > gone?.At ? answered : gone?.At,
            }, cancel);
        }
        else if ((known.Region, known.Idc, known.Address) != (report.Region, report.Idc, report.Address))
        {
            await cluster.Hosts.Change(host.Host,
                v => v with { Region = report.Region, Idc = report.Idc, Address = report.Address }, cancel);
        }
    }

    private async Task Component(TaskDocument task, ComponentKind kind, TaskComponent wanted, CancellationToken cancel)
    {
        var id = Registration.IdOf(task.Id, kind);
        if (cluster.Components.Find(id) is not { } component)
        {
            if (task.Status != TaskIntent.Released)
            {
                var before = (await past.Find(id, cancel))?.Document;
                var first = InformerCache<Registration>.FirstOf(time.GetUtcNow());
                await cluster.Components.Insert(For(task, kind, wanted, before), first, cancel);
            }
        }
        else if (TaskChangeRules.IsBehind(component, wanted) && task.Desired != DesiredState.Absent)
        {
            await cluster.Components.Change(id,
                r => ComponentChange.Dated(r,
                    TaskChangeRules.Follow(r, wanted, task.Desired, feed.IsComplete(r)), time.GetUtcNow()), cancel);
        }
        else if (TaskRules.IsBehind(component, task))
        {
            // The replica that changed the task did not live to change its component.
            await cluster.Components.Change(id,
                r => cluster.Tasks.Find(task.Id) is { } now && TaskRules.IsBehind(r, now)
                    ? ComponentChange.Dated(r, TaskRules.Follow(r, now.Desired, Said(r)), time.GetUtcNow())
                    : null,
                cancel);
        }
    }

    private ComponentReport? Said(Registration component) =>
        Acknowledgement.Reported(component.Host is { } host ? feed.Fleet.Find(host) : null, component.Name, component.Epoch);

    /// <param name="before">Of a task that had this id before; null: there was none.</param>
    private static Registration For(TaskDocument task, ComponentKind kind, TaskComponent wanted, PastPlacement? before) => new()
    {
        Id = Registration.IdOf(task.Id, kind),
        Kind = kind,
        Task = task.Id,
        Region = task.Region,
        Command = wanted.Command,
        ConfigDigest = ComponentConfig.DigestOf(wanted.Config),
        Desired = task.Desired,
        Epoch = before?.Epoch ?? 0,
        Seq = before?.Seq ?? 0,
        OperatedAt = before?.OperatedAt,
    };
}
