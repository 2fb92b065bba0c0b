using Holdfast.Rules.HaScheduler.Model;
using Holdfast.Rules.HaScheduler.Suspects;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>
/// Findings about suspects: one for a region whose suspects go one at a time, and one for each component that is held. Pure.
/// </summary>
internal static class SuspectAlerts
{
    internal static IEnumerable<Finding> Of(Snapshot snapshot)
    {
        var suspects = snapshot.Arrivals.Where(a => a.Suspicion is { IsSuspect: true }).ToList();
        for (var i = 0; i < snapshot.Registrations.Count; i++)
        {
            if (snapshot.Registrations[i] is { Suspicion.IsSuspect: true, Desired: not DesiredState.Absent } component)
            {
                suspects.Add(component);
            }
        }

        return suspects.Where(s => s.Suspicion!.IsHeld).Select(s => Held(s, snapshot))
            .Concat(suspects.Where(s => !s.Suspicion!.IsHeld).GroupBy(s => s.Region, StringComparer.Ordinal)
                .Select(region => Suspects(region.Key, [.. region.OrderBy(s => s.Id, StringComparer.Ordinal)], snapshot)));
    }

    private static Finding Held(Registration component, Snapshot snapshot)
    {
        var suspicion = component.Suspicion!;
        var what = suspicion.HeldFor == HeldFor.Restarts ? "it fails on every host" : "it fells hosts";
        return Of(AlertEvents.ComponentHeld, component.Id, component.Region, AlertLevel.Critical, snapshot) with
        {
            Summary = $"{component.Id} is held, for {what}: {SuspectWords.Named([.. suspicion.Hosts])}",
            Description = $"{SuspectWords.Held(suspicion)}. It is not started anywhere until somebody releases it. "
                + Reason.SuspectHeld.Workaround.Replace("{id}", component.Id, StringComparison.Ordinal)
                + $" See /api/v1/ha/why/{component.Id}.",
            Over = $"{component.Id} is not held any more",
            Since = suspicion.HeldAt!.Value,
            Host = component.Host,
            Task = component.Task.Length > 0 ? component.Task : null,
            TaskTags = TaskWords.TagsOf(snapshot.Tasks.GetValueOrDefault(component.Task)),
            Incident = suspicion.Incident,
            Parts = [.. suspicion.Hosts],
        };
    }

    private static Finding Suspects(string region, List<Registration> suspects, Snapshot snapshot)
    {
        var hosts = suspects.SelectMany(s => s.Suspicion!.Hosts).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var count = suspects.Count == 1 ? "1 component" : $"{suspects.Count} components";
        return Of(AlertEvents.ComponentSuspect, region, region, AlertLevel.Warning, snapshot) with
        {
            Summary = $"{count} of region {region} may have felled {SuspectWords.Named(hosts)}: they go one at a time",
            Description = $"{SuspectWords.Named([.. suspects.Select(s => s.Id)])} came to two of these hosts in a row, and each went Down "
                + "soon after. They wait one suspectWindow, then go one after the other, each watched on its host. Nobody need do "
                + "anything; what is known to be innocent can go at once: POST /api/v1/ha/suspects/{id}/release. All of them: "
                + "GET /api/v1/ha/suspects.",
            Over = $"Nothing of region {region} waits for its turn any more",
            Since = suspects.Min(s => s.Suspicion!.Since!.Value),
            TaskTags = TaskWords.TagsOf(suspects.Select(s => snapshot.Tasks.GetValueOrDefault(s.Task))),
            Parts = hosts,
        };
    }

    private static Finding Of(string @event, string target, string region, AlertLevel level, Snapshot snapshot) => new()
    {
        Event = @event,
        Scope = AlertScope.System,
        Target = target,
        Level = level,
        Summary = "",
        Description = "",
        Over = "",
        Region = region,
        Since = snapshot.Now,
    };
}
