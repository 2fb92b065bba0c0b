using Holdfast.Fleet;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Rules.HaScheduler.Findings;
using Holdfast.Rules.HaScheduler.Operations;

namespace Holdfast.HaScheduler.Operations;

/// <summary>
/// "Scale down": deletes a host that is Down or empty, and sees to it that all forget it. The order is stored first; whatever
/// step is cut off the next pass does again. A host that comes back later is a new one.
/// </summary>
internal sealed class HostRemoval(
    Cluster cluster, LivenessFeed feed, HaConfigStore config, PlacementPublisher placements, Publisher publisher, TimeProvider time)
{
    /// <summary>Time for which an id that has not come back is remembered.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly RepublishLedger<(string, DateTimeOffset)> _said = new(TimeSpan.FromSeconds(5));

    /// <summary>By host: which deletion, and when this process first saw that it may be followed up, on the feed's clock.</summary>
    private readonly Dictionary<string, (DateTimeOffset Of, TimeSpan At)> _seen = new(StringComparer.Ordinal);

    internal static Fault Unknown(string id) =>
        Fault.NotFound("HA-110", "host", id, "See GET /api/v1/hosts for the hosts that have reported.");

    /// <param name="confirm">The host's id, typed once more.</param>
    internal async Task<Outcome<ForgottenHost>> Order(string id, string? confirm, CancellationToken cancel)
    {
        if (cluster.Hosts.Find(id) is not { } verdict)
        {
            return Unknown(id);
        }

        if (HostRemovalRules.WhyNot(verdict, On(id), confirm) is { } fault)
        {
            return fault;
        }

        var report = feed.Fleet.Find(id)?.Report;
        var now = time.GetUtcNow();
        var at = HostRemovalRules.After(
            now, verdict.ForgottenAt, cluster.Forgotten.Find(id)?.At, feed.Fleet.ForgottenAt(id));
        var order = new ForgottenHost
        {
            Verdict = verdict,
            Incarnation = report?.Incarnation ?? verdict.Incarnation,
            Sequence = report?.Sequence ?? verdict.Sequence ?? -1,
            At = at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMicrosecond)),
        };
        await cluster.Forgotten.Put(order, () => { }, cancel);
        return await Delete(order, cancel) is { } done ? done : NotAnyMore(id);
    }

    /// <summary>In each pass, before hosts are registered.</summary>
    internal async Task Work(Func<string, bool> leads, CancellationToken cancel)
    {
        foreach (var order in cluster.Forgotten.All.Where(f => leads(f.Verdict.Region)).ToList())
        {
            if (await Delete(order, cancel) is { } deleted)
            {
                await Follow(deleted, cancel);
            }
        }
    }

    /// <summary>Its verdict goes, if it is still the one that was ordered to go; null: the order is off.</summary>
    private async Task<ForgottenHost?> Delete(ForgottenHost order, CancellationToken cancel)
    {
        if (order.IsDeleted)
        {
            return order;
        }

        await cluster.Hosts.Refresh([order.Host], cancel);
        if (cluster.Hosts.Find(order.Host) is { } now)
        {
            var isOff = HostRemovalRules.WhyNot(now, On(order.Host), order.Host) is not null || !IsSame(now, order.Verdict);
            // This replica may have been overtaken by a pass, or by another replica, that deleted it.
            if (isOff || !await cluster.Hosts.Delete(order.Host, cancel) && cluster.Hosts.Find(order.Host) is not null)
            {
                await Drop(order, cancel);
                return null;
            }
        }

        return (await cluster.Forgotten.Change(order.Host, f => f.At == order.At ? f with { IsDeleted = true } : null, cancel))?.Document;
    }

    /// <summary>Another replica may have ordered anew meanwhile: its order begins at the version that this one had.</summary>
    private async Task Drop(ForgottenHost order, CancellationToken cancel)
    {
        await cluster.Forgotten.Refresh([order.Host], cancel);
        if (cluster.Forgotten.Find(order.Host)?.At == order.At)
        {
            await cluster.Forgotten.Delete(order.Host, cancel);
        }
    }

    /// <summary>Not judged anew since. Documents keep microseconds.</summary>
    private static bool IsSame(HostVerdict now, HostVerdict ordered) =>
        now.State == ordered.State && (now.Since - ordered.Since).Duration() < TimeSpan.FromMilliseconds(1);

    private async Task Follow(ForgottenHost gone, CancellationToken cancel)
    {
        // A verdict that another replica has deleted may still be held here.
        var isBack = cluster.Hosts.Find(gone.Host)?.ForgottenAt >= gone.At;
        var isAnswered = gone.IsAnswered || feed.Fleet.ForgottenAt(gone.Host) >= gone.At;
        if (!isBack && (gone.WasDown || isAnswered))
        {
            await Free(gone, cancel);
        }

        var stores = isBack ? [] : StoresOn(gone.Host);
        if (isAnswered && !gone.IsAnswered)
        {
            // A host that gets its id from heartbeat from now on is none of this.
            foreach (var component in cluster.Components.All.Where(c => c.Former.Any(f => f.Host == gone.Host)).ToList())
            {
                await cluster.Components.Change(component.Id, c => HostRemovalRules.WithoutFormer(c, gone.Host), cancel);
            }

            await cluster.Forgotten.Change(gone.Host, f => f.At == gone.At ? f with { IsAnswered = true } : null, cancel);
        }

        if ((!isAnswered || stores.Count > 0) && _said.IsDue((gone.Host, gone.At), feed.Elapsed))
        {
            await Say(gone, stores, cancel);
        }

        if (isAnswered && (isBack || stores.Count == 0 && time.GetUtcNow() - gone.At > Kept))
        {
            _seen.Remove(gone.Host);
            await Drop(gone, cancel);
        }
    }

    private async Task Say(ForgottenHost gone, IReadOnlyList<string> stores, CancellationToken cancel)
    {
        await placements.Forget(gone.Host, cancel);
        await publisher.Publish(new HostForgotten
        {
            Host = gone.Host,
            Region = gone.Verdict.Region,
            Incarnation = gone.Incarnation,
            Sequence = gone.Sequence,
            Stores = stores,
            At = gone.At,
        }, gone.Verdict.Incident, cancel);
        if (gone.Verdict.Incident is { } incident)
        {
            await publisher.Publish(HostAlerts.Deleted(gone.Verdict, time.GetUtcNow()), incident, cancel);
        }

        _said.Said((gone.Host, gone.At), feed.Elapsed);
    }

    /// <summary>
    /// Releases all components that are registered there, to be placed anew. On a host that was not Down, one can have been placed at
    /// this very moment, or shortly before by another replica. So that waits until the host has obeyed its empty list, or has lost its
    /// lease. The host is not known anew before that (<c>Registrar</c>).
    /// </summary>
    private async Task Free(ForgottenHost gone, CancellationToken cancel)
    {
        var seen = _seen.TryGetValue(gone.Host, out var of) && of.Of == gone.At ? of : _seen[gone.Host] = (gone.At, feed.Elapsed);
        if (!gone.WasDown && feed.Elapsed - seen.At <= config.Current.CheckHostDownInterval)
        {
            return;
        }

        var said = feed.Fleet.Find(gone.Host)?.Components ?? [];
        foreach (var component in cluster.Components.All.Where(c => c.Host == gone.Host).ToList())
        {
            var reported = said.FirstOrDefault(r => r.Name == component.Name && r.Epoch == component.Epoch);
            await cluster.Components.Change(
                component.Id, c => c.Host == gone.Host ? HostRemovalRules.Freed(c, reported) : null, cancel);
        }
    }

    private List<string> StoresOn(string host) =>
        [.. cluster.Stores.All.Where(s => s.Placed.Host == host && s.Placed.Desired != DesiredState.Absent).Select(s => s.Placed.Store)];

    private OnHost On(string host) => new(
        [.. cluster.Components.All.Where(c => c.Host == host || c.Migration?.Target == host && c.Migration.StoppingSince is not null
            || c.Former.Any(f => f.Host == host)).Select(c => c.Name ?? c.Id)],
        StoresOn(host),
        [.. (feed.Fleet.Find(host)?.Components ?? []).Where(c => c.Pid is not null).Select(c => c.Name)]);

    private Fault NotAnyMore(string id) => cluster.Hosts.Find(id) is { } now && HostRemovalRules.WhyNot(now, On(id), id) is { } fault
        ? fault
        : new Fault("HA-121", 409, "Changed meanwhile", $"Host '{id}' has been judged anew at this very moment.",
            "Read it again, then repeat the deletion.");
}
