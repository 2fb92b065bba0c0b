using Holdfast.Platform;
using Holdfast.Platform.State;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.StoreManager;

/// <summary>"Whose log is kept?"</summary>
public sealed class StoreManagerModule : IServiceModule
{
    public string Name => "store-manager";

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(SubtopicDocument.Collection);
        services.AddSingleton<Subtopics>().AddSingleton<HostsHeard>().AddSingleton<StoreLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreLoop>());
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<StoreRequestedConsumer, StoreRequestedDefinition>();
        bus.AddConsumer<HeartbeatReportedConsumer, HeartbeatReportedDefinition>();
        bus.AddConsumer<HostDownConsumer, HostDownDefinition>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => StoresEndpoint.Map(routes);
}
