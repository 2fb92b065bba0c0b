using Holdfast.Rules.HaScheduler.Forecast;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Findings;

/// <summary>
/// A finding for each region that does not tolerate a loss that it could tolerate. The only host of a region, or its only IDC, has
/// nothing beside it at the best of times, and nobody is woken for that. Pure.
/// </summary>
internal static class HeadroomAlerts
{
    private const int LossesNamedMax = 10;

    /// <param name="answers">The standing answers, one per region.</param>
    /// <param name="before">Findings that were reported and are not over: they go on in regions that have no answer yet.</param>
    internal static IEnumerable<Finding> Of(
        Snapshot snapshot, HaConfig config, IReadOnlyList<Headroom> answers, IEnumerable<Finding> before)
    {
        var answered = answers.ToDictionary(a => a.Region, StringComparer.Ordinal);
        foreach (var goesOn in before.Where(f => f.Event == AlertEvents.Headroom && !answered.ContainsKey(f.Region)))
        {
            yield return goesOn;
        }

        if (answers.All(a => a.Survives))
        {
            yield break;
        }

        var regions = snapshot.Hosts.Select(h => h.Verdict).ToLookup(v => v.Region, StringComparer.Ordinal);
        foreach (var answer in answers)
        {
            var of = config.ForRegion(answer.Region);
            var losses = Avoidable(answer, [.. regions[answer.Region]]);
            if (of is { Enable: true, EnableHost: true } && losses.Count > 0)
            {
                yield return Of(answer, losses, snapshot.Now);
            }
        }
    }

    /// <summary>Losses that leave the region a host, whether that one is up at the moment or not.</summary>
    private static List<Loss> Avoidable(Headroom answer, List<HostVerdict> hosts) =>
        [.. answer.Scenarios.Where(s => !s.Survives && StandingHeadroom.LeavesSome(s, hosts))];

    private static Finding Of(Headroom answer, List<Loss> losses, DateTimeOffset now) => new()
    {
        Event = AlertEvents.Headroom,
        Scope = AlertScope.System,
        Target = answer.Region,
        Level = AlertLevel.Warning,
        Summary = $"Region {answer.Region} does not tolerate the loss of {Named(losses.Select(l => l.Lost))}",
        Description = string.Join("; ", losses.Take(LossesNamedMax)
            .Select(l => $"{l.Lost}: {l.Without} of {Counted.Of(l.Components, "component")} would find no room, {l.Because}"))
            + ". Add a host to the region, raise quotas, or free CPU, memory or disk; see /api/v1/ha/headroom.",
        Over = $"Region {answer.Region} tolerates the loss of its largest host, and of each IDC",
        Region = answer.Region,
        Since = now,
        Parts = [.. losses.Select(l => l.Lost)],
    };

    private static string Named(IEnumerable<string> losses) => string.Join(", ", losses.Take(LossesNamedMax));
}
