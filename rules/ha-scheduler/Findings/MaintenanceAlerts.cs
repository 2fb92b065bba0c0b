using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>A maintenance that holds now, whatever it is of.</summary>
/// <param name="Key">As <see cref="MaintenanceScope"/> names it: <c>host:h1</c>, <c>idc:north/n1</c>, <c>task:t1</c>.</param>
internal sealed record OpenMaintenance(string Key, string Region, Maintenance Work);

/// <summary>All maintenances that hold, and the words about them. Pure.</summary>
internal static class MaintenanceAlerts
{
    /// <summary>Acts that a report lists.</summary>
    internal const int ListedMax = 1000;

    private const int NamedMax = 20;

    internal static List<OpenMaintenance> All(
        IEnumerable<HostVerdict> hosts, IEnumerable<KeyValuePair<string, Maintenance>> others,
        Func<string, string?> taskRegion)
    {
        var all = new List<OpenMaintenance>();
        foreach (var host in hosts)
        {
            if (host.Maintenance is { } work)
            {
                all.Add(new OpenMaintenance(MaintenanceScope.HostKey(host.Host), host.Region, work));
            }
        }

        all.AddRange(others.Select(o => new OpenMaintenance(o.Key, RegionOf(o.Key, taskRegion), o.Value)));
        return all;
    }

    /// <summary>One that is past its end and not ended: it still holds.</summary>
    internal static Finding? Overdue(OpenMaintenance open, Func<string, TaskDocument?> task, DateTimeOffset now) =>
        now <= open.Work.Until ? null : new Finding
    {
        Event = AlertEvents.MaintenanceOverdue,
        Scope = AlertScope.System,
        Target = open.Key,
        Level = AlertLevel.Warning,
        Summary = $"The maintenance of {open.Key} was to end at {open.Work.Until:O} and has not been ended",
        Description = $"{open.Work.Owner} works on {open.Key} since {open.Work.At:O} ({open.Work.Reason}). HA leaves it alone until "
            + $"somebody ends it: {Ending(open.Key)}. What it holds back at the moment: GET /api/v1/maintenance.",
        Over = $"The maintenance of {open.Key} is ended, or goes on until later",
        Region = open.Region,
        Since = open.Work.Until,
        Host = HostOf(open.Key),
        Task = TaskOf(open.Key),
        TaskTags = TagsOf(open.Key, task),
    };

    /// <summary>Said once and never resolved: it is news, no condition; alerting completes it by itself.</summary>
    internal static AlertRaised Ended(MaintenanceReport report, string region, Func<string, TaskDocument?> task) => new()
    {
        Id = $"{AlertEvents.MaintenanceEnded}:{report.Key}:{report.From:yyyyMMdd'T'HHmmssfff}",
        Event = AlertEvents.MaintenanceEnded,
        Scope = AlertScope.System,
        Target = report.Key,
        Level = (int)AlertLevel.Reminder,
        Condition = AlertCondition.Firing,
        Summary = report.HeldBackCount == 0
            ? $"The maintenance of {report.Key} is over; it held nothing back"
            : $"The maintenance of {report.Key} is over; it held back {report.HeldBackCount} acts",
        Description = $"From {report.From:O} to {report.EndedAt:O}, by {report.Owner} ({report.Reason}). " + Listed(report),
        Region = region,
        Host = HostOf(report.Key),
        Task = TaskOf(report.Key),
        TaskTags = TagsOf(report.Key, task),
        At = report.EndedAt,
    };

    internal static MaintenanceReport Report(string key, Maintenance work, IReadOnlyList<HeldBackAct> acts, DateTimeOffset now) => new()
    {
        Key = key,
        Reason = work.Reason,
        Owner = work.Owner,
        From = work.At,
        Until = work.Until,
        EndedAt = now,
        HeldBackCount = acts.Count,
        HeldBack = [.. acts.Take(ListedMax)],
    };

    internal static string ScopeOf(string key) => key[..key.IndexOf(':', StringComparison.Ordinal)];

    internal static string Ending(string key) => ScopeOf(key) == "host"
        ? $"PATCH /api/v1/hosts/{HostOf(key)} with maintenance null"
        : $"DELETE /api/v1/maintenance/{ScopeOf(key)}/{key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..]}";

    private static string Listed(MaintenanceReport report)
    {
        if (report.HeldBackCount == 0)
        {
            return "HA would have done nothing meanwhile.";
        }

        var rest = report.HeldBackCount > NamedMax ? $"; and {report.HeldBackCount - NamedMax} more" : "";
        var named = report.HeldBack.Take(NamedMax).Select(a => $"{a.Object}: {a.Plan} ({Iso.Seconds(a.Since)})");
        return $"HA would have: {string.Join("; ", named)}{rest}. What is still needed is done now.";
    }

    private static string? HostOf(string key) => key.StartsWith("host:", StringComparison.Ordinal) ? key[5..] : null;

    private static string? TaskOf(string key) => key.StartsWith("task:", StringComparison.Ordinal) ? key[5..] : null;

    private static IReadOnlyList<string>? TagsOf(string key, Func<string, TaskDocument?> task) =>
        TaskOf(key) is { } id ? TaskWords.TagsOf(task(id)) : null;

    private static string RegionOf(string key, Func<string, string?> taskRegion) =>
        TaskOf(key) is { } task ? taskRegion(task) ?? "" : key[4..key.IndexOf('/', StringComparison.Ordinal)];
}
