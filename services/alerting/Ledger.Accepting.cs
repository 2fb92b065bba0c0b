using System.Diagnostics.Metrics;
using Holdfast.Contracts;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// How messages become alerts. Those that come at the same time go together: one question for what is known of them, one
/// commit for the alerts, one for their deliveries.
/// </summary>
internal sealed partial class Ledger
{
    private static readonly Counter<long> AcceptedCount = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.alerting.accepted", "{alert}", "Messages that raise or resolve alerts, durably accepted, by what came of them");

    /// <param name="Raised">The message within limits.</param>
    /// <param name="TraceParent">W3C trace context of the message.</param>
    internal sealed record Heard(AlertRaised Raised, string? TraceParent)
    {
        /// <summary>Fingerprint of the alert.</summary>
        internal string Condition { get; } = Alert.FingerprintOf(Raised.Event, Raised.Target);

        /// <summary>Fingerprint of the alert that it may follow from, or null.</summary>
        internal string? Parent { get; } = Family.ParentOf(Raised);

        internal IEnumerable<string> Conditions => Parent is null ? [Condition] : [Condition, Parent];
    }

    /// <param name="Raised">The message.</param>
    /// <param name="Received">What to write.</param>
    /// <param name="Latest">What was known; null: nothing.</param>
    /// <param name="Joins">The parent that it has joined just now, or null.</param>
    private sealed record Decided(AlertRaised Raised, Received Received, Versioned<Alert>? Latest, string? Joins)
    {
        internal Change<Alert> Change => Received.Reception is Reception.Opened or Reception.Remembered
            ? new(Received.Alert, null)
            : new(SendingLife.Next(Latest!.Value.Document, Received.Alert), Latest.Value.Version);

        internal Unsettled Written => new(
            new(Received.Alert, Latest is not { } latest || Received.Reception == Reception.Opened ? 1
                : Received.Reception == Reception.Ignored ? latest.Version : latest.Version + 1),
            // A repeated message comes here too: it completes what a crash between the two writes left out.
            Received.Reception is Reception.Opened or Reception.Remembered ? [] : null);
    }

    /// <summary>The longest wait of those who were accepted of late.</summary>
    internal TimeSpan AcceptingTook => _waits.Longest;

    /// <summary>Durable when it returns: the alert, then one delivery for each channel that must hear of it.</summary>
    internal async Task<Received> Accept(AlertRaised message, string? traceParent, CancellationToken cancel)
    {
        var received = (await Accept([message], traceParent, cancel))[0];
        if (received.Reception is Reception.Opened or Reception.Resolved)
        {
            LogChanged(received.Alert.Id, received.Alert.Event, received.Alert.Target, received.Reception);
        }

        return received;
    }

    /// <summary>Many at once, in the order given where they are about the same condition.</summary>
    internal async Task<IReadOnlyList<Received>> AcceptMany(
        IReadOnlyList<AlertRaised> messages, string? traceParent, CancellationToken cancel)
    {
        var received = await Accept(messages, traceParent, cancel);
        LogMany(received.Count, received.Count(r => r.Reception == Reception.Opened));
        return received;
    }

    private Task<IReadOnlyList<Received>> Accept(
        IReadOnlyList<AlertRaised> messages, string? traceParent, CancellationToken cancel)
    {
        var now = Saying.Micros(_time.GetUtcNow());
        var heard = messages.Select(message => new Heard(Saying.Within(message, now), traceParent)).ToList();
        return _waits.Of(async () => await await _accepting.Ask(heard, cancel));
    }

