using Holdfast.Platform.Telemetry;
using Holdfast.StoreManager.Api;
using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Operations;
using Holdfast.StoreManager.Pass;
using Holdfast.StoreManager.Publishing;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Tickets;
using Holdfast.StoreManager.Views;
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
        services.AddDocuments(StoreManagerCollections.Subtopics);
        services.AddDocuments(StoreManagerCollections.Positions);
        services.AddDocuments(StoreManagerCollections.Config);
        services.AddDocuments(StoreManagerCollections.Tickets);
        services.AddDocuments(StoreManagerCollections.Findings);
        services.AddDocuments(StoreManagerCollections.Decisions);
        services.AddDocuments(StoreManagerCollections.Replicas);
        services.AddDocuments(StoreManagerCollections.Secrets);
        services.AddRegisteredPlacements();
        services.AddSingleton<Subtopics>().AddSingleton<Positions>().AddSingleton<HaConfigHeard>().AddSingleton<HostsShunned>()
            .AddSingleton<HostsHeard>()
            .AddSingleton<SuspectsHeard>().AddSingleton<SubtopicViewBuilder>().AddSingleton<SubtopicViews>().AddSingleton<Partition>()
            .AddSingleton<StatePublisher>().AddSingleton<TicketStore>().AddSingleton<FindingBoard>()
            .AddSingleton<StoreDecisionLog>()
            .AddSingleton<DecisionsPublisher>().AddSingleton<WhyAnswers>()
            .AddSingleton<PassTrigger>().AddSingleton<IReadOnlyList<StateLoad>>(Loads).AddSingleton<StoreState>()
            .AddSingleton<StoreExecutor>().AddSingleton<PassNews>().AddSingleton<StorePass>()
            .AddSingleton<StoreLoop>().AddSingleton<ReplicaLoop>()
            .AddSingleton<ConfigAsking>()
            .AddSingleton<StoreOperations>().AddSingleton<StoreKeys>();
        services.AddSingleton<IMeasures, StoreManagerMeasures>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<ConfigAsking>());
    }

    /// <summary>The subtopics are the last: once they are there, so is all the rest.</summary>
    private static IReadOnlyList<StateLoad> Loads(IServiceProvider services) =>
    [
        services.GetRequiredService<StoreKeys>().Load,
        services.GetRequiredService<HaConfigHeard>().Load,
        services.GetRequiredService<Positions>().Load,
        services.GetRequiredService<TicketStore>().Load,
        services.GetRequiredService<FindingBoard>().Load,
        services.GetRequiredService<Subtopics>().Load,
    ];

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<StoreRequestedConsumer, StoreRequestedDefinition>();
        bus.AddConsumer<HeartbeatReportedConsumer, HeartbeatReportedDefinition>();
        bus.AddConsumer<HostDownConsumer, HostDownDefinition>();
        bus.AddConsumer<HostRecoveredConsumer, HostRecoveredDefinition>();
        bus.AddConsumer<HostForgottenConsumer, HostForgottenDefinition>();
        bus.AddConsumer<HaConfigChangedConsumer, HaConfigChangedDefinition>();
        bus.AddConsumer<StoreSuspectedConsumer, StoreSuspectedDefinition>();
        bus.AddConsumer<HostsAvoidedConsumer, HostsAvoidedDefinition>();
        bus.AddConsumer<SubtopicsChangedConsumer, SubtopicsChangedDefinition>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => StoresEndpoint.Map(routes);
}
