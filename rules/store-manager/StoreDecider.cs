using Holdfast.Fleet;

namespace Holdfast.Rules.StoreManager;

/// <summary>
/// One pass over all subtopics: exactly one decision for each. New Stores get their places here, those that tasks asked for
/// first, then by name; HA makes no more in a region and pass than movesPerSecond. Pure.
/// </summary>
internal static class StoreDecider
{
    /// <param name="views">Each subtopic once.</param>
    /// <param name="terms">Terms that hold for a subtopic.</param>
    /// <param name="candidates">Hosts of a region that may take a Store.</param>
    /// <param name="now">Wall clock: positions in logs are stamped by it.</param>
    /// <returns>In the order of the views.</returns>
    internal static StoreDecision[] Decide(IReadOnlyList<SubtopicView> views, Func<SubtopicDocument, StoreTerms> terms,
        Func<string, IEnumerable<Candidate>> candidates, DateTimeOffset now)
    {
        var decisions = new StoreDecision[views.Count];
        var wanted = new List<(int Index, Create Create, HaConfig Config)>();
        for (var i = 0; i < decisions.Length; i++)
        {
            var by = terms(views[i].Document);
            decisions[i] = StoreRules.Decide(views[i], by, now);
            if (decisions[i] is Create create)
            {
                wanted.Add((i, create, by.Config));
            }
        }

        Place(wanted, views, candidates, decisions);
        return decisions;
    }

    private static void Place(List<(int Index, Create Create, HaConfig Config)> wanted, IReadOnlyList<SubtopicView> views,
        Func<string, IEnumerable<Candidate>> candidates, StoreDecision[] decisions)
    {
        var regions = new Dictionary<string, (RegionPlaces Places, int Made)>(StringComparer.Ordinal);
        foreach (var (index, create, config) in wanted.OrderBy(w => w.Create.Origin)
            .ThenBy(w => w.Create.Document.Subtopic, StringComparer.Ordinal))
        {
            var region = create.Document.Region;
            if (!regions.TryGetValue(region, out var plan))
            {
                plan = (new RegionPlaces(candidates(region)), 0);
            }

            if (create.Origin != StoreOrigin.Task && plan.Made >= config.MovesPerSecond)
            {
                decisions[index] = new Hold(create.Document, StoreReason.Turn, $"{plan.Made} in region {region}; {create.Because}");
                continue;
            }

            var (host, idc, refusal) = plan.Places.Take(views[index], create.From);
            regions[region] = (plan.Places, plan.Made + (host is not null && create.Origin != StoreOrigin.Task ? 1 : 0));
            decisions[index] = host is null
                ? new Hold(create.Document, StoreReason.NoRoom, $"{refusal}; {create.Because}")
                : create with { Host = host, Idc = idc };
        }
    }
}