    /// <summary>
    /// In two halves: the alerts, then their deliveries, while the alerts of the next step are written already, in the same
    /// commit. Never both halves of one condition: who decides about it next must see what was decided before.
    /// </summary>
    /// <returns>Of each its answer, which comes when the second half has ended.</returns>
    private async Task<IReadOnlyList<Task<IReadOnlyList<Received>>>> AcceptTogether(IReadOnlyList<IReadOnlyList<Heard>> asked)
    {
        var heard = asked.SelectMany(many => many).ToList();
        var conditions = heard.SelectMany(h => h.Conditions).ToHashSet(StringComparer.Ordinal);
        if (conditions.Overlaps(_settled.Conditions))
        {
            await _settled.Ended();
        }

        var around = await Around(CancellationToken.None);
        var written = new Decided[heard.Count];
        IReadOnlyList<int> last = [];
        foreach (var wave in Waves(heard))
        {
            await SettleWritten(last.Select(at => written[at]), around);
            foreach (var (at, one) in wave.Zip(await WriteWave([.. wave.Select(at => heard[at])], around)))
            {
                written[at] = one;
            }

            last = wave;
        }

        await _settled.Ended();
        _settled = new(SettleWritten(last.Select(at => written[at]), around), conditions);
        var taken = 0;
        return [.. asked.Select(many => Answer(_settled.Work, written[taken..(taken += many.Count)], around))];
    }

    /// <param name="Conditions">Fingerprints of alerts and of their parents.</param>
    private sealed record SecondHalf(Task Work, IReadOnlySet<string> Conditions)
    {
        /// <summary>Whoever asked for it hears of its errors.</summary>
        internal async Task Ended() => await Work.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task<IReadOnlyList<Received>> Answer(Task settled, IReadOnlyList<Decided> written, Surroundings around)
    {
        try
        {
            await settled;
        }
        catch (Exception error) when (error is not StateUnavailableException)
        {
            // One of all who came together is at fault: it fails alone.
            await SettleWritten(written, around);
        }

        foreach (var one in written)
        {
            AcceptedCount.Add(1, new KeyValuePair<string, object?>("outcome", one.Received.Reception.ToString()));
        }

        return [.. written.Select(d => d.Received)];
    }

    private Task SettleWritten(IEnumerable<Decided> written, Surroundings around) =>
        SettleMany([.. written.Select(d => d.Written)], around, CancellationToken.None);

    /// <summary>
    /// Places in the list that can be written in one step, step after step: of one condition one after the other, and what
    /// follows from a Down host after that host.
    /// </summary>
    internal static IEnumerable<IReadOnlyList<int>> Waves(IReadOnlyList<Heard> heard)
    {
        var left = Enumerable.Range(0, heard.Count).ToList();
        while (left.Count > 0)
        {
            var (wave, later, taken) = (new List<int>(), new List<int>(), new HashSet<string>(StringComparer.Ordinal));
            foreach (var at in left)
            {
                var isFree = taken.Add(heard[at].Condition);
                var follows = heard[at].Parent is { } parent && taken.Contains(parent);
                (isFree && !follows && wave.Count < StepMax ? wave : later).Add(at);
            }

            yield return wave;
            left = later;
        }
    }

    private async Task<IReadOnlyList<Decided>> WriteWave(IReadOnlyList<Heard> wave, Surroundings around)
    {
        var ended = new Decided[wave.Count];
        var left = wave.Select((heard, at) => (Heard: heard, At: at)).ToList();
        for (var races = 0; left.Count > 0; races++)
        {
            if (races == RacesMax)
            {
                throw new StateUnavailableException(
                    $"The alert on {left[0].Heard.Raised.Target} was changed by others {RacesMax} times in a row");
            }

            var decided = await Decide([.. left.Select(l => l.Heard)], around);
            var written = await Write(decided);
            var again = new List<(Heard Heard, int At)>();
            foreach (var (number, (one, (heard, at))) in decided.Zip(left).Index())
            {
                ended[at] = one;
                if (!written[number])
                {
                    again.Add((heard, at));
                }
                else if (await Crossed(one) is { } crossed)
                {
                    again.Add((new(crossed, heard.TraceParent), at));
                }
            }

            left = again;
        }

        foreach (var parent in ended.Select(d => d.Joins).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await NoteChild(parent, CancellationToken.None);
        }

        return ended;
    }

