using Holdfast.Platform.Http;
using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>Published to see whether the broker confirms; nobody consumes it.</summary>
public sealed record BusProbed(DateTimeOffset At);

/// <summary>
/// Does the bus answer? A connection that still stands proves nothing (a frozen broker, a cut network): the broker must
/// confirm a message now.
/// </summary>
internal sealed class BusProbe(IBusControl bus, BrokerTls tls, TimeProvider time) : IBusHealth
{
    private static readonly TimeSpan ConfirmMax = TimeSpan.FromSeconds(2);

    public async Task<string?> Fault(CancellationToken cancel)
    {
        var health = bus.CheckHealth();
        if (health.Status != BusHealthStatus.Healthy)
        {
            var ill = health.Endpoints.Where(e => e.Value.Status != BusHealthStatus.Healthy).Select(e => e.Key);
            return $"{health.Description}: {string.Join(", ", ill)}{(tls.Refusal is { } why ? $" ({why})" : "")}";
        }

        using var limit = new CancellationTokenSource(ConfirmMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            // A publish into a connection that does not drain may not look at its token.
            await bus.Publish(new BusProbed(time.GetUtcNow()), either.Token).WaitAsync(ConfirmMax, time, cancel);
            return null;
        }
        catch (Exception error) when (error is TimeoutException || error is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return $"the broker did not confirm a message within {ConfirmMax.TotalSeconds:0} s";
        }
    }
}
