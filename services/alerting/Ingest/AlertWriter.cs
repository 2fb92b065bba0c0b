using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.State;

namespace Holdfast.Alerting.Ingest;

/// <summary>An alert as a message has made or changed it, to be written.</summary>
/// <param name="Raised">The message.</param>
/// <param name="Ingested">The decision.</param>
/// <param name="Latest">The alert as it was known; null: it was not.</param>
internal sealed record WrittenAlert(AlertRaised Raised, Ingested Ingested, Versioned<Alert>? Latest)
{
    internal Transitioned Transitioned => Ingested.Transitioned;

    internal bool IsNew => Transitioned.Transition is Transition.Opened or Transition.Remembered;

    internal DeliveryPlanner.Unplanned Unplanned => new(
        new(Transitioned.Alert, Latest is not { } latest || Transitioned.Transition == Transition.Opened ? 1
            : Transitioned.Transition == Transition.Ignored ? latest.Version : latest.Version + 1),
        // A repeated message comes here too: it completes what a crash between the two writes left out.
        IsNew ? [] : null);
}

/// <summary>Writes what <see cref="AlertPipeline.Ingest"/> makes of messages, against whoever else writes.</summary>
internal sealed class AlertWriter(AlertStore alerts, TimeProvider time)
{
    /// <param name="wave">At most one message of each condition.</param>
    internal async Task<IReadOnlyList<WrittenAlert>> Write(IReadOnlyList<IncomingAlert> wave, PipelineContext context)
    {
        var ended = new WrittenAlert[wave.Count];
        var left = wave.Select((incoming, at) => (Incoming: incoming, At: at)).ToList();
        for (var races = 0; left.Count > 0; races++)
        {
            if (races == AlertStore.RacesMax)
            {
                throw new StateUnavailableException(
                    $"The alert on {left[0].Incoming.Raised.Target} was changed by others {races} times in a row");
            }

            var decided = await Decide([.. left.Select(l => l.Incoming)], context);
            var written = await Write(decided);
            var again = new List<(IncomingAlert Incoming, int At)>();
            foreach (var (number, (one, (incoming, at))) in decided.Zip(left).Index())
            {
                ended[at] = one;
                if (!written[number])
                {
                    again.Add((incoming, at));
                }
                else if (await Crossed(one) is { } crossed)
                {
                    again.Add((new(crossed, incoming.TraceParent), at));
                }
            }

            left = again;
        }

        foreach (var parent in ended.Select(d => d.Ingested.Joins).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            // It is named soon. Should others always come first, it is named when its parent is delivered again anyway.
            await alerts.Change(parent, Grouping.Noted, CancellationToken.None);
        }

        return ended;
    }

    /// <summary>
    /// The next occurrence and a later end of the one before it are two documents. The writer of each looks for the other after its own
    /// write, so that the later of the two sees both. The message about the next occurrence; null: there is none.
    /// </summary>
    private async Task<AlertRaised?> Crossed(WrittenAlert written)
    {
        var (raised, (transition, alert)) = (written.Raised, written.Transitioned);
        if (raised.Condition == AlertCondition.Resolved)
        {
            var isNewer = transition == Transition.Counted
                && (await alerts.Latest([alert.Fingerprint], CancellationToken.None))[alert.Fingerprint]?.Document.Id != alert.Id;
            return isNewer ? raised : null;
        }

        var isNext = transition is Transition.Opened or Transition.Ignored
            && alert is { Occurrence: > 1, Condition: AlertCondition.Firing };
        var before = isNext
            ? await alerts.Find(Alert.IdOf(alert.Fingerprint, alert.Occurrence - 1), CancellationToken.None)
            : null;
        return before is { Document: { ResolvedAt: { } end } over } && end >= alert.LastTriggered
            ? raised with { Condition = AlertCondition.Resolved, At = end, Summary = over.Summary, Description = over.Description }
            : null;
    }

    private async Task<IReadOnlyList<WrittenAlert>> Decide(IReadOnlyList<IncomingAlert> incoming, PipelineContext context)
    {
        var latest = await alerts.Latest(
            [.. incoming.SelectMany(i => i.Fingerprints).Distinct(StringComparer.Ordinal)], CancellationToken.None);
        // After the read, which may take long: what was written meanwhile is not ahead of now.
        var now = AlertNormalizer.Micros(time.GetUtcNow());
        return [.. incoming.Select(one => new WrittenAlert(
            one.Raised,
            AlertPipeline.Ingest(
                one, latest[one.Fingerprint]?.Document, one.Parent is { } parent ? latest[parent]?.Document : null, context, now),
            latest[one.Fingerprint]))];
    }

    /// <summary>Of each whether it is as decided: false when somebody else was there first.</summary>
    private async Task<IReadOnlyList<bool>> Write(IReadOnlyList<WrittenAlert> decided)
    {
        var changes = decided.Where(d => d.Transitioned.Transition != Transition.Ignored).ToList();
        var written = new Queue<bool>(await alerts.WriteMany(
            [.. changes.Select(d => (d.IsNew ? null : d.Latest, d.Transitioned.Alert))], CancellationToken.None));
        return [.. decided.Select(d => d.Transitioned.Transition == Transition.Ignored || written.Dequeue())];
    }
}
