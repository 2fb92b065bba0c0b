using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.State;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Deliver;

/// <summary>Makes one attempt at a claimed delivery: hands it to the channel, records how it went, publishes it.</summary>
internal sealed partial class DeliveryAttempt(
    AlertStore alerts, DeliveryPlanner planner, DeliveryStore deliveries, ChannelHealthStore health,
    MessagePublisher publisher, TimeProvider time, ILogger<DeliveryAttempt> logger)
{
    private static readonly TimeSpan PublishLimit = TimeSpan.FromSeconds(5);

    private static readonly Counter<long> Attempts = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.alerting.attempts", "{attempt}", "Attempts to hand an alert to a channel, by the channel's kind and what came of it");

    private static readonly Histogram<double> AttemptSeconds = HoldfastTelemetry.Seconds(
        "holdfast.alerting.attempt.duration", "Time that receivers take for an alert, by the channel's kind");

    /// <returns>What to publish once the slot is free again; null when the channel does not know.</returns>
    internal async Task<AlertSent?> Run(ChannelSlots slots, Versioned<Delivery> claim, Versioned<Alert> known, CancellationToken stop)
    {
        var (claimed, alert) = (claim.Document, known.Document);
        using var activity =
            HoldfastTelemetry.Activities.StartActivity("deliver alert", ActivityKind.Client, claimed.TraceParent);
        activity?.SetTag("holdfast.alert", alert.Id).SetTag("holdfast.channel", claimed.Channel);
        var at = AlertNormalizer.Micros(time.GetUtcNow());
        var started = time.GetTimestamp();
        var children = await alerts.ChildrenOf(alert, at, stop);
        var notification = new Notification(claimed.Id, alert, claimed.Condition, alert.GenerationAt) { Children = children };
        var answer = await Ask(slots.Channel, notification, stop);
        if (answer is null)
        {
            await deliveries.GiveBack(claimed, CancellationToken.None);
            return null;
        }

        var attempt = new Attempt
        {
            At = at,
            DurationMs = Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1),
            Ok = answer.Kind == AnswerKind.Delivered,
            Answer = answer.Status,
            Excerpt = answer.Excerpt,
        };
        var step = Retry.Decide(claimed, answer, AlertNormalizer.Micros(time.GetUtcNow()));
        var recorded =
            await deliveries.Record(claim, attempt with { Reason = step.Reason }, step, CancellationToken.None);
        await Note(slots, answer.IsAboutMessage ? null : step.Reason, attempt.Ok);
        Attempts.Add(
            1,
            new KeyValuePair<string, object?>("kind", slots.Definition.Kind),
            new KeyValuePair<string, object?>("status", step.Status.ToString()));
        AttemptSeconds.Record(attempt.DurationMs / 1000, new KeyValuePair<string, object?>("kind", slots.Definition.Kind));
        activity?.SetStatus(attempt.Ok ? ActivityStatusCode.Ok : ActivityStatusCode.Error, step.Reason);
        Log(claimed, recorded, step);
        return recorded is { IsDelivered: true } delivered ? Sent(delivered, alert, attempt.At) : null;
    }

    /// <summary>The alert's own status, after one of its deliveries.</summary>
    internal Task PlanAfter(Versioned<Alert> known) => planner.PlanAfter(known, CancellationToken.None);

    /// <summary>As long as all goes well there is nothing to write, but now and then that it does.</summary>
    /// <param name="reason">Null also for a message that the receiver refused: it answers, and takes others.</param>
    private async Task Note(ChannelSlots slots, string? reason, bool delivered)
    {
        if (reason is not null || !slots.IsSound)
        {
            slots.IsSound = false;
            await health.Note(slots.Definition.Name, reason, delivered, CancellationToken.None);
            slots.IsSound = reason is null;
        }
        else if (delivered && slots.IsToNoteDelivered(time))
        {
            await health.Note(slots.Definition.Name, null, delivered: true, CancellationToken.None);
        }
    }

    /// <summary>Null: stopped before there was an answer.</summary>
    private async Task<ChannelAnswer?> Ask(IChannel channel, Notification notification, CancellationToken stop)
    {
        try
        {
            return await channel.Deliver(notification, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
#pragma warning disable CA1031 // a defect in one channel must neither stop the others nor lose the alert
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogUnexpected(error, notification.Key);
            return ChannelAnswer.TryAgain($"AL-399 an unexpected failure; it is in the service's log");
        }
    }

    /// <summary>For who listens; the store is the truth, so a bus that is away loses nothing that matters.</summary>
    internal async Task Publish(AlertSent sent)
    {
        try
        {
            await publisher.Signal(sent, MessageId(sent.Delivery), PublishLimit, CancellationToken.None);
        }
#pragma warning disable CA1031 // see above
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogUnpublished(error, sent.Delivery);
        }
    }

    private static AlertSent Sent(Delivery delivered, Alert alert, DateTimeOffset at) => new()
    {
        Delivery = delivered.Id,
        Alert = alert.Id,
        Event = alert.Event,
        Target = alert.Target,
        Channel = delivered.Channel,
        Status = delivered.Status == SendingStatus.SentAgain ? "Sent again" : "Successful",
        Attempt = delivered.AttemptCount,
        At = at,
    };

    /// <summary>The same for the same delivery.</summary>
    internal static Guid MessageId(string delivery) => Guid.ParseExact(Alert.Digest(delivery, 32), "N");

    private void Log(Delivery claimed, Delivery? recorded, Retry.Step step)
    {
        if (recorded is { IsDelivered: true })
        {
            LogDelivered(claimed.Id, claimed.Channel, recorded.Status, recorded.AttemptCount);
        }
        else if (step.NextAttempt is null)
        {
            LogGivenUp(claimed.Id, claimed.Channel, step.Reason);
        }
        else if (claimed.AttemptCount == 0)
        {
            LogFailed(claimed.Id, claimed.Channel, step.Reason, step.NextAttempt);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug,
        Message = "Delivery {Delivery} to {Channel}: {Status}, attempt {Attempt}")]
    private partial void LogDelivered(string delivery, string channel, SendingStatus status, int attempt);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Delivery {Delivery} to {Channel} failed: {Reason}. Next attempt {Next:O}; further failures are not logged")]
    private partial void LogFailed(string delivery, string channel, string? reason, DateTimeOffset? next);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} to {Channel} is given up: {Reason}")]
    private partial void LogGivenUp(string delivery, string channel, string? reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Delivery {Delivery} met an error that nobody expected")]
    private partial void LogUnexpected(Exception error, string delivery);

    [LoggerMessage(Level = LogLevel.Debug, Message = "AlertSent of {Delivery} could not be published")]
    private partial void LogUnpublished(Exception error, string delivery);
}
