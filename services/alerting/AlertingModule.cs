using Holdfast.Alerting.Channels;
using Holdfast.Platform;
using Holdfast.Platform.State;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Alerting;

/// <summary>
/// Whom do we tell? Hear AlertRaisedConsumer, know Ledger, Thresholds, decide Receive, Restrain, Routing, Retry, Completion, tell
/// DeliveryLoop.
/// </summary>
public sealed class AlertingModule : IServiceModule
{
    public string Name => "alerting";

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(Alert.Collection).AddDocuments(Delivery.Collection)
            .AddDocuments(ChannelDefinition.Collection).AddDocuments(ThresholdsVersion.Collection);
        services.AddSingleton<Thresholds>().AddSingleton<ThresholdsLoop>()
            .AddHostedService(provider => provider.GetRequiredService<ThresholdsLoop>());
        services.AddSingleton<Ledger>().AddSingleton<ChannelKinds>().AddSingleton<ChannelDirectory>()
            .AddSingleton<Courier>();
        services.AddSingleton<DeliveryLoop>().AddHostedService(provider => provider.GetRequiredService<DeliveryLoop>());
        services.AddHostedService<AlertSweep>();
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<AlertRaisedConsumer, AlertRaisedConsumerDefinition>();
        bus.AddConsumer<ThresholdsChangedConsumer, ThresholdsChangedDefinition>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.MapAlerts();
        routes.MapThresholds();
        routes.MapChannels();
    }
}
