using Holdfast.Contracts;

namespace Holdfast.HaScheduler;

/// <summary>Keeps failover tickets as what is really so. Level-triggered: what a crash cut off the next pass does again.</summary>
internal sealed class TicketBook(Led cluster, LivenessFeed feed, ThresholdsHeard thresholds, TimeProvider time)
{
    private const int ChangesAtOnce = 128;

    /// <summary>Tickets of hosts that have just been found Down, with all that was on them; before anything is moved off.</summary>
    internal async Task Open(IReadOnlyList<HostVerdict> downs, CancellationToken cancel)
    {
        if (downs.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        var placed = cluster.Components.All.Where(c => c is { Host: not null, Desired: not DesiredState.Absent })
            .ToLookup(c => c.Host!, StringComparer.Ordinal);
        foreach (var incident in downs.GroupBy(d => d.Incident!, StringComparer.Ordinal))
        {
            var hosts = incident.ToList();
            var parts = hosts.SelectMany(h => placed[h.Host]).Select(c => FailoverTicket.Part(incident.Key, c, now)).ToList();
            await AllAtOnce(parts, part => cluster.SubTasks.Insert(part, cancel));
            if (!await cluster.Tickets.Insert(FailoverTicket.Open(incident.Key, hosts, now) with { Total = parts.Count }, cancel))
            {
                await cluster.Tickets.Change(incident.Key, t => FailoverTicket.Join(t, hosts) with { Total = t.Total + parts.Count }, cancel);
            }
        }
    }

    /// <summary>Down hosts whose ticket does not know them: who found them did not live to open it.</summary>
    internal Task OpenMissing(CancellationToken cancel) => Open(
        [
            .. cluster.Hosts.All.Where(h => h is { State: HostState.Down, Incident: { } incident }
                && cluster.Tickets.Find(incident)?.Hosts.Contains(h.Host, StringComparer.Ordinal) != true),
        ],
        cancel);

    /// <summary>What this pass decided and what reports show, written down.</summary>
    internal async Task Update(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        var open = cluster.SubTasks.All.ToLookup(s => s.Ticket, StringComparer.Ordinal);
        var tickets = cluster.Tickets.All.Where(t => t.IsFailover && (t.IsOpen || open.Contains(t.Id))).ToList();
        if (tickets.Count == 0)
        {
            return;
        }

        var now = time.GetUtcNow();
        var held = decisions.OfType<Hold>().GroupBy(h => h.Object, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        foreach (var ticket in tickets)
        {
            await AllAtOnce([.. open[ticket.Id]], part => Step(part, held.GetValueOrDefault(part.Component), now, cancel));
            var rest = open[ticket.Id].Select(p => cluster.SubTasks.Find(p.Id)).OfType<SubTask>().Where(p => !p.IsOver).ToList();
            await cluster.Tickets.Change(ticket.Id, t => Same(FailoverTicket.Sum(t, rest, now), t), cancel);
        }
    }

    private async Task Step(SubTask part, Hold? held, DateTimeOffset now, CancellationToken cancel)
    {
        var component = cluster.Components.Find(part.Component);
        var isDown = part.From is { } from && cluster.Hosts.Find(from) is { State: HostState.Down } host && host.Incident == part.Ticket;
        var changed = await cluster.SubTasks.Change(part.Id, p => Same(
            FailoverTicket.Step(p, component, isDown, held, Delay(component), Limit(component), now), p), cancel);
        if (changed?.Document.IsOver == true)
        {
            cluster.SubTasks.Drop(part.Id);
        }
    }

    /// <summary>A record that equals the one before is the one before: nothing is written.</summary>
    private static T Same<T>(T after, T before) where T : class => after.Equals(before) ? before : after;

    /// <summary>Seconds that it is behind, once it runs where it should; null before.</summary>
    private double? Delay(Registration? component) => component is { Host: { } host, Name: { } name }
        && feed.Fleet.Find(host)?.Components.FirstOrDefault(c => c.Name == name && c.Epoch == component.Epoch)
            is { State: ComponentState.Running } reported
                ? reported.DelaySeconds ?? 0
                : null;

    private TimeSpan Limit(Registration? component)
    {
        var level = component is null ? null : cluster.Tasks.Find(component.Task)?.Protection;
        return thresholds.Current.Delay(level ?? ProtectionLevel.Low) ?? thresholds.Current.Delay(ProtectionLevel.Low)!.Value;
    }

    private static async Task AllAtOnce<T>(IReadOnlyList<T> items, Func<T, Task> act)
    {
        foreach (var some in items.Chunk(ChangesAtOnce))
        {
            await Task.WhenAll(some.Select(act));
        }
    }
}