    /// <summary>
    /// The next occurrence and a later end of the one before it are two documents: each looks for the other after its own write,
    /// so that the later of the two sees both. What is to be said of the next occurrence; null: nothing.
    /// </summary>
    private async Task<AlertRaised?> Crossed(Decided written)
    {
        var (raised, (reception, alert)) = (written.Raised, written.Received);
        if (raised.Condition == AlertCondition.Resolved)
        {
            var isNewer = reception == Reception.Counted && (await Latest([alert.Fingerprint]))[alert.Fingerprint]?.Document.Id != alert.Id;
            return isNewer ? raised : null;
        }

        var isNext = reception is Reception.Opened or Reception.Ignored && alert is { Occurrence: > 1, Condition: AlertCondition.Firing };
        var before = isNext
            ? await _alerts.Find(Alert.IdOf(alert.Fingerprint, alert.Occurrence - 1), CancellationToken.None)
            : null;
        return before is { Document: { ResolvedAt: { } end } over } && end >= alert.LastTriggered
            ? raised with { Condition = AlertCondition.Resolved, At = end, Summary = over.Summary, Description = over.Description }
            : null;
    }

    private async Task<IReadOnlyList<Decided>> Decide(IReadOnlyList<Heard> heard, Surroundings around)
    {
        var latest = await Latest([.. heard.SelectMany(h => h.Conditions).Distinct(StringComparer.Ordinal)]);
        // After the read, which may take long: what was written meanwhile is not ahead of now.
        var now = Saying.Micros(_time.GetUtcNow());
        return [.. heard.Select(one => Decide(
            one, latest[one.Condition],
            one.Parent is { } host && latest[host] is { } parent && !Family.IsUp(parent.Document, now) ? parent.Document : null,
            around, now))];
    }

    private static Decided Decide(
        Heard heard, Versioned<Alert>? latest, Alert? parent, Surroundings around, DateTimeOffset now)
    {
        var (reception, alert) = Receive.Decide(latest?.Document, heard.Raised, around.Thresholds, now);
        var isNews = alert.Round != latest?.Document.Round || reception == Reception.Opened;
        alert = alert with
        {
            TraceParent = isNews ? heard.TraceParent : alert.TraceParent,
            Parent = parent?.Id ?? alert.Parent,
            Incident = alert.Incident ?? parent?.Incident,
        };
        if (reception == Reception.Opened && alert.Parent is null
            && Decide(new Versioned<Alert>(alert, 1), [], around, null, now) is { Missing.Count: 0, Settled: var settled })
        {
            // Nobody is to be told: there is nothing that a crash could leave out, and nothing to look at soon.
            alert = settled;
        }

        var joins = reception != Reception.Ignored && latest?.Document.Parent != parent?.Id && Family.IsNamedSoon(heard.Raised)
            ? parent?.Id : null;
        return new(heard.Raised, new(reception, alert), latest, joins);
    }

    /// <summary>Of each whether it is as decided: false when somebody else was there first.</summary>
    private async Task<IReadOnlyList<bool>> Write(IReadOnlyList<Decided> decided)
    {
        var changes = decided.Where(d => d.Received.Reception != Reception.Ignored).ToList();
        var written = new Queue<bool>(await _alerts.ChangeMany([.. changes.Select(d => d.Change)], CancellationToken.None));
        return [.. decided.Select(d => d.Received.Reception == Reception.Ignored || written.Dequeue())];
    }

    /// <summary>The newest occurrence of each, or null.</summary>
    private async Task<Dictionary<string, Versioned<Alert>?>> Latest(IReadOnlyList<string> fingerprints)
    {
        var first = await _alerts.FindMany([.. fingerprints.Select(fingerprint => Alert.IdOf(fingerprint, 1))], CancellationToken.None);
        var later = await _alerts.QueryMany(
            [.. fingerprints.Select(fingerprint => DocumentQuery<Alert>.All.Where(a => a.RecurrenceOf, Match.Equal, fingerprint)
                .OrderBy(a => a.Occurrence, descending: true).Take(1))],
            CancellationToken.None);
        return fingerprints.Zip(later, first).ToDictionary(
            p => p.First, p => p.Second.Items is [var newest, ..] ? newest : p.Third, StringComparer.Ordinal);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Alert {Alert} ({Event} on {Target}): {Reception}")]
    private partial void LogChanged(string alert, string @event, string target, Reception reception);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} alerts accepted at once, {Opened} of them new")]
    private partial void LogMany(int count, int opened);
}
