using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>To the provider, and back from it with a session of this console's own.</summary>
internal static class OidcEndpoints
{
    internal const string Begin = "/login/oidc";
    internal const string Return = "/login/oidc/callback";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(2);

    internal static void Add(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<OidcProvider>();
        if (settings.Oidc is not { } oidc)
        {
            return;
        }

        services.AddSingleton<OnceOnly>().AddSingleton(oidc).AddSingleton<OidcEvents>().AddSingleton(provider => new OidcMetadata(
            oidc, provider.GetRequiredService<OidcProvider>().Backchannel, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IPostConfigureOptions<OpenIdConnectOptions>, OpenIdConnectPostConfigureOptions>();
        services.AddOptions<OpenIdConnectOptions>(OidcProvider.Scheme)
            .Configure<OidcSettings, OidcProvider, OidcMetadata, OidcEvents>(Configure);
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<OidcProvider>().IsOn)
        {
            Open(routes.MapGet(Begin, Ask));
            Open(routes.MapGet(Return, Hear));
        }
    }

    private static void Open(RouteHandlerBuilder endpoint) =>
        endpoint.ExcludeFromDescription().WithMetadata(AsksByItself.Mark, OpenToAll.Mark);

    private static async Task<IResult> Ask(HttpContext context, string? next, OidcProvider provider) =>
        await provider.Ask(context, next) is { } fault ? AccessEndpoints.Back(context, "/login", fault, next, null) : Results.Empty;

    private static async Task<IResult> Hear(HttpContext context, OidcProvider provider, LoginLimits limits, Users users,
        Sessions sessions, FailedLogins failed, Audit audit, CancellationToken cancel)
    {
        var address = Caller.AddressOf(context);
        if (limits.Spend(address) is { } tooOften)
        {
            return AccessEndpoints.Back(context, "/login", tooOften, null, null);
        }

        var answer = await provider.Hear(context);
        var user = answer.Person.Fault is { } refused ? refused : await users.Welcome(answer.Person.Value!, cancel);
        if (user.Fault is { } fault)
        {
            await failed.Note(answer.Name ?? "?", address, fault.Code, $"by {provider.Issuer}: {answer.Why}".TrimEnd(' ', ':'));
            return AccessEndpoints.Back(context, "/login", fault, answer.Next, null);
        }

        limits.Succeeded(user.Value!.Name, address);
        await audit.Note(user.Value.Name, address, FailedLogins.Deed, "console", "done",
            $"by {provider.Issuer}, subject {user.Value.Subject}, as {user.Value.Role}");
        await AccessEndpoints.Enter(context, user.Value, sessions, provider.HintOf(answer.Token), cancel);
        return Results.LocalRedirect(Gate.Local(answer.Next));
    }

    private static void Configure(
        OpenIdConnectOptions options, OidcSettings settings, OidcProvider provider, OidcMetadata metadata, OidcEvents events)
    {
        options.ConfigurationManager = metadata;
        options.Backchannel = provider.Backchannel;
        options.Events = events;
        options.ClientId = settings.Client;
        options.CallbackPath = Return;
        options.RemoteAuthenticationTimeout = OidcEvents.SignInMax;
        options.DisableTelemetry = true;
        options.MapInboundClaims = false;
        options.SaveTokens = false;

        // The answer is an address that the browser goes to: cookies come along, also without TLS on one machine.
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.UsePkce = true;
        Describe(options.CorrelationCookie, "holdfast_oidc_state.");
        Describe(options.NonceCookie, "holdfast_oidc_nonce.");

        // Many providers say groups there only.
        options.GetClaimsFromUserInfoEndpoint = true;
        options.ClaimActions.MapJsonKey(settings.NameClaim, settings.NameClaim);
        options.ClaimActions.MapJsonKey(settings.RoleClaim, settings.RoleClaim);
        options.Scope.Clear();
        foreach (var scope in settings.Scopes)
        {
            options.Scope.Add(scope);
        }

        options.TokenValidationParameters.ValidIssuer = settings.Issuer;
        options.TokenValidationParameters.ValidAudience = settings.Client;
        options.TokenValidationParameters.ValidAlgorithms = OidcEvents.Algorithms;
        options.TokenValidationParameters.ClockSkew = ClockSkew;
    }

    private static void Describe(CookieBuilder cookie, string name)
    {
        (cookie.Name, cookie.HttpOnly) = (name, true);
        (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, CookieSecurePolicy.SameAsRequest);
    }
}
