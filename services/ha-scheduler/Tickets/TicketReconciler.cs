using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Leaders;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Tickets;

namespace Holdfast.HaScheduler.Tickets;

/// <summary>Keeps tickets as what is really so. Level-triggered: what a crash cut off the next pass does again.</summary>
internal sealed class TicketReconciler(
    LeaderView cluster, LivenessFeed feed, ThresholdsHeard thresholds, TicketSteps steps, StandingTickets standing, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Tickets, and sub-tasks, that one pass deletes at most.</summary>
    private const int PrunedAtOnce = 1000;

    /// <summary>Each pass deletes some: their sub-tasks are many, and held in memory too.</summary>
    private readonly Retention _retention =
        new(Kept, TimeSpan.Zero, (before, cancel) => Prune(cluster, before, cancel), time);

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
        var stores = cluster.Stores.All.Where(s => s.Placed.Desired == DesiredState.Running)
            .ToLookup(s => s.Placed.Host, s => s.Placed.Subtopic, StringComparer.Ordinal);
        foreach (var incident in downs.GroupBy(d => d.Incident!, StringComparer.Ordinal))
        {
            var hosts = incident.ToList();
            var parts = hosts.SelectMany(h => placed[h.Host]).Select(c => FailoverTicket.Part(incident.Key, c, now)).ToList();
            if (parts.Count == 0 && hosts.TrueForAll(h => h.Returns >= Flapping.ReturnsMin))
            {
                continue; // one more fall of a host that flaps, and there is nothing to move
            }

            IReadOnlyList<string> subtopics =
                [.. hosts.SelectMany(h => stores[h.Host]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            await TicketSteps.AllAtOnce(parts, part => cluster.SubTasks.Insert(part, cancel));
            var opened = FailoverTicket.Open(incident.Key, hosts, subtopics, now) with { Total = parts.Count };
            if (!await cluster.Tickets.Insert(opened, cancel))
            {
                await cluster.Tickets.Change(incident.Key,
                    t => FailoverTicket.Join(t, hosts, subtopics) with { Total = t.Total + parts.Count }, cancel);
            }
        }
    }

    /// <summary>Down hosts whose ticket does not know them: who found them did not live to open it.</summary>
    internal async Task OpenMissing(CancellationToken cancel)
    {
        await Open(
            [
                .. cluster.Hosts.All.Where(h => h is { State: HostState.Down, Incident: { } incident }
                    && cluster.Tickets.Find(incident)?.Hosts.Contains(h.Host, StringComparer.Ordinal) != true),
            ],
            cancel);
        await standing.OpenDrains(cancel);
    }

    /// <summary>Writes the decisions of this pass and the progress that reports show into the tickets.</summary>
    internal async Task Update(IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        var held = new Dictionary<string, Hold>(StringComparer.Ordinal);
        foreach (var hold in decisions.OfType<Hold>().Where(h => h.Reason != Reason.Healthy))
        {
            held.TryAdd(hold.Object, hold);
        }

        await standing.Update(held, cancel);
        var open = cluster.SubTasks.All.ToLookup(s => s.Ticket, StringComparer.Ordinal);
        foreach (var ticket in cluster.Tickets.All.Where(t => t.IsFailover && (t.IsOpen || open.Contains(t.Id))).ToList())
        {
            await steps.Take(ticket, [.. open[ticket.Id]], part => Step(part, held.GetValueOrDefault(part.Component)), cancel);
        }

        await _retention.Prune(time.GetUtcNow(), cancel);
    }

    private SubTask Step(SubTask part, Hold? held)
    {
        var component = cluster.Components.Find(part.Component);
        var isDown = part.From is { } from && cluster.Hosts.Find(from) is { State: HostState.Down } host && host.Incident == part.Ticket;
        return FailoverTicket.Step(part, component, isDown, held, Delay(component), Limit(component), time.GetUtcNow());
    }

    private static async Task Prune(LeaderView cluster, DateTimeOffset before, CancellationToken cancel)
    {
        var partsLeft = PrunedAtOnce;
        foreach (var ticket in cluster.Tickets.All.Where(t => IsLongOver(t, before, cluster)).Take(PrunedAtOnce).ToList())
        {
            if (partsLeft <= 0 || !await cluster.Forget(ticket, partsLeft, cancel))
            {
                return;
            }

            partsLeft -= Math.Max(1, ticket.Total);
        }
    }

    /// <summary>The ticket of what still holds is kept: a pass would open it again.</summary>
    private static bool IsLongOver(Ticket ticket, DateTimeOffset before, LeaderView cluster) =>
        !ticket.IsOpen && (ticket.ClosedAt ?? ticket.FinishedAt) < before && !(ticket is { IsFailover: true, ClosedAt: null })
        && !ticket.Hosts.Select(cluster.Hosts.Find).Any(h => h is not null
            && (h.Incident == ticket.Id || h.Drain is { } drain && DrainTicket.IdOf(h.Host, drain) == ticket.Id));

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
}
