using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Operations;

/// <summary>An operator's order for one or more components, as it was sent. Exactly one of host, task and components is given.</summary>
/// <param name="Kind">Start, Stop, Migrate or Delete (<see cref="TicketKind"/>).</param>
internal sealed record Order(string Kind, string? Host = null, string? Task = null, IReadOnlyList<string>? Components = null,
    string? TargetHost = null, string? Confirm = null, string? Reason = null, string By = "token");

/// <summary>A component that an order is for, with what can be seen of it.</summary>
internal readonly record struct Ordered(Registration Component, Sight Sight)
{
    internal string Name => Component.Name ?? Component.Id;
}

/// <summary>A host that a component could go to.</summary>
/// <param name="Unfit">Reason why it takes no work at present, such as "is Down"; null: it may.</param>
internal readonly record struct Destination(string Host, string Region, string? Unfit);

/// <summary>Checks an order before a ticket is opened for it. Pure.</summary>
internal static class OperationRules
{
    internal const int ComponentsMax = 1000;
    private const int NamedMax = 10;
    private const string Workaround = "Correct the named fields and send it again; nothing was begun.";

    internal static Fault? CheckShape(Order order)
    {
        var faults = new List<FieldFault>();
        if (new object?[] { order.Host, order.Task, order.Components }.Count(given => given is not null) != 1)
        {
            faults.Add(new FieldFault("host, task, components", null, "exactly one of them must be given"));
        }

        if (order.Components is { } given && (given.Count is 0 or > ComponentsMax || given.Any(string.IsNullOrEmpty)))
        {
            faults.Add(new FieldFault("components", given.Count, $"must be 1 to {ComponentsMax} names"));
        }

        if (order.TargetHost is not null && order.Kind != TicketKind.Migrate)
        {
            faults.Add(new FieldFault("targetHost", order.TargetHost, "is for migrate only"));
        }

        if (LongReason(order.Reason) is { } tooLong)
        {
            faults.Add(tooLong);
        }

        return faults.Count == 0 ? null : Fault.Invalid("HA-131", Workaround, faults);
    }

    /// <summary>Of a release; null: it may be said so.</summary>
    internal static Fault? BadReason(string? reason) => LongReason(reason) is { } tooLong
        ? Fault.Invalid("HA-131", "Shorten the reason; nothing was released.", tooLong)
        : null;

    private static FieldFault? LongReason(string? reason) => reason is { Length: > OperatorText.ReasonMax }
        ? new FieldFault("reason", reason[..40] + "…", $"must be at most {OperatorText.ReasonMax} characters")
        : null;

    /// <param name="ordered">At least one, each once.</param>
    internal static Fault? Check(Order order, IReadOnlyList<Ordered> ordered, IReadOnlyList<Destination> hosts) => order.Kind switch
    {
        TicketKind.Migrate => Migrates(order, ordered, hosts),
        TicketKind.Delete => Confirmed(order, ordered) ?? Deletes(ordered),
        _ => null,
    };

    private static Fault? Confirmed(Order order, IReadOnlyList<Ordered> ordered)
    {
        if (ordered.Count > 1 && order.Components is not null)
        {
            return Fault.Invalid("HA-131", "Delete them one by one, or all of a host or a task.",
                new FieldFault("components", ordered.Count, "must be one component for delete, which is confirmed by its name"));
        }

        var (what, name) = order.Host is { } host ? ("host", host)
            : order.Task is { } task ? ("task", task)
            : ("component", ordered[0].Name);
        return order.Confirm == name ? null : Fault.Invalid("HA-131", "Type the name exactly as it is; nothing was deleted.",
            new FieldFault("confirm", order.Confirm, $"must be the {what}'s name, '{name}'"));
    }

    private static Fault? Deletes(IReadOnlyList<Ordered> ordered)
    {
        var busy = ordered.Where(o => !ManualDelete.MayGo(o.Component, o.Sight))
            .Select(o => $"{o.Name} is to be {o.Component.Desired}, {o.Sight.In(o.Component)}").ToList();
        return busy.Count == 0 ? null : new Fault("HA-133", 409, "Not stopped",
            $"Only what is Stopped, Abnormal or Completed can be deleted: {Named(busy)}.", "Stop it, then delete it.");
    }

    private static Fault? Migrates(Order order, IReadOnlyList<Ordered> ordered, IReadOnlyList<Destination> hosts)
    {
        var fixedThere = ordered.Where(o => o.Component.Kind != ComponentKind.IncrSync)
            .Select(o => $"{o.Name} is a {Failover.Word(o.Component.Kind)}").ToList();
        if (fixedThere.Count > 0)
        {
            return new Fault("HA-134", 409, "Cannot be moved", $"Only an Incr-Sync can be moved: {Named(fixedThere)}.",
                "Let it end where it is; or stop and delete it, and copy or compare again with a new task.");
        }

        var homeless = ordered.Where(o => o.Component.Host is null).Select(o => o.Name).ToList();
        if (homeless.Count > 0)
        {
            return new Fault("HA-134", 409, "Cannot be moved", $"These have no host yet: {Named(homeless)}.",
                "Wait until they have one; see /api/v1/ha/why/{name} for what is missing.");
        }

        return order.TargetHost is { } target ? Reaches(target, ordered, hosts) : LeadsSomewhere(ordered, hosts);
    }

    private static Fault? Reaches(string target, IReadOnlyList<Ordered> ordered, IReadOnlyList<Destination> hosts)
    {
        var host = hosts.Where(h => h.Host == target).Select(h => (Destination?)h).FirstOrDefault();
        var rule = host switch
        {
            null => "must be a host that has reported",
            { Unfit: { } unfit } => $"must be a host that takes work, and it {unfit}",
            { Region: var region } => ordered.Select(o => o.Component switch
            {
                var c when c.Region != region => $"must be in region {c.Region} as {o.Name} is, and it is in {region}",
                var c when c.Host == target => $"must be another host than the present one of {o.Name}",
                _ => null,
            }).FirstOrDefault(r => r is not null),
        };
        return rule is null ? null : Fault.Invalid("HA-131", Workaround, new FieldFault("targetHost", target, rule));
    }

    private static Fault? LeadsSomewhere(IReadOnlyList<Ordered> ordered, IReadOnlyList<Destination> hosts)
    {
        foreach (var (region, from) in ordered.Select(o => (o.Component.Region, o.Component.Host)).Distinct())
        {
            var others = hosts.Where(h => h.Region == region && h.Host != from).ToList();
            if (others.TrueForAll(h => h.Unfit is not null))
            {
                var why = others.Count == 0 ? "it has no other host" : Named([.. others.Select(h => $"{h.Host} {h.Unfit}")]);
                return new Fault("HA-135", 409, "Nowhere to go", $"No other host of region {region} than {from} takes work: {why}.",
                    "Bring another host of the region up, or end its drain or maintenance.");
            }
        }

        return null;
    }

    internal static string Named(IReadOnlyList<string> items) =>
        string.Join("; ", items.Take(NamedMax)) + (items.Count > NamedMax ? $"; and {items.Count - NamedMax} more" : "");
}
