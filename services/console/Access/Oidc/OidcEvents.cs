using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Holdfast.ConsoleUi.Access.Oidc;

/// <summary>
/// Checks what the framework's handler does not, and makes the answer that comes of all of it. The session is made by
/// <see cref="OidcEndpoints"/>.
/// </summary>
internal sealed class OidcEvents(OidcSettings settings, OnceOnly used, TimeProvider time) : OpenIdConnectEvents
{
    /// <summary>People type passwords and look for their second factor meanwhile.</summary>
    internal static readonly TimeSpan SignInMax = TimeSpan.FromMinutes(15);

    /// <summary>A token that only the key of its issuer can have made.</summary>
    internal static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512, SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    private const string Token = "token";

    /// <summary>RFC 9207: an answer of another provider is told by its issuer.</summary>
    public override Task MessageReceived(MessageReceivedContext context)
    {
        if (context.ProtocolMessage.Iss is { Length: > 0 } issuer && issuer != settings.Issuer)
        {
            context.Fail(new SecurityTokenInvalidIssuerException("the answer names another issuer"));
        }

        return Task.CompletedTask;
    }

    /// <summary>The handler takes unsigned tokens from a token endpoint, and leaves it to the browser to forget what was used.</summary>
    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (!Algorithms.Contains(context.SecurityToken.SignatureAlgorithm, StringComparer.Ordinal))
        {
            context.Fail(new SecurityTokenInvalidSignatureException("the token has no signature that counts"));
        }
        else if (context.Properties?.IssuedUtc is not { } begun || time.GetUtcNow() - begun > SignInMax)
        {
            context.Fail(new UsedAnswerException("it was asked for too long ago"));
        }
        else if (context.Nonce is { } nonce && !used.Take(nonce, SignInMax))
        {
            context.Fail(new UsedAnswerException("it was used before"));
        }
        else
        {
            context.Properties.Items[Token] = context.TokenEndpointResponse?.IdToken;
        }

        return Task.CompletedTask;
    }

    public override Task TicketReceived(TicketReceivedContext context)
    {
        IReadOnlyCollection<Claim> claims = [.. context.Principal?.Claims ?? []];
        var person = ProviderPerson.Of(claims, settings);
        var values = claims.Count(c => c.Type == settings.RoleClaim);
        Answer(context.HttpContext, new OidcAnswer(person, ProviderPerson.NameOf(claims, settings),
            person.Fault == Faults.NoRole ? $"{settings.RoleClaim} has {values} values, none of them with a role"
                : person.Fault is not null ? $"{settings.NameClaim} is missing, or no name" : "",
            context.ReturnUri, context.Properties?.Items[Token]));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    public override Task AccessDenied(AccessDeniedContext context)
    {
        Answer(context.HttpContext,
            new OidcAnswer(Faults.ProviderRefused, null, "the provider says access_denied", context.ReturnUrl, null));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        var isError = context.Request.Query.ContainsKey("error");
        Answer(context.HttpContext, OidcAnswer.Refused(
            context.Failure ?? new AuthenticationFailureException("no reason was given"), isError, context.Properties?.RedirectUri));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private static void Answer(Microsoft.AspNetCore.Http.HttpContext context, OidcAnswer answer) => context.Features.Set(answer);
}
