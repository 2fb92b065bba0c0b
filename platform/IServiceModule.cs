using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform;

/// <summary>One service, so that a process of its own or the single process can host it.</summary>
public interface IServiceModule
{
    /// <summary>As in the folder: <c>ha-scheduler</c>. Prefix of its queues and collections, name in logs and traces.</summary>
    string Name { get; }

    /// <summary>False: it is hosted beside the services, and nobody misses it.</summary>
    bool IsService => true;

    void AddServices(IServiceCollection services, Settings settings);

    /// <summary>Consumers with definitions that name their endpoints.</summary>
    void AddConsumers(IBusRegistrationConfigurator bus, Settings settings);

    void MapEndpoints(IEndpointRouteBuilder routes);

    /// <summary>
    /// Messages of its that outside subscribers may hear (docs/asyncapi.yaml). Their exchanges are there once it has started, so that
    /// whoever listens can bind before the first message.
    /// </summary>
    IReadOnlyList<Type> Publishes => [];

    /// <summary>Adds checks in front of the service's own endpoints; requests to others never pass them.</summary>
    void Guard(IApplicationBuilder app)
    {
    }
}
