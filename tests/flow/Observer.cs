using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Flow.Tests;

/// <summary>Somebody else on the bus: keeps all that is said there, in order.</summary>
internal sealed class Observer : IServiceModule
{
    private readonly ConcurrentQueue<object> _heard = new();

    public string Name => "observer";

    internal IReadOnlyList<T> Heard<T>() => [.. _heard.OfType<T>()];

    public void AddServices(IServiceCollection services, Settings settings) => services.AddSingleton(this);

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<Ear<HeartbeatReported>>().Endpoint(e => e.Name = "observer.heartbeats");
        bus.AddConsumer<Ear<HostDown>>().Endpoint(e => e.Name = "observer.host-down");
        bus.AddConsumer<Ear<ComponentPlaced>>().Endpoint(e => e.Name = "observer.component-placed");
        bus.AddConsumer<Ear<AlertRaised>>().Endpoint(e => e.Name = "observer.alert-raised");
        bus.AddConsumer<Ear<AlertSent>>().Endpoint(e => e.Name = "observer.alert-sent");
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }

    private sealed class Ear<T>(Observer observer) : IConsumer<T> where T : class
    {
        public Task Consume(ConsumeContext<T> context)
        {
            observer._heard.Enqueue(context.Message);
            return Task.CompletedTask;
        }
    }
}
