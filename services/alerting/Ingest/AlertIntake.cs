using System.Diagnostics.Metrics;
using Holdfast.Alerting.Deliver;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Ingest;

/// <summary>
/// Takes messages that raise or resolve alerts. Those that come at the same time go together: one question for what is known of
/// them, one commit for the alerts, one for their deliveries.
/// </summary>
internal sealed partial class AlertIntake
{
    private static readonly Counter<long> AcceptedCount = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.alerting.accepted", "{alert}", "Messages that raise or resolve alerts, durably accepted, by what came of them");

    private readonly AlertWriter _writer;
    private readonly DeliveryPlanner _planner;
    private readonly PipelineContexts _contexts;
    private readonly AcceptLatency _waits;
    private readonly TimeProvider _time;
    private readonly ILogger<AlertIntake> _logger;
    private readonly RequestCoalescer<IReadOnlyList<IncomingAlert>, Task<IReadOnlyList<Transitioned>>> _accepting;

    private SecondHalf _planned = new(Task.CompletedTask, new HashSet<string>(StringComparer.Ordinal));

    public AlertIntake(
        AlertWriter writer, DeliveryPlanner planner, PipelineContexts contexts, AcceptLatency waits, TimeProvider time,
        ILogger<AlertIntake> logger)
    {
        (_writer, _planner, _contexts, _waits, _time, _logger) = (writer, planner, contexts, waits, time, logger);
        _accepting = new(AcceptTogether, IngestWaves.StepMax, many => many.Count);
    }

    /// <summary>Durable when it returns: the alert, then one delivery for each channel that must hear of it.</summary>
    internal async Task<Transitioned> Accept(AlertRaised message, string? traceParent, CancellationToken cancel)
    {
        var received = (await Accept([message], traceParent, cancel))[0];
        if (received.Transition is Transition.Opened or Transition.Resolved)
        {
            LogChanged(received.Alert.Id, received.Alert.Event, received.Alert.Target, received.Transition);
        }

        return received;
    }

    /// <summary>Many at once, in the order given where they are about the same condition.</summary>
    internal async Task<IReadOnlyList<Transitioned>> AcceptMany(
        IReadOnlyList<AlertRaised> messages, string? traceParent, CancellationToken cancel)
    {
        var received = await Accept(messages, traceParent, cancel);
        LogMany(received.Count, received.Count(r => r.Transition == Transition.Opened));
        return received;
    }

    private Task<IReadOnlyList<Transitioned>> Accept(
        IReadOnlyList<AlertRaised> messages, string? traceParent, CancellationToken cancel)
    {
        var now = AlertNormalizer.Micros(_time.GetUtcNow());
        var incoming = messages.Select(message => new IncomingAlert(AlertNormalizer.Normalize(message, now), traceParent)).ToList();
        return _waits.Of(async () => await await _accepting.Ask(incoming, cancel));
    }

    /// <summary>
    /// In two halves: the alerts, then their deliveries, while the alerts of the next step are written already, in the same
    /// commit. Never both halves of one condition: who decides about it next must see what was decided before.
    /// </summary>
    /// <returns>Of each its answer, which comes when the second half has ended.</returns>
    private async Task<IReadOnlyList<Task<IReadOnlyList<Transitioned>>>> AcceptTogether(IReadOnlyList<IReadOnlyList<IncomingAlert>> asked)
    {
        var incoming = asked.SelectMany(many => many).ToList();
        var fingerprints = incoming.SelectMany(i => i.Fingerprints).ToHashSet(StringComparer.Ordinal);
        if (fingerprints.Overlaps(_planned.Fingerprints))
        {
            await _planned.Ended();
        }

        var context = await _contexts.Read(CancellationToken.None);
        var written = new WrittenAlert[incoming.Count];
        IReadOnlyList<int> last = [];
        foreach (var wave in IngestWaves.Of(incoming))
        {
            await Plan(last.Select(at => written[at]), context);
            foreach (var (at, one) in wave.Zip(await _writer.Write([.. wave.Select(at => incoming[at])], context)))
            {
                written[at] = one;
            }

            last = wave;
        }

        await _planned.Ended();
        _planned = new(Plan(last.Select(at => written[at]), context), fingerprints);
        var taken = 0;
        return [.. asked.Select(many => Answer(_planned.Work, written[taken..(taken += many.Count)], context))];
    }

    /// <param name="Fingerprints">Of alerts and of their parents.</param>
    private sealed record SecondHalf(Task Work, IReadOnlySet<string> Fingerprints)
    {
        /// <summary>Waits for its end and passes over its errors: whoever asked for it hears of those.</summary>
        internal async Task Ended() => await Work.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    private async Task<IReadOnlyList<Transitioned>> Answer(Task planned, IReadOnlyList<WrittenAlert> written, PipelineContext context)
    {
        try
        {
            await planned;
        }
        catch (Exception error) when (error is not StateUnavailableException)
        {
            // One of all who came together is at fault: it fails alone.
            await Plan(written, context);
        }

        foreach (var one in written)
        {
            AcceptedCount.Add(1, new KeyValuePair<string, object?>("outcome", one.Transitioned.Transition.ToString()));
        }

        return [.. written.Select(w => w.Transitioned)];
    }

    private Task Plan(IEnumerable<WrittenAlert> written, PipelineContext context) =>
        _planner.PlanMany([.. written.Select(w => w.Unplanned)], context, CancellationToken.None);

    [LoggerMessage(Level = LogLevel.Information, Message = "Alert {Alert} ({Event} on {Target}): {Transition}")]
    private partial void LogChanged(string alert, string @event, string target, Transition transition);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} alerts accepted at once, {Opened} of them new")]
    private partial void LogMany(int count, int opened);
}
