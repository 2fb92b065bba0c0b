using Holdfast.Platform.Http;
using Holdfast.Platform.Telemetry;
using Holdfast.Platform.Tls;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Platform.Bus;

/// <summary>MassTransit on RabbitMQ (quorum queues, publisher confirms), or in memory for the single process.</summary>
public static class BusRegistration
{
    /// <summary>Unconsumed messages that a consumer holds unless its definition says otherwise.</summary>
    private const int PrefetchDefault = 64;

    /// <summary>A process that ends does not wait for what it consumes: the broker, or the next pass, gives it to somebody else.</summary>
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(3);

    public static IServiceCollection AddBus(
        this IServiceCollection services, Settings settings, IReadOnlyCollection<IServiceModule> modules, TlsFiles? tls = null)
    {
        services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // A broker that is away at start delays messages, not the service.
            options.WaitUntilStarted = false;
            options.StopTimeout = StopMax;
        });
        var secured = new BrokerTls(tls ?? TlsFiles.None);
        var parts = new BrokerParts();
        services.AddSingleton(secured).AddSingleton(parts).AddSingleton<BrokerLink>();
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            foreach (var module in modules)
            {
                module.AddConsumers(bus, settings);
            }

            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.SetQuorumQueue();
                }

                endpoint.PrefetchCount = PrefetchDefault;
                parts.Add(endpoint);
            });
            if (settings.Broker is { } broker)
            {
                bus.UsingRabbitMq((context, rabbit) => OnRabbitMq(context, rabbit, broker, secured, Public(modules)));
            }
            else
            {
                bus.UsingInMemory((context, memory) =>
                {
                    memory.ConfigureJsonSerializerOptions(Wire);
                    memory.UseFilter(new EndOfConsuming(
                        context.GetRequiredService<IHostApplicationLifetime>(), context.GetRequiredService<TimeProvider>()));
                    memory.ConfigureEndpoints(context);
                });
            }
        });
        services.AddSingleton<IBusHealth, BusProbe>();
        services.AddReceiveObserver<PoisonObserver>().AddPublishObserver<RouteObserver>();
        services.AddSingleton<Routes>().AddSingleton<IHealthPart>(p => p.GetRequiredService<Routes>())
            .AddSingleton<IMeasures>(p => p.GetRequiredService<Routes>());
        services.AddSingleton<MessagePublisher>().AddSingleton<Republisher>()
            .AddHostedService(p => p.GetRequiredService<Republisher>());
        return services;
    }

    private static void OnRabbitMq(
        IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator rabbit, Uri broker, BrokerTls tls,
        IEnumerable<Type> messages)
    {
        rabbit.Host(broker, host =>
        {
            host.PublisherConfirmation = true;
            host.Heartbeat(TimeSpan.FromSeconds(10));
            if (broker.Scheme == "amqps")
            {
                host.UseSsl(ssl => tls.Configure(ssl, broker.Host));
            }
        });
        rabbit.ConfigureJsonSerializerOptions(Wire);
        foreach (var message in messages)
        {
            rabbit.Publish(message, _ => { });
        }

        rabbit.DeployPublishTopology = true;
        rabbit.ConfigureEndpoints(context);
    }

    /// <summary>Every service raises alerts: of messages that it could not consume.</summary>
    private static IEnumerable<Type> Public(IEnumerable<IServiceModule> modules) =>
        modules.SelectMany(m => m.Publishes).Append(typeof(Contracts.AlertRaised)).Distinct();

    /// <summary>
    /// Sets the format of messages, for every process alike. MassTransit would indent them. Half the bytes of a batch of heartbeats are
    /// then spaces, and to skip them costs each reader more than to read the rest.
    /// </summary>
    public static JsonSerializerOptions Wire(JsonSerializerOptions options)
    {
        options.WriteIndented = false;
        options.ReadCommentHandling = JsonCommentHandling.Disallow;
        if (!options.Converters.Any(c => c is SharedStrings))
        {
            options.Converters.Add(new SharedStrings());
        }

        return options;
    }
}
