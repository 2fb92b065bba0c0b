using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace Holdfast.Platform.Bus;

/// <summary>Notes which published messages the broker returned, and which it has routed since.</summary>
internal sealed class RouteObserver(Routes routes) : IPublishObserver
{
    /// <summary>AMQP 0-9-1, 1.2: the client attempted to work with a server entity that does not exist.</summary>
    private const ushort NotFound = 404;

    public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context) where T : class
    {
        // One that may go nowhere proves nothing.
        if (context.Mandatory)
        {
            routes.Arrived(typeof(T).Name);
        }

        return Task.CompletedTask;
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class
    {
        if (exception is MessageReturnedException || IsWithoutExchange(exception, typeof(T).Name))
        {
            routes.CameBack(typeof(T).Name);
        }

        return Task.CompletedTask;
    }

    /// <summary>The broker ends a channel by such a message; what others publish on the same channel fails with its words.</summary>
    private static bool IsWithoutExchange(Exception exception, string message) =>
        exception is OperationInterruptedException { ShutdownReason: { ReplyCode: NotFound, ReplyText: { } said } }
        && said.Contains($":{message}'", StringComparison.Ordinal);
}
