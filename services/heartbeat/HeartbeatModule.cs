using Holdfast.Heartbeat.Api;
using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Intake;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Logs;
using Holdfast.Heartbeat.Persistence;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Http;
using Holdfast.Platform.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat;

/// <summary>
/// "Who was heard?": hears supervisors, knows what their hosts should run, tells the scheduler in batches.
/// </summary>
public sealed class HeartbeatModule : IServiceModule
{
    public string Name => "heartbeat";

    public IReadOnlyList<Type> Publishes => [typeof(HeartbeatReported)];

    public void AddServices(IServiceCollection services, Settings settings) => services
        .AddDocuments(Collections.Hosts)
        .AddDocuments(Collections.Registrations)
        .AddDocuments(Collections.Sequence)
        .AddDocuments(Collections.Desired)
        .AddDocuments(Collections.Collectors)
        .AddDocuments(Collections.Terms)
        .AddDocuments(Collections.Logs)
        .AddDocuments(Collections.Tokens)
        .AddDocuments(Collections.Configs)
        .AddDocuments(HeardCollectors.Collection)
        .AddSingleton(provider => new CurrentTerms(LeaseTerms.Of(settings.Profile.Ha), settings.Profile.HeartbeatInterval,
            provider.GetRequiredService<ILogger<CurrentTerms>>()))
        .AddSingleton<LeaseTermsStore>()
        .AddSingleton<PublishBatch>(provider => (batch, cancel) =>
            provider.GetRequiredService<MessagePublisher>().PublishToBeHeard(batch, Collector.PublishMax, cancel))
        .AddSingleton<HostRegistry>()
        .AddSingleton<WakeHosts>(provider => provider.GetRequiredService<HostRegistry>().WakeAll)
        .AddSingleton<CollectorHealth>()
        .AddSingleton<ComponentConfigs>()
        .AddSingleton<DesiredComponents>()
        .AddRegisteredPlacements()
        .AddSingleton<PlacementGate>()
        .AddSingleton<BatchWindow>()
        .AddSingleton<Refusals>()
        .AddSingleton<RegistryStore>()
        .AddSingleton<LogRequests>()
        .AddSingleton<Replies>()
        .AddSingleton<ReportIntake>()
        .AddSingleton<HeartbeatEndpoint>()
        .AddSingleton<HostEndpoint>()
        .AddSingleton<LogsEndpoint>()
        .AddSingleton<ComponentConfigEndpoint>()
        .AddSingleton<HostTokens>()
        .AddSingleton<ICallers>(provider => provider.GetRequiredService<HostTokens>())
        .AddSingleton<HostTokensEndpoint>()
        .AddSingleton<EnrolmentEndpoint>()
        .AddSingleton<HostErasure>()
        .AddSingleton<HostDeletion>()
        .AddSingleton<Collector>()
        .AddSingleton<IMeasures, HeartbeatMeasures>()
        .AddSingleton<IHealthPart, BatchesHealth>()
        .AddHostedService<RegistryLoop>()
        .AddHostedService<PeersLoop>()
        .AddHostedService<LogsLoop>()
        .AddHostedService(provider => provider.GetRequiredService<HostTokens>())
        .AddHostedService(provider => provider.GetRequiredService<Collector>());

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<ComponentPlacedConsumer, ComponentPlacedDefinition>();
        bus.AddConsumer<HostAdmittedConsumer, HostAdmittedDefinition>();
        bus.AddConsumer<HostForgottenConsumer, HostForgottenDefinition>();
        bus.AddConsumer<HaConfigChangedConsumer, HaConfigChangedDefinition>();
        bus.AddConsumer<BatchesHeardConsumer, BatchesHeardDefinition>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        HeartbeatEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<HeartbeatEndpoint>());
        HostEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<HostEndpoint>());
        HostTokensEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<HostTokensEndpoint>());
        EnrolmentEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<EnrolmentEndpoint>());
        LogsEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<LogsEndpoint>());
        ComponentConfigEndpoint.Map(routes, routes.ServiceProvider.GetRequiredService<ComponentConfigEndpoint>());
    }
}
