namespace Holdfast.Rules.Alerting;

/// <summary>An event as it is known apart from any one alert.</summary>
/// <param name="Title">One line for lists and rules of receivers.</param>
/// <param name="Level">The usual one; null: by the task's protection level (HIGH Critical, MEDIUM Warning, LOW Caution).</param>
/// <param name="IsNews">It is about something done, and nothing resolves it: it is sent, and never counts as firing.</param>
internal sealed record KnownEvent(string Name, AlertScope Scope, AlertLevel? Level, string Title, bool IsNews = false);

/// <summary>
/// The events of the contracts with scope, usual level and title. The reference leaves levels and texts open; they are
/// documented, with a runbook for each, in docs/alerts.md, which a test compares with this table.
/// </summary>
internal static class EventCatalog
{
    private static readonly KnownEvent[] Table =
    [
        new(AlertEvents.HostDown, AlertScope.System, AlertLevel.Critical, "A host is down"),
        new(AlertEvents.HostDownMigrateResource, AlertScope.System, AlertLevel.Warning, "HA has moved what ran on a Down host",
            IsNews: true),
        new(AlertEvents.HostThreshold, AlertScope.System, AlertLevel.Warning, "A host is over its CPU, memory or disk threshold"),
        new(AlertEvents.MigrationFailed, AlertScope.Task, null, "A migration task has failed"),
        new(AlertEvents.MigrationDelay, AlertScope.Task, null, "A migration task lags behind its source"),
        new(AlertEvents.SyncFailed, AlertScope.Task, null, "A synchronization task has failed"),
        new(AlertEvents.SyncDelay, AlertScope.Task, null, "A synchronization task lags behind its source"),
        new(AlertEvents.SyncStatusInconsistent, AlertScope.Task, null, "A task does not run, yet its Incr-Sync does"),
        new(AlertEvents.HostIdConflict, AlertScope.System, AlertLevel.Critical, "One host id is reported from two places"),
        new(AlertEvents.HostRefused, AlertScope.System, AlertLevel.Critical, "A host's reports are refused"),
        new(AlertEvents.HostLapses, AlertScope.System, AlertLevel.Warning, "A host's leases lapse again and again"),
        new(AlertEvents.HostFlaps, AlertScope.System, AlertLevel.Critical, "A host goes Down again and again"),
        new(AlertEvents.HostClock, AlertScope.System, AlertLevel.Warning, "A host's clock is wrong"),
        new(AlertEvents.Brake, AlertScope.System, AlertLevel.Critical, "Too many hosts are silent at once: nothing is moved"),
        new(AlertEvents.NoCapacity, AlertScope.System, AlertLevel.Critical, "No host of the region has room for what must move"),
        new(AlertEvents.ComponentSuspect, AlertScope.System, AlertLevel.Warning, "Components may have felled hosts: they go one at a time"),
        new(AlertEvents.ComponentHeld, AlertScope.System, AlertLevel.Critical, "A component fells hosts and is held"),
        new(AlertEvents.Headroom, AlertScope.System, AlertLevel.Warning, "A region does not tolerate losing its largest host, or an IDC"),
        new(AlertEvents.StoreGap, AlertScope.System, AlertLevel.Critical, "A task needs a position that no Store serves"),
        new(AlertEvents.StoreRetention, AlertScope.System, AlertLevel.Critical, "A task's position will leave the source's retention"),
        new(AlertEvents.StoreThreshold, AlertScope.System, AlertLevel.Warning, "A subtopic has as many Stores as HA may make"),
        new(AlertEvents.MaintenanceOverdue, AlertScope.System, AlertLevel.Warning, "A maintenance is past its end and not ended"),
        new(AlertEvents.MaintenanceEnded, AlertScope.System, AlertLevel.Reminder, "A maintenance is over", IsNews: true),
        new(AlertEvents.Recommendation, AlertScope.System, AlertLevel.Warning, "HA would act and may only recommend"),
        new(AlertEvents.ApprovalNeeded, AlertScope.System, AlertLevel.Critical, "HA would act and waits for a person"),
        new(AlertEvents.PoisonMessage, AlertScope.System, AlertLevel.Critical, "A message could not be consumed"),
        new(AlertEvents.PlacementRefused, AlertScope.System, AlertLevel.Critical, "A placement that nobody has registered was refused",
            IsNews: true),
        new(AlertEvents.ChannelFailing, AlertScope.System, AlertLevel.Critical, "A channel does not take alerts"),
        new(AlertEvents.ServiceSilent, AlertScope.System, AlertLevel.Critical, "A service is not heard"),
        new(AlertEvents.RouteLost, AlertScope.System, AlertLevel.Critical, "Messages reach no queue"),
        new(AlertEvents.FeedInterrupted, AlertScope.System, AlertLevel.Critical, "Heartbeats do not all arrive: no host is judged"),
    ];

    private static readonly Dictionary<string, KnownEvent> ByName = Table.ToDictionary(e => e.Name, StringComparer.Ordinal);

    internal static IReadOnlyList<KnownEvent> All => Table;

    internal static IEnumerable<string> Names => Table.Select(e => e.Name);

    internal static bool IsNews(string name) => Find(name) is { IsNews: true };

    internal static bool Knows(string name) => ByName.ContainsKey(name);

    internal static KnownEvent? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Event and title; of an event of a newer release its name.</summary>
    internal static string Title(string name) => Find(name)?.Title ?? name;
}
