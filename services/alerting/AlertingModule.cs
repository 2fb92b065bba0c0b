using Holdfast.Alerting.Api;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Config;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.Measures;
using Holdfast.Alerting.Silences;
using Holdfast.Alerting.State;
using Holdfast.Alerting.Watch;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// Decides whom to notify, and when again. Ingest hears, State knows, the rules decide (<see cref="AlertPipeline"/> names the stages in
/// order), Deliver delivers.
/// </summary>
public sealed class AlertingModule : IServiceModule
{
    public string Name => "alerting";

    public IReadOnlyList<Type> Publishes => [typeof(AlertSent)];

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(AlertingCollections.Alerts).AddDocuments(AlertingCollections.Deliveries)
            .AddDocuments(AlertingCollections.Channels).AddDocuments(AlertingCollections.Thresholds)
            .AddDocuments(AlertingCollections.Silences).AddDocuments(AlertingCollections.ChannelHealths)
            .AddDocuments(AlertingCollections.Services);
        services.AddSingleton<Thresholds>().AddSingleton<ThresholdsLoop>()
            .AddHostedService(provider => provider.GetRequiredService<ThresholdsLoop>());
        services.AddSingleton<AlertStore>().AddSingleton<DeliveryStore>().AddSingleton<ChannelHealthStore>();
        services.AddSingleton<AlertWriter>().AddSingleton<AlertIntake>();
        services.AddSingleton<PipelineContexts>().AddSingleton<DeliveryPlanner>().AddSingleton<AcceptLatency>();
        services.AddSingleton<OpenChannels>().AddSingleton<OrderCheck>().AddSingleton<DeliveryClaims>().AddSingleton<DeliveryAttempt>();
        services.AddSingleton<OperatorActions>();
        services.AddSingleton<SilenceDirectory>().AddSingleton<SilenceMarks>();
        services.AddSingleton<ChannelKinds>().AddSingleton<ChannelDirectory>().AddSingleton<ChannelStandings>().AddSingleton<Rehearsal>();
        services.Configure<OpenApiOptions>("v1", o => o.AddSchemaTransformer(ChannelSchema.Describe));
        services.AddSingleton<DeliveryLoop>().AddHostedService(provider => provider.GetRequiredService<DeliveryLoop>());
        services.AddSingleton<ClockedState>();
        services.AddSingleton<OwnAlerts>().AddSingleton<IOwnAlerts>(provider => provider.GetRequiredService<OwnAlerts>());
        services.AddHostedService<AlertSweep>().AddHostedService<ChannelWatch>().AddHostedService<AheadWatch>();
        services.AddSingleton<ServiceWatch>();
        services.AddSingleton<AlertingMeasures>().AddSingleton<IMeasures>(provider => provider.GetRequiredService<AlertingMeasures>())
            .AddHostedService(provider => provider.GetRequiredService<AlertingMeasures>());
        if (settings.Broker is not null)
        {
            services.AddHostedService(provider => provider.GetRequiredService<ServiceWatch>());
        }

        if (settings.AliveUrl is { } alive)
        {
            services.AddHostedService(provider => new AliveSignal(
                alive, settings.Profile.ServiceBeat * 6, provider.GetRequiredService<ChannelHealthStore>(),
                provider.GetRequiredService<DeliveryLoop>(), provider.GetRequiredService<OwnAlerts>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AliveSignal>>()));
        }
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<AlertRaisedConsumer, AlertRaisedConsumerDefinition>();
        bus.AddConsumer<ThresholdsChangedConsumer, ThresholdsChangedDefinition>();
        if (settings.Broker is not null)
        {
            bus.AddConsumer<ServiceBeatConsumer, ServiceBeatDefinition>();
        }
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapAlerts();
        routes.MapDeliveries();
        routes.MapSilences();
        routes.MapThresholds();
        routes.MapChannels();
    }
}
