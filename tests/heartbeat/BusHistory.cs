using System.Collections.Concurrent;
using MassTransit;

namespace Holdfast.Heartbeat.Tests;

/// <summary>All batches, and all alerts, that were published, in order.</summary>
internal sealed class BusHistory : IPublishObserver
{
    internal ConcurrentQueue<HeartbeatReported> Batches { get; } = new();

    internal ConcurrentQueue<AlertRaised> Alerts { get; } = new();

    public Task PostPublish<T>(PublishContext<T> context) where T : class
    {
        if (context.Message is HeartbeatReported batch)
        {
            Batches.Enqueue(batch);
        }

        if (context.Message is AlertRaised alert)
        {
            Alerts.Enqueue(alert);
        }

        return Task.CompletedTask;
    }

    public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

    public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
}
