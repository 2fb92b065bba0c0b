using Holdfast.ConsoleUi.Access;
using Holdfast.ConsoleUi.Access.Oidc;
using Holdfast.ConsoleUi.Assets;
using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Feed;
using Holdfast.ConsoleUi.Gateway;
using Holdfast.ConsoleUi.Incidents;
using Holdfast.Platform.State;
using Holdfast.Platform.Telemetry;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Radzen;

namespace Holdfast.ConsoleUi;

/// <summary>
/// The console that people look at. It hears the live feed and the bus, knows people's sessions and tells their browsers. It decides
/// nothing about the fleet: it asks the services, over their API alone.
/// </summary>
public sealed class ConsoleModule : IServiceModule
{
    /// <summary>A form may hold a pasted configuration, no more.</summary>
    private const int MessageMax = 256 << 10;

    public string Name => "console";

    public void AddServices(IServiceCollection services, Settings settings)
    {
        services.AddDocuments(ConsoleCollections.Users).AddDocuments(ConsoleCollections.Sessions);
        services.AddSingleton<PasswordQueue>().AddSingleton<LoginLimits>();
        services.AddSingleton<FailedLogins>().AddHostedService(provider => provider.GetRequiredService<FailedLogins>());
        services.AddHostedService<AuditRetention>();
        services.AddSingleton<Users>().AddSingleton<Sessions>().AddSingleton<Tokens>().AddSingleton<TokenEndpoints>();
        OidcEndpoints.Add(services, settings);
        services.AddSingleton<IncidentReader>();
        services.AddSingleton<ApiAddress>().AddSingleton<Api>().AddSingleton<LiveFeed>().AddSingleton<DelayTrails>();
        services.AddSingleton<IMeasures, ConsoleMeasures>();
        services.AddSingleton<OwnToken>().AddHostedService(provider => provider.GetRequiredService<OwnToken>());
        services.AddSingleton<FirstAdministrator>().AddHostedService(provider => provider.GetRequiredService<FirstAdministrator>());
        services.AddHostedService(provider => provider.GetRequiredService<LiveFeed>());
        services.AddDocuments(ConsoleCollections.Keys).AddDataProtection().SetApplicationName("holdfast-console");
        services.AddOptions<KeyManagementOptions>().Configure<IDocuments<FormKey>>((options, keys) =>
            (options.XmlRepository, options.XmlEncryptor) = (new StoredKeys(keys), new NullXmlEncryptor()));
        services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "holdfast_form";
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            o.SuppressXFrameOptionsHeader = true;
        });
        services.AddRazorComponents().AddInteractiveServerComponents(o => o.DisconnectedCircuitMaxRetained = 50)
            .AddHubOptions(o => o.MaximumReceiveMessageSize = MessageMax);
        services.AddHttpContextAccessor().AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitPerson>();
        services.AddRadzenComponents();
    }

    public void AddConsumers(IBusRegistrationConfigurator bus, Settings settings)
    {
        bus.AddConsumer<HostDownConsumer, HostDownDefinition>();
        bus.AddConsumer<HostRecoveredConsumer, HostRecoveredDefinition>();
        bus.AddConsumer<AlertRaisedConsumer, AlertRaisedDefinition>();
    }

    public void Guard(IApplicationBuilder app) => Gate.Use(app);

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        AssetEndpoints.Map(routes);
        AccessEndpoints.Map(routes);
        OidcEndpoints.Map(routes);
        ExportEndpoints.Map(routes);
        AuditEndpoints.Map(routes);
        TokenEndpoints.Map(routes, routes.ServiceProvider.GetRequiredService<TokenEndpoints>());
        routes.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null)
            .Add(endpoint => Mark(endpoint.Metadata));
    }

    /// <summary>Login and setup are open; the files of the framework too.</summary>
    private static void Mark(IList<object> metadata)
    {
        metadata.Add(AsksByItself.Mark);
        if (metadata.OfType<Microsoft.AspNetCore.Components.Endpoints.ComponentTypeMetadata>()
            .Any(c => c.Type == typeof(Pages.Login) || c.Type == typeof(Pages.Setup)))
        {
            metadata.Add(OpenToAll.Mark);
        }
    }
}
