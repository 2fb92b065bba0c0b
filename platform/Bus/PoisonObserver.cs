using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>Takes an alert without the bus: what alerting itself cannot consume would never come back to it over the bus.</summary>
public interface IOwnAlerts
{
    /// <summary>Done when the alert is durable.</summary>
    Task Raise(AlertRaised alert, CancellationToken cancel);
}

/// <summary>
/// A message that no retry could help lies in its endpoint's error queue. One of a type that the endpoint does not know lies in its
/// skipped queue. People are told of such messages, and a figure counts them. Alerting is told of its own directly.
/// </summary>
internal sealed partial class PoisonObserver(IServiceProvider services, TimeProvider time, ILogger<PoisonObserver> logger)
    : IReceiveObserver
{
    /// <summary>
    /// Time between two alerts about one queue. The console hears alerts too, and one that it could not consume would cause the next.
    /// </summary>
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PublishMax = TimeSpan.FromSeconds(5);

    private static readonly Counter<long> Unconsumed = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.bus.messages.unconsumed", "{message}", "Messages that lie in an error queue or a skipped queue, by that queue");

    private readonly ConcurrentDictionary<string, long> _told = new(StringComparer.Ordinal);

    /// <summary>It could not even be read.</summary>
    public Task ReceiveFault(ReceiveContext context, Exception exception) => Poison(context, exception);

    /// <summary>
    /// The consumer failed, after all its attempts. The bus tells of that here only, not as a fault of receiving. A store that is away is
    /// no poison: what must not be lost goes back in line, and all else is said again.
    /// </summary>
    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        exception.GetBaseException() is StateUnavailableException or OperationCanceledException || IsEnding
            ? Task.CompletedTask : Poison(context.ReceiveContext, exception);

    private Task Poison(ReceiveContext context, Exception exception)
    {
        var endpoint = Endpoint(context);
        LogPoison(exception, endpoint);
        return Tell($"{endpoint}_error", endpoint, $"Why: {exception.InPlainWords().TrimEnd('.')}. "
            + "Read it there, mend the cause, then move it back to the queue or delete it.");
    }

    public Task PostReceive(ReceiveContext context)
    {
        // A process that ends passes over what it does not consume any more: whoever means it says it again.
        if (context.IsDelivered || context.IsFaulted || IsEnding)
        {
            return Task.CompletedTask;
        }

        var endpoint = Endpoint(context);
        LogSkipped(endpoint);
        return Tell($"{endpoint}_skipped", $"{endpoint}_skipped", "Its type is not one that the endpoint knows: another version, or "
            + "somebody else, sent it, or a binding of an earlier version is left. Read it there, remove the cause, then delete it.");
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    private bool IsEnding => services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    private static string Endpoint(ReceiveContext context) => context.InputAddress.AbsolutePath.Trim('/').Split('/')[^1];

    private async Task Tell(string queue, string target, string why)
    {
        Unconsumed.Add(1, new TagList { { "queue", queue } });
        if (_told.TryGetValue(queue, out var at) && time.GetElapsedTime(at) < Again)
        {
            return;
        }

        _told[queue] = time.GetTimestamp();
        var alert = new AlertRaised
        {
            Id = $"{AlertEvents.PoisonMessage}:{target}:{time.GetUtcNow():yyyyMMddHH}",
            Event = AlertEvents.PoisonMessage,
            Scope = AlertScope.System,
            Target = target,
            Level = (int)AlertLevel.Critical,
            Condition = AlertCondition.Firing,
            Summary = $"A message for {queue[..queue.LastIndexOf('_')]} could not be consumed",
            Description = $"It lies in the queue {queue}. {why}",
            Region = "",
            At = time.GetUtcNow(),
        };
        if (queue.StartsWith("alerting", StringComparison.Ordinal) && services.GetService<IOwnAlerts>() is { } own)
        {
            using var limit = new CancellationTokenSource(PublishMax, time);
            await own.Raise(alert, limit.Token);
            return;
        }

        await services.GetRequiredService<MessagePublisher>().PublishToBeHeard(alert, PublishMax, CancellationToken.None);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Endpoint} could not be consumed and lies in its error queue")]
    private partial void LogPoison(Exception error, string endpoint);

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of a type that {Endpoint} does not know lies in its skipped queue")]
    private partial void LogSkipped(string endpoint);
}
