using Holdfast.Contracts;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>
/// A message that no retry could help lies in its endpoint's error queue; people are told. Alerting's own endpoint only
/// logs: an alert about an alert that cannot be consumed would go round.
/// </summary>
internal sealed partial class PoisonObserver(IServiceProvider services, TimeProvider time, ILogger<PoisonObserver> logger)
    : IReceiveObserver
{
    private static readonly TimeSpan PublishMax = TimeSpan.FromSeconds(5);

    public async Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        var endpoint = context.InputAddress.AbsolutePath.Trim('/').Split('/')[^1];
        LogPoison(exception, endpoint);
        if (endpoint.StartsWith("alerting", StringComparison.Ordinal))
        {
            return;
        }

        await services.GetRequiredService<IBus>().PublishWithin(
            new AlertRaised
            {
                Id = $"{AlertEvents.PoisonMessage}:{endpoint}:{time.GetUtcNow():yyyyMMddHH}",
                Event = AlertEvents.PoisonMessage,
                Scope = AlertScope.System,
                Target = endpoint,
                Level = (int)AlertLevel.Critical,
                Condition = AlertCondition.Firing,
                Summary = $"A message of {endpoint} could not be consumed",
                Description = $"It lies in the queue {endpoint}_error. Why: {exception.InPlainWords().TrimEnd('.')}. "
                    + "Read it there, mend the cause, then move it back to the queue or delete it.",
                Region = "",
                At = time.GetUtcNow(),
            },
            PublishMax, time, CancellationToken.None);
    }

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType) where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception) where T : class =>
        Task.CompletedTask;

    [LoggerMessage(Level = LogLevel.Error, Message = "A message of {Endpoint} could not be consumed and lies in its error queue")]
    private partial void LogPoison(Exception error, string endpoint);
}
