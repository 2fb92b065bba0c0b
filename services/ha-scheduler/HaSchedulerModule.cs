using Holdfast.Platform;
using Holdfast.Platform.State;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler;

/// <summary>"What runs where now?"</summary>
public sealed class HaSchedulerModule : IServiceModule
{
    public string Name => "ha-scheduler";

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(HostVerdict.Collection);
        services.AddDocuments(TaskDocument.Collection);
        services.AddDocuments(Registration.Collection);
        services.AddDocuments(StorePlace.Collection);
        services.AddDocuments(Ticket.Collection);
        services.AddDocuments(SubTask.Collection);
        services.AddDocuments(BrakeDocument.Collection);
        services.AddDocuments(MaintenanceDocument.Collection);
        services.AddDocuments(HaConfigDocument.Collection);
        services.AddDocuments(DecisionRecord.Collection);
        services.AddSingleton<Cluster>().AddSingleton<LivenessFeed>().AddSingleton<Publisher>().AddSingleton<Applier>()
            .AddSingleton<Announcer>().AddSingleton<Registrar>().AddSingleton<Pace>().AddSingleton<TicketBook>().AddSingleton<ThresholdsHeard>().AddSingleton<StandingHeadroom>()
            .AddSingleton<BrakeBoard>().AddSingleton<Why>().AddSingleton<HaConfigStore>()
            .AddSingleton<PassRecorder>().AddSingleton<InspectionLoop>().AddSingleton<TaskOperations>();
        services.AddHostedService(provider => provider.GetRequiredService<PassRecorder>());
        services.AddHostedService(provider => provider.GetRequiredService<InspectionLoop>());
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<HeartbeatReportedConsumer, HeartbeatReportedDefinition>();
        bus.AddConsumer<StorePlacedConsumer, StorePlacedDefinition>();
        bus.AddConsumer<ThresholdsChangedConsumer, ThresholdsChangedDefinition>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        HostsEndpoint.Map(routes);
        TasksEndpoint.Map(routes);
        ComponentsEndpoint.Map(routes);
        HaEndpoint.Map(routes);
        ForesightEndpoint.Map(routes);
    }
}
