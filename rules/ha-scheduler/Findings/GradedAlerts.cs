using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>Findings about acts that HA plans and leaves to people: one for each ticket, with its plan. Pure.</summary>
internal static class GradedAlerts
{
    /// <summary>Plans that a sentence names; the rest are counted.</summary>
    private const int NamedMax = 20;

    internal static IEnumerable<Finding> Of(IReadOnlyList<Decision> decisions, Snapshot snapshot)
    {
        List<Hold>? left = null;
        for (var i = 0; i < decisions.Count; i++)
        {
            if (decisions[i] is Hold { Ticket: not null } hold
                && (hold.Reason == Reason.Recommended || hold.Reason == Reason.AwaitsApproval))
            {
                (left ??= []).Add(hold);
            }
        }

        if (left is null)
        {
            return [];
        }

        var ids = left.Select(h => h.Object).ToHashSet(StringComparer.Ordinal);
        var components = snapshot.Registrations.Where(r => ids.Contains(r.Id)).ToDictionary(r => r.Id, StringComparer.Ordinal);
        return left.GroupBy(h => (h.Reason, Ticket: h.Ticket!))
            .Select(g => Of(g.Key.Reason, g.Key.Ticket, [.. g], components, snapshot));
    }

    private static Finding Of(
        Reason reason, string ticket, List<Hold> holds, Dictionary<string, Registration> components, Snapshot snapshot)
    {
        var asks = reason == Reason.AwaitsApproval;
        var first = components.GetValueOrDefault(holds[0].Object);
        var hosts = holds.Select(h => components.GetValueOrDefault(h.Object)?.Host).OfType<string>()
            .Distinct(StringComparer.Ordinal).ToList();
        var what = holds is [var only] ? $"{only.Plan} ({only.Object})"
            : $"act on {Counted.Of(holds.Count, "component")} of {Hosts(hosts)}";
        var rest = holds.Count > NamedMax ? $"; and {holds.Count - NamedMax} more" : "";
        var plans = string.Join("; ", holds.Take(NamedMax).Select(h => $"{h.Object}: {h.Plan}")) + rest;
        return new Finding
        {
            Event = asks ? AlertEvents.ApprovalNeeded : AlertEvents.Recommendation,
            Scope = AlertScope.System,
            Target = ticket,
            Level = asks ? AlertLevel.Critical : AlertLevel.Warning,
            Summary = asks ? $"HA waits for approval to {what}" : $"HA recommends to {what}",
            Description = plans + (asks
                ? $". See /api/v1/tickets/{ticket}; let HA do it with POST /api/v1/tickets/{ticket}/approve."
                : $". HA does not do it by itself here, for autonomy is recommend: do it by hand, or raise autonomy in ha.config. "
                    + $"Incident {ticket}."),
            Over = asks ? $"Nothing of {ticket} waits for approval any more" : $"Nothing of {ticket} is left to recommend",
            Region = first?.Region ?? "",
            Since = snapshot.Now,
            Host = hosts is [var one] ? one : null,
            Task = holds.Count == 1 ? first?.Task : null,
            TaskTags = TaskWords.TagsOf(holds.Select(h => components.GetValueOrDefault(h.Object)?.Task)
                .Distinct(StringComparer.Ordinal).Select(t => t is null ? null : snapshot.Tasks.GetValueOrDefault(t))),
            Incident = ticket,
        };
    }

    private static string Hosts(List<string> hosts) => hosts is [var one] ? $"host {one}" : Counted.Of(hosts.Count, "host");
}
