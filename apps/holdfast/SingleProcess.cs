using Holdfast.App.Services;
using MassTransit;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Holdfast.App;

/// <summary>All services in this process, which is the gateway as well.</summary>
internal static class SingleProcess
{
    internal static Task<int> Run(Settings settings, Demonstration demonstration) => HoldfastHost.Run(
        settings,
        [.. ServiceModules.All(), new DemonstrationModule(demonstration)],
        app => demonstration.Start(new Uri(app.Urls.First()), app.Lifetime.ApplicationStopping),
        endsWithTerminal: true, before: demonstration.StopMax);
}

/// <summary>Lets the demonstration end before the services do.</summary>
internal sealed class DemonstrationModule(Demonstration demonstration) : IServiceModule
{
    public string Name => "demonstration";

    public bool IsService => false;

    public void AddServices(IServiceCollection services, Settings settings) =>
        services.AddHostedService(_ => new Stopper(demonstration));

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
    }

    private sealed class Stopper(Demonstration demonstration) : IHostedLifecycleService
    {
        /// <summary>Comes before any service is stopped.</summary>
        public Task StoppingAsync(CancellationToken cancellationToken) => demonstration.Stop();

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
