using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.Replay;
using Holdfast.HaScheduler.State;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Forecast;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Holdfast.HaScheduler;

/// <summary>"What runs where now?"</summary>
public sealed class HaSchedulerModule : IServiceModule
{
    public string Name => "ha-scheduler";

    public IReadOnlyList<Type> Publishes => [typeof(HostDown), typeof(HostRecovered), typeof(StoreRequested)];

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(SchedulerCollections.Hosts);
        services.AddDocuments(SchedulerCollections.Tasks);
        services.AddDocuments(SchedulerCollections.Components);
        services.AddDocuments(SchedulerCollections.Stores);
        services.AddDocuments(SchedulerCollections.Tickets);
        services.AddDocuments(SchedulerCollections.SubTasks);
        services.AddDocuments(SchedulerCollections.Brakes);
        services.AddDocuments(SchedulerCollections.Maintenances);
        services.AddDocuments(SchedulerCollections.Config);
        services.AddDocuments(SchedulerCollections.ConfigChanges);
        services.AddDocuments(SchedulerCollections.Decisions);
        services.AddDocuments(SchedulerCollections.Leaders);
        services.AddDocuments(SchedulerCollections.Findings);
        services.AddDocuments(SchedulerCollections.MaintenancesSeen);
        services.AddDocuments(SchedulerCollections.PastPlacements);
        services.AddDocuments(SchedulerCollections.ForgottenHosts);
        services.AddDocuments(HeardCollectors.Collection);
        services.AddRegisteredPlacements().AddSingleton<PlacementPublisher>();
        services.TryAddSingleton(BootClock.System);
        services.AddSingleton<Leadership>().AddSingleton<Leaders.LeaderView>().AddSingleton<Takeover>().AddSingleton<VerdictTimes>()
            .AddSingleton<KnownRegions>().AddSingleton<LeaderLoop>()
            .AddSingleton<CacheInvalidation>().AddSingleton<CacheInvalidationLoop>().AddSingleton<IHealthPart, LeadershipHealth>()
            .AddSingleton<IHealthPart, FeedHealth>();
        services.AddSingleton<ObjectNames>().AddSingleton<KnownDecisions>().AddSingleton<HeardAnswers>().AddSingleton<WhyAnswers>();
        services.AddSingleton<FindingBoard>().AddSingleton<RipeFindings>()
            .AddSingleton<MaintenanceWatch>().AddSingleton<TaskMonitor>()
            .AddSingleton<Maintenances>();
        services.AddSingleton<HostCaches>().AddSingleton<WorkCaches>().AddSingleton<TicketCaches>().AddSingleton<Cluster>();
        services.AddSingleton<ComponentIndex>().AddSingleton<LivenessFeed>().AddSingleton<Publisher>()
            .AddSingleton<DecisionExecutor>().AddSingleton<HostExecutor>().AddSingleton<MoveNotifier>().AddSingleton<StatePublisher>()
            .AddSingleton<Registrar>().AddSingleton<MoveRateLimiter>().AddSingleton<StoreRequests>()
            .AddSingleton<TicketReconciler>().AddSingleton<IncidentReconciler>()
            .AddSingleton<ThresholdsHeard>().AddSingleton<StandingHeadroom>().AddSingleton<BrakeBoard>()
            .AddSingleton<SchedulerDecisionLog>().AddSingleton<HaConfigStore>()
            .AddSingleton<SightBoard>().AddSingleton<TicketSteps>().AddSingleton<StandingTickets>().AddSingleton<ManualWorkReconciler>()
            .AddSingleton<HoldOffBoard>().AddSingleton<AvoidedHosts>()
            .AddSingleton<SuspectBoard>().AddSingleton<SuspectPublisher>().AddSingleton<StoreDecisions>()
            .AddSingleton<StoreStates>().AddSingleton<RoomPublisher>()
            .AddSingleton<FeedSnapshots>().AddSingleton<SnapshotBuilder>().AddSingleton<PassPipeline>(PassSteps.Of)
            .AddSingleton<PassRecorder>().AddSingleton<ReplayEndpoint>()
            .AddSingleton<PassTrigger>().AddSingleton<LatestPass>()
            .AddSingleton<PassStart>().AddSingleton<ReconcilePass>().AddSingleton<InspectionLoop>()
            .AddSingleton<TaskSights>().AddSingleton<FailedTasks>().AddSingleton<TaskEditing>().AddSingleton<HostRemoval>()
            .AddSingleton<TaskOperations>().AddSingleton<ComponentOperations>().AddSingleton<TicketOperations>();
        services.AddSingleton<HeardCollectorsWriter>()
            .AddSingleton<ReadableFor>(provider => () => provider.GetRequiredService<HeardCollectorsWriter>().For);
        services.AddSingleton<IMeasures, SchedulerMeasures>();
        services.AddHostedService(provider => provider.GetRequiredService<PassRecorder>());
        // Stopped in the opposite order: no pass is under way any more when the leases are given back.
        services.AddHostedService(provider => provider.GetRequiredService<LeaderLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<CacheInvalidationLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<HeardCollectorsWriter>());
        services.AddHostedService(provider => provider.GetRequiredService<InspectionLoop>());
        services.AddHostedService<BatchesHeardPublisher>();
        services.AddSingleton<ConfigPublisher>().AddHostedService(provider => provider.GetRequiredService<ConfigPublisher>());
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<HeartbeatReportedConsumer, HeartbeatReportedDefinition>();
        bus.AddConsumer<SchedulerStateChangedConsumer, SchedulerStateChangedDefinition>();
        bus.AddConsumer<StorePlacedConsumer, StorePlacedDefinition>();
        bus.AddConsumer<SubtopicsDecidedConsumer, SubtopicsDecidedDefinition>();
        bus.AddConsumer<ThresholdsChangedConsumer, ThresholdsChangedDefinition>();
        bus.AddConsumer<HaConfigChangedConsumer, HaConfigChangedDefinition>();
        bus.AddConsumer<HaConfigAskedConsumer, HaConfigAskedDefinition>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        HostsEndpoint.Map(routes);
        TasksEndpoint.Map(routes);
        ComponentsEndpoint.Map(routes);
        ConfigEndpoint.Map(routes);
        OperationsEndpoint.Map(routes);
        TicketsEndpoint.Map(routes);
        HaEndpoint.Map(routes);
        SuspectsEndpoint.Map(routes);
        OverviewEndpoint.Map(routes);
        LeadersEndpoint.Map(routes);
        WhyEndpoint.Map(routes);
        MaintenanceEndpoint.Map(routes);
        WhatIfEndpoint.Map(routes);
        ReplayEndpoint.Map(routes);
    }
}
