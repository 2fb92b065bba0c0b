namespace Holdfast.Rules.Alerting;

/// <summary>Meaning of a message for the newest occurrence that is known.</summary>
internal enum Transition
{
    /// <summary>A new occurrence; the channels are notified.</summary>
    Opened,

    /// <summary>The same occurrence, or its end, heard again; notified again when the repeat interval has passed.</summary>
    Counted,

    /// <summary>The occurrence has ended; the channels that were notified of it are notified.</summary>
    Resolved,

    /// <summary>
    /// Ended before it was ever heard of: remembered, so that a late firing is not taken for a new one.
    /// </summary>
    Remembered,

    /// <summary>Heard before, or overtaken by a later message.</summary>
    Ignored,
}

/// <summary>The transition and the alert to write; <paramref name="Alert"/> is the one known before when the message is ignored.</summary>
internal sealed record Transitioned(Transition Transition, Alert Alert);

/// <summary>Decides what an AlertRaised does to the newest occurrence of its event and target.</summary>
internal static class AlertTransition
{
    /// <summary>
    /// Deliveries are made at once by whoever accepts it; should that one die, the sweep makes them after this long.
    /// </summary>
    internal static TimeSpan LookAfter { get; } = TimeSpan.FromSeconds(10);

    /// <param name="latest">The newest occurrence, or null.</param>
    /// <param name="raised">Within limits (<see cref="AlertNormalizer.Normalize"/>).</param>
    internal static Transitioned Decide(Alert? latest, AlertRaised raised, AlertThresholds thresholds, DateTimeOffset now)
    {
        var known = latest is null ? null : AheadOfNow.Taken(latest, now);
        return raised.Condition switch
        {
            AlertCondition.Firing => Firing(known, raised, thresholds, now),
            AlertCondition.Resolved => Ended(known, raised, now),
        };
    }

    private static Transitioned Firing(Alert? latest, AlertRaised raised, AlertThresholds thresholds, DateTimeOffset now)
    {
        if (latest is null)
        {
            return new(Transition.Opened, Open(raised, null, now));
        }

        if (raised.At <= LastSaid(latest, raised, now))
        {
            return new(Transition.Ignored, latest);
        }

        if (latest.Condition == AlertCondition.Resolved || Completion.Lapsed(latest, now))
        {
            return new(Transition.Opened, Open(raised, latest, now));
        }

        var counted =
            Described(latest, raised) with { LastTriggered = raised.At, HeardAt = now, Count = latest.Count + 1 };
        var isDue = RepeatInterval.IsDue(latest, raised.Level, thresholds, now);
        return new(Transition.Counted, isDue ? Notified(counted, now) : counted);
    }

    private static Transitioned Ended(Alert? latest, AlertRaised raised, DateTimeOffset now)
    {
        if (latest is null)
        {
            var ended =
                Open(raised, null, now) with
                {
                    ResolvedAt = raised.At, Status = SendingStatus.Completed, Count = 0,
                    CompletedBy = Ending.Recovery, CompletedAt = now, DueAt = null,
                };
            return new(Transition.Remembered, ended);
        }

        if (latest.Condition == AlertCondition.Resolved && raised.At > LastSaid(latest, raised, now))
        {
            // An occurrence that began between the two ends, and is heard of later, is over as well.
            return new(Transition.Counted, Described(latest, raised) with { ResolvedAt = raised.At });
        }

        // One pass decides that it begins or that it ends, never both: of the same instant, the end is the later one.
        return latest.Condition == AlertCondition.Resolved || raised.At < LastSaid(latest, raised, now)
            ? new(Transition.Ignored, latest)
            : new(Transition.Resolved, Notified(Described(latest, raised) with { ResolvedAt = raised.At }, now));
    }

    /// <summary>
    /// By the clock of who raised it. Where that is ahead of this service's clock and what is raised now is not, the clock of who raises
    /// was set right. Then the last message counts as sent when it was heard.
    /// </summary>
    private static DateTimeOffset LastSaid(Alert alert, AlertRaised raised, DateTimeOffset now)
    {
        var sent = new[] { alert.LastTriggered, alert.ResolvedAt ?? alert.LastTriggered }.Max();
        var heard = alert.ResolvedAt is null ? alert.HeardAt : alert.GenerationAt;
        return sent > now && raised.At <= now ? heard : sent;
    }

    private static Alert Notified(Alert alert, DateTimeOffset now) =>
        NewGeneration(alert, now) with { Asked = false };

    /// <summary>The channels are to be notified (again): whatever it was, it is Pending, and soon to be looked at.</summary>
    internal static Alert NewGeneration(Alert alert, DateTimeOffset now) => alert with
    {
        Generation = alert.Generation + 1,
        GenerationAt = now,
        Status = SendingStatus.Pending,
        CompletedBy = null,
        CompletedAt = null,
        DueAt = now + LookAfter,
    };

    private static Alert Open(AlertRaised raised, Alert? before, DateTimeOffset now)
    {
        var fingerprint = Alert.FingerprintOf(raised.Event, raised.Target);
        var occurrence = before?.Occurrence + 1 ?? 1;
        return Described(
            new Alert
            {
                Id = Alert.IdOf(fingerprint, occurrence),
                Fingerprint = fingerprint,
                Occurrence = occurrence,
                Series = before?.Series ?? Alert.SeriesOf(fingerprint, now),
                LastMessage = raised.Id,
                Event = raised.Event,
                Scope = raised.Scope,
                Target = raised.Target,
                Level = raised.Level,
                Condition = raised.Condition,
                RaisedAs = raised.Condition == AlertCondition.Firing ? raised.Summary : null,
                Status = SendingStatus.Pending,
                Summary = raised.Summary,
                Description = raised.Description,
                Region = raised.Region,
                ActiveAt = raised.At,
                LastTriggered = raised.At,
                HeardAt = now,
                Count = 1,
                Generation = 1,
                GenerationAt = now,
                DueAt = now + LookAfter,
                Search = "",
            },
            raised);
    }

    /// <summary>With all that the newest message says of it.</summary>
    private static Alert Described(Alert alert, AlertRaised raised) => alert with
    {
        LastMessage = raised.Id,
        Scope = raised.Scope,
        Level = raised.Level,
        Condition = raised.Condition,
        Summary = raised.Summary,
        Description = raised.Description,
        Region = raised.Region,
        Host = raised.Host ?? alert.Host,
        HostIp = raised.HostIp ?? alert.HostIp,
        Task = raised.Task ?? alert.Task,
        TaskName = raised.TaskName ?? alert.TaskName,
        Protection = raised.Protection ?? alert.Protection,
        TaskTags = raised.TaskTags ?? alert.TaskTags,
        Incident = raised.Incident ?? alert.Incident,
        Search = string.Join(' ', alert.Id, raised.Event, raised.Target, raised.HostIp, raised.TaskName,
            raised.Summary),
    };
}
