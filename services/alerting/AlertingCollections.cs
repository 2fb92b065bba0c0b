using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting;

/// <summary>Every collection that this service owns: its name, its schema's version, its indexes.</summary>
internal static class AlertingCollections
{
    internal static Collection<Alert> Alerts => UntextedAlerts.Text(a => a.Search);

    /// <summary>Without the index for texts.</summary>
    internal static Collection<Alert> UntextedAlerts { get; } = new Collection<Alert>("alerting.alerts", 4, a => a.Id)
        .Upgrade(2, stored => Recurring(InSeries(stored)))
        .Upgrade(3, Firing)
        .Upgrade(4, FiringSince)
        // Each index ends with the id, whose order is random: where a field is mostly null a time comes before that, so that
        // new entries come one beside the other. Filters of lists are in the index of the time by which they are ordered.
        .Index(a => a.RecurrenceOf, a => a.Occurrence).Sparse(a => a.RecurrenceOf)
        .Index(a => a.LastTriggered, a => a.Scope, a => a.Count, a => a.Search).Carries(a => a.Scope)
        .Index(a => a.Event, a => a.LastTriggered)
        .Index(a => a.Status, a => a.LastTriggered)
        .Index(a => a.Parent, a => a.LastTriggered, a => a.Condition).Sparse(a => a.Parent).Carries(a => a.LastTriggered)
        .Index(a => a.DueAt).Sparse(a => a.DueAt)
        .Index(a => a.FiringLevel, a => a.SilencedBy).Sparse(a => a.FiringLevel)
        .Index(a => a.FiringAt, a => a.Host).Sparse(a => a.FiringAt).Carries(a => a.Host)
        .Index(a => a.Incident, a => a.LastTriggered).Sparse(a => a.Incident);

    internal static Collection<Delivery> Deliveries { get; } = new Collection<Delivery>("alerting.deliveries", 2, d => d.Id)
        .Upgrade(2, InSeries)
        .Index(d => d.Channel, d => d.NextAttempt).Sparse(d => d.NextAttempt)
        .Index(d => d.Series, d => d.CreatedAt, d => d.Channel, d => d.Alert).Carries(d => d.Channel)
        .Index(d => d.DeadAt, d => d.CreatedAt, d => d.Channel).Sparse(d => d.DeadAt).Carries(d => d.CreatedAt)
        .Index(d => d.CreatedAt);

    internal static Collection<Silence> Silences { get; } =
        new Collection<Silence>("alerting.silences", 1, s => s.Id).Index(s => s.EndsAt);

    internal static Collection<ChannelDefinition> Channels { get; } =
        new Collection<ChannelDefinition>("alerting.channels", 1, c => c.Name).Sealed(Secrets.Each, Secrets.LeftOut);

    internal static Collection<ChannelHealth> ChannelHealths { get; } = new("alerting.channel-health", 1, h => h.Channel);

    internal static Collection<ThresholdsVersion> Thresholds { get; } =
        new Collection<ThresholdsVersion>("alerting.thresholds", 1, t => $"v{t.Version:d9}").Index(t => t.Version);

    internal static Collection<ServiceSeen> Services { get; } = new("alerting.services", 1, s => s.Id);

    /// <summary>Makes the fingerprint the series of alerts and deliveries that were stored before there were series.</summary>
    internal static JsonObject InSeries(JsonObject stored)
    {
        stored["line"] ??= stored["fingerprint"]!.DeepClone();
        return stored;
    }

    private static JsonObject Recurring(JsonObject stored)
    {
        stored["recurrenceOf"] = stored["occurrence"]!.GetValue<int>() > 1 ? stored["fingerprint"]!.DeepClone() : null;
        return stored;
    }

    internal static JsonObject Firing(JsonObject stored)
    {
        var fires = (string?)stored["condition"] == "firing" && (string?)stored["status"] != nameof(SendingStatus.Completed)
            && ((long?)stored["count"] ?? 0) > 0 && !EventCatalog.IsNews((string?)stored["event"] ?? "");
        stored["firingLevel"] = fires ? stored["level"]?.DeepClone() : null;
        return stored;
    }

    internal static JsonObject FiringSince(JsonObject stored)
    {
        stored["firingAt"] = stored["firingLevel"] is null ? null : stored["lastTriggered"]?.DeepClone();
        return stored;
    }
}
