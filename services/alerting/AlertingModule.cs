using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Circuits;
using Holdfast.Alerting.Clocks;
using Holdfast.Alerting.Measures;
using Holdfast.Alerting.Silences;
using Holdfast.Alerting.Watch;
using Holdfast.Contracts;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting;

/// <summary>
/// Whom do we tell? Hear AlertRaisedConsumer, know Ledger, Thresholds, decide Receive, Restrain, Routing, Retry, Completion, tell
/// DeliveryLoop.
/// </summary>
public sealed class AlertingModule : IServiceModule
{
    public string Name => "alerting";

    public IReadOnlyList<Type> Publishes => [typeof(AlertSent)];

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(Alert.Collection).AddDocuments(Delivery.Collection)
            .AddDocuments(ChannelDefinition.Collection).AddDocuments(ThresholdsVersion.Collection)
            .AddDocuments(Silence.Collection).AddDocuments(ChannelHealth.Collection)
            .AddDocuments(ServiceSeen.Collection);
        services.AddSingleton<Thresholds>().AddSingleton<ThresholdsLoop>()
            .AddHostedService(provider => provider.GetRequiredService<ThresholdsLoop>());
        services.AddSingleton<Handover>().AddSingleton<Ledger>().AddSingleton<DeliveryBook>();
        services.AddSingleton<Wishes>().AddSingleton<SilenceDirectory>().AddSingleton<SilenceMarks>();
        services.Configure<OpenApiOptions>("v1", o => o.AddSchemaTransformer(ChannelSchema.Describe));
        services.AddSingleton<ChannelKinds>().AddSingleton<ChannelDirectory>().AddSingleton<ChannelPulse>().AddSingleton<ChannelStandings>()
            .AddSingleton<Rehearsal>().AddSingleton<Courier>().AddSingleton<TurnTaking>();
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
                alive, settings.Profile.ServiceBeat * 6, provider.GetRequiredService<ChannelPulse>(),
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
