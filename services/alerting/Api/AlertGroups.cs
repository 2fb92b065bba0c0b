namespace Holdfast.Alerting.Api;

/// <summary>Puts a list of alerts into groups. Pure.</summary>
internal static class AlertGrouping
{
    internal const string PageSize = "500";

    /// <summary>Alerts that are read for one answer.</summary>
    internal const int ReadMax = 2_000;

    private const int TargetsNamed = 3;

    /// <summary>A task's alert follows from a Down host, and that from a host that flaps: no chain of parents is longer.</summary>
    private const int GenerationsMax = 3;

    extension(AlertGroups)
    {
        internal static AlertGroups Of(IReadOnlyList<Alert> alerts, bool byHost, bool isWhole)
        {
            var byId = alerts.DistinctBy(a => a.Id, StringComparer.Ordinal).ToDictionary(a => a.Id, StringComparer.Ordinal);
            var groups = byId.Values.GroupBy(a => KeyOf(Eldest(a, byId), byHost), StringComparer.Ordinal)
                .Select(g => GroupOf(g.Key, byHost, [.. g], byId));
            return new AlertGroups(
                [.. groups.OrderBy(g => g.Level).ThenByDescending(g => g.Count).ThenBy(g => g.Key, StringComparer.Ordinal)],
                byId.Count, isWhole);
        }
    }

    private static string KeyOf(Alert alert, bool byHost) => byHost ? alert.Host ?? AlertQuery.NoHost : alert.Event;

    /// <summary>Itself, or the alert among these that it follows from.</summary>
    private static Alert Eldest(Alert alert, Dictionary<string, Alert> byId)
    {
        for (var i = 0; i < GenerationsMax && alert.Parent is { } id && byId.TryGetValue(id, out var parent); i++)
        {
            alert = parent;
        }

        return alert;
    }

    private static AlertGroup GroupOf(string key, bool byHost, IReadOnlyList<Alert> alerts, Dictionary<string, Alert> byId) => new(
        key, byHost ? key : EventCatalog.Title(key), alerts.Min(a => a.Level), alerts.Count, alerts.Count(a => a.SilencedBy is not null),
        alerts.Count(a => a.Parent is { } parent && byId.ContainsKey(parent)), alerts.Min(a => a.ActiveAt),
        alerts.Max(a => a.LastTriggered),
        [.. alerts.Select(a => a.TaskName ?? a.Target).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(TargetsNamed)],
        alerts.Count == 1 ? alerts[0].Id : null);
}
