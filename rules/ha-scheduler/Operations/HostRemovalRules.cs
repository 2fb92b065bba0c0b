using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Operations;

/// <summary>Components and Stores that are placed on a host, and those that may still run there, by name.</summary>
internal readonly record struct OnHost(IReadOnlyList<string> Components, IReadOnlyList<string> Stores, IReadOnlyList<string> Running)
{
    internal bool IsEmpty => Components.Count == 0 && Stores.Count == 0 && Running.Count == 0;
}

/// <summary>Decides whether a host may be deleted, and what becomes of the components that were placed there. Pure.</summary>
internal static class HostRemovalRules
{
    private const int NamedMax = 10;

    /// <summary>A host that is Down holds nothing that runs; any other must be empty, for what runs there would run on.</summary>
    internal static Fault? WhyNot(HostVerdict host, OnHost on, string? confirm)
    {
        if (confirm != host.Host)
        {
            return Fault.Invalid("HA-120", "Send the host's id in confirm, exactly as it is; nothing was deleted.",
                new FieldFault("confirm", confirm, $"must be the host's id, '{host.Host}'"));
        }

        if (host.State == HostState.Down || on.IsEmpty)
        {
            return null;
        }

        var there = on.Components.Concat(on.Stores).Concat(on.Running).Distinct(StringComparer.Ordinal).ToList();
        var rest = there.Count > NamedMax ? $" and {there.Count - NamedMax} more" : "";
        return new Fault("HA-119", 409, "The host is neither Down nor empty",
            $"Host '{host.Host}' is {host.State} and has {string.Join(", ", there.Take(NamedMax))}{rest}.",
            "Drain it (PATCH /api/v1/hosts/{id} with drain, or holdfast drain), wait until it is empty, then stop its supervisor and "
            + "delete it. If the machine is gone, wait until it is Down.");
    }

    /// <summary>
    /// Names a deletion: later than any that is known of this host, wherever the clocks of those who ordered them were set to.
    /// Asked twice, by two replicas, it may have two names, and heartbeat answers the later one for both.
    /// </summary>
    internal static DateTimeOffset After(DateTimeOffset now, params ReadOnlySpan<DateTimeOffset?> known)
    {
        foreach (var other in known)
        {
            now = other >= now ? other.Value.AddMilliseconds(1) : now;
        }

        return now;
    }

    /// <summary>
    /// A component of a host that is gone for good: it has no host, under an epoch above what stood there, and is placed as a new
    /// one. As after a failover, only what ran is started, and a copy or comparison is not begun anew by HA.
    /// </summary>
    /// <param name="reported">Last report of this placement by its host; null: there is none.</param>
    internal static Registration Freed(Registration component, ComponentReport? reported)
    {
        var last = component.CarriedState ?? reported?.State;
        var ran = component.Migration is { StoppingSince: not null } migration
            ? migration.Starts
            : component.Desired == DesiredState.Running && last is not (ComponentState.Abnormal or ComponentState.Completed);
        ComponentState? carried = ran
            ? component.Kind == ComponentKind.IncrSync ? null : ComponentState.Abnormal
            : component.Migration is { StoppingSince: not null, Carries: { } carries } ? carries
            : last is ComponentState.Abnormal or ComponentState.Completed ? last : null;
        var again = ComponentChange.Again(component);
        return again with
        {
            Host = null,
            Migration = null,
            FailedAt = null,
            Desired = ran && carried is null ? DesiredState.Running : DesiredState.Stopped,
            CarriedState = carried,
        };
    }

    /// <summary>Nothing of it runs on a host that is no more, and nobody would ever say so.</summary>
    internal static Registration? WithoutFormer(Registration component, string host) => component.Former.Any(f => f.Host == host)
        ? component with { Former = [.. component.Former.Where(f => f.Host != host)] }
        : null;
}
