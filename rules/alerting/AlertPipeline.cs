namespace Holdfast.Rules.Alerting;

/// <summary>Channels, silences and thresholds by which alerts are planned: the same for all that are looked at together.</summary>
internal sealed record PipelineContext(
    IReadOnlyList<ChannelRoute> Channels, IReadOnlyList<Silence> Silences, AlertThresholds Thresholds);

/// <summary>An alert as a message makes or changes it, and the parent that it joins.</summary>
/// <param name="Transitioned">The alert to write.</param>
/// <param name="Joins">The parent that it has joined just now, or null.</param>
internal sealed record Ingested(Transitioned Transitioned, string? Joins);

/// <summary>The deliveries that an alert lacks now, and the alert as planned with them.</summary>
/// <param name="Missing">Deliveries to add; none when <paramref name="Alert"/> begins a new generation, which is written first.</param>
/// <param name="Alert">The alert with its sending status and when to look again.</param>
internal sealed record DeliveryPlan(IReadOnlyList<Delivery> Missing, Alert Alert);

/// <summary>
/// The stages of an alert, in their order. A message runs through the first two (<see cref="Ingest"/>). Then, and whenever it is looked
/// at again, the alert runs through the next five (<see cref="Plan"/>). Each of its deliveries runs through the rest, around which the
/// service's Deliver room is the shell:
/// <list type="number">
/// <item>normalise: <see cref="AlertNormalizer"/> holds the message to its limits;</item>
/// <item>transition: <see cref="AlertTransition"/>, with <see cref="RepeatInterval"/>: a new occurrence, counted, or over;</item>
/// <item>inhibit: <see cref="Inhibition"/>: what follows from a Down host goes with that host's alert;</item>
/// <item>silence: <see cref="Silencing"/>: people asked for quiet;</item>
/// <item>group: <see cref="Grouping"/>: the parent goes out once more to name its children;</item>
/// <item>plan: <see cref="Routing"/>: one delivery for each channel that must hear of it;</item>
/// <item>complete: <see cref="Completion"/>: the alert's status from its deliveries, and when to look again;</item>
/// <item>permit: <see cref="Breaker"/>: circuit and rate limit of the channel;</item>
/// <item>order: <see cref="DeliveryOrder"/>: no channel hears an end before its beginning;</item>
/// <item>attempt: the channel answers with a <see cref="ChannelAnswer"/>;</item>
/// <item>retry: <see cref="Retry"/>: sent, next attempt, or dead letter.</item>
/// </list>
/// </summary>
internal static class AlertPipeline
{
    /// <param name="incoming">The message, normalised.</param>
    /// <param name="latest">The newest occurrence that is known, or null.</param>
    /// <param name="parent">The alert that this one may follow from, or null.</param>
    internal static Ingested Ingest(IncomingAlert incoming, Alert? latest, Alert? parent, PipelineContext context, DateTimeOffset now)
    {
        var present = Inhibition.IsUp(parent, now) ? null : parent;
        var (transition, alert) = AlertTransition.Decide(latest, incoming.Raised, context.Thresholds, now);
        var isNews = alert.Generation != latest?.Generation || transition == Transition.Opened;
        alert = alert with
        {
            TraceParent = isNews ? incoming.TraceParent : alert.TraceParent,
            Parent = present?.Id ?? alert.Parent,
            Incident = alert.Incident ?? present?.Incident,
        };
        if (transition == Transition.Opened && alert.Parent is null
            && Plan(alert, [], context, null, now) is { Missing.Count: 0, Alert: var planned })
        {
            // No channel is to hear of it: there is nothing that a crash could leave out, and nothing to look at soon.
            alert = planned;
        }

        var joins = transition != Transition.Ignored && latest?.Parent != present?.Id && Inhibition.IsNamedSoon(incoming.Raised)
            ? present?.Id : null;
        return new(new(transition, alert), joins);
    }

    /// <param name="stored">As it is stored.</param>
    /// <param name="known">Its deliveries.</param>
    /// <param name="context">Channels, silences and thresholds that it is planned by.</param>
    /// <param name="inhibitedUntil">Until when it goes with its parent; null: it goes by itself.</param>
    internal static DeliveryPlan Plan(
        Alert stored, IReadOnlyList<Delivery> known, PipelineContext context, DateTimeOffset? inhibitedUntil, DateTimeOffset now)
    {
        var alert = AheadOfNow.Taken(stored, now);
        alert = alert.Parent is not null && inhibitedUntil is null ? Inhibition.Outlived(alert, now) : alert;
        var silence = Silencing.Of(alert, context.Silences, now);
        var quietUntil = new[] { silence?.EndsAt, inhibitedUntil }.Max();
        alert = Grouping.Due(alert, known, now);
        if (alert.Generation != stored.Generation)
        {
            return new([], alert);
        }

        var missing = Routing.Missing(alert, known, context.Channels, now, quietUntil is not null);
        var completed = Completion.Settled(alert, [.. known, .. missing], quietUntil, now) with { SilencedBy = silence?.Id };
        return new(missing, Grouping.Scheduled(completed));
    }

    /// <summary>When to look again is not worth a write of its own, unless it is earlier than what is written, or past.</summary>
    internal static bool NeedsWriting(Alert written, Alert planned, DateTimeOffset now)
    {
        var isLate = written.DueAt <= now || planned.DueAt < written.DueAt || (planned.DueAt is null) != (written.DueAt is null);
        return isLate || planned with { DueAt = written.DueAt } != written;
    }
}
