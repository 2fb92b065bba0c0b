using Holdfast.Contracts;
using Holdfast.Fleet;

namespace Holdfast.StoreManager;

/// <summary>
/// One pass over all subtopics: exactly one decision for each. New Stores get their places here, those that tasks asked for
/// first, then by name; HA makes no more in a region and pass than movesPerSecond. Pure.
/// </summary>
internal static class StoreDecider
{
    /// <param name="views">Each subtopic once.</param>
    /// <param name="terms">What a subtopic is judged by.</param>
    /// <param name="candidates">Hosts of a region that may take a Store.</param>
    /// <param name="now">Wall clock: positions in logs are stamped by it.</param>
    internal static List<StoreDecision> Decide(IReadOnlyCollection<SubtopicView> views, Func<SubtopicDocument, StoreTerms> terms,
        Func<string, IEnumerable<Candidate>> candidates, DateTimeOffset now)
    {
        var decisions = new List<StoreDecision>(views.Count);
        var wanted = new List<(SubtopicView View, Create Create, HaConfig Config)>();
        foreach (var view in views)
        {
            var by = terms(view.Document);
            var decision = StoreRules.Decide(view, by, now);
            if (decision is Create create)
            {
                wanted.Add((view, create, by.Config));
            }
            else
            {
                decisions.Add(decision);
            }
        }

        Place(wanted, candidates, decisions);
        return decisions;
    }

    private static void Place(List<(SubtopicView View, Create Create, HaConfig Config)> wanted,
        Func<string, IEnumerable<Candidate>> candidates, List<StoreDecision> decisions)
    {
        var regions = new Dictionary<string, (RegionPlaces Places, int Made)>(StringComparer.Ordinal);
        foreach (var (view, create, config) in wanted.OrderBy(w => w.Create.Origin)
            .ThenBy(w => w.View.Document.Subtopic, StringComparer.Ordinal))
        {
            var region = view.Document.Region;
            if (!regions.TryGetValue(region, out var plan))
            {
                plan = (new RegionPlaces(candidates(region)), 0);
            }

            if (create.Origin != StoreOrigin.Task && plan.Made >= config.MovesPerSecond)
            {
                decisions.Add(new Hold(create.Document, StoreReason.Turn, $"{plan.Made} in region {region}; {create.Because}"));
                continue;
            }

            var (host, idc, refusal) = plan.Places.Take(view, create.From);
            regions[region] = (plan.Places, plan.Made + (host is not null && create.Origin != StoreOrigin.Task ? 1 : 0));
            decisions.Add(host is null
                ? new Hold(create.Document, StoreReason.NoRoom, $"{refusal}; {create.Because}")
                : create with { Host = host, Idc = idc });
        }
    }
}
