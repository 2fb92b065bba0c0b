using MassTransit;

namespace Holdfast.Platform.Bus;

/// <summary>Notes which published messages the broker returned, and which it has routed since.</summary>
internal sealed class RouteObserver(Routes routes) : IPublishObserver
{
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
        if (exception is MessageReturnedException)
        {
            routes.CameBack(typeof(T).Name);
        }

        return Task.CompletedTask;
    }
}
