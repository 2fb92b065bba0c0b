using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Http;

/// <summary>On an endpoint that only reads, and that nobody may read without the token: what it shows may hold secrets.</summary>
public sealed class NeedsTokenToRead
{
    internal static NeedsTokenToRead Mark { get; } = new();
}

public static class TokenAuthEndpoints
{
    /// <summary>Reading this needs the token, too.</summary>
    public static TBuilder NeedsToken<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(NeedsTokenToRead.Mark);
}

/// <summary>On an endpoint that asks by itself who is there: the token of the API is not what it wants.</summary>
public sealed class AsksByItself
{
    public static AsksByItself Mark { get; } = new();
}

/// <summary>Identifies the caller, and decides whether the token allows the request.</summary>
internal static partial class TokenAuthMiddleware
{
    /// <summary>It keeps what people do in it by itself, in their words.</summary>
    private const string Console = "token:console@";

    private const string Workaround =
        "Send the token of HOLDFAST_TOKEN or of the file 'token' in the data directory, an API token, or for heartbeats the host's own.";

    private static readonly Fault Missing = new("PF-101", 401, "A token is needed",
        "Every change, and reading logs, needs an Authorization: Bearer header; all reading, once the console has an administrator.",
        Workaround);

    private static readonly Fault Wrong = new("PF-102", 401, "The token is not accepted",
        "The bearer token is neither this installation's nor an API token that holds, nor a host's.", Workaround);

    internal static void UseTokenAuth(this WebApplication app, TokenAuth auth, ApiTokens tokens, IReadOnlyList<ICallers> others)
    {
        var audit = app.Services.GetRequiredService<Audit>();
        var log = app.Services.GetRequiredService<ILogger<Audit>>();
        app.Use(async (context, next) =>
        {
            var endpoint = context.GetEndpoint()?.Metadata;
            if (endpoint?.GetMetadata<AsksByItself>() is not null
                || Scopes.Needed(context.Request.Method, context.Request.Path.Value ?? "") is not { } needed
                || (needed == Scopes.Read && endpoint?.GetMetadata<NeedsTokenToRead>() is null
                    && !await tokens.ReadingNeedsOne(context.RequestAborted)))
            {
                await next(context);
                return;
            }

            var bearer = Bearer.Of(context);
            var caller = auth.Accepts(bearer) ? Caller.Installation : await Find(bearer, tokens, others, context.RequestAborted);
            if (caller is null)
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await Refuse(context.Request.Headers.Authorization.ToString().Length == 0 ? Missing : Wrong, context, others);
            }
            else if (caller.Scopes?.Contains(needed, StringComparer.Ordinal) != false)
            {
                context.Features.Set(caller);
                await next(context);
                if (needed is Scopes.Operate or Scopes.Deploy or Scopes.Configure && context.Response.StatusCode < 400
                    && !caller.Name.StartsWith(Console, StringComparison.Ordinal))
                {
                    await Note(context, audit, log);
                }
            }
            else
            {
                await Refuse(OutOfScope(caller, needed), context, others);
            }
        });
    }

    private static Task Refuse(Fault fault, HttpContext context, IReadOnlyList<ICallers> others)
    {
        foreach (var callers in others)
        {
            callers.TurnedAway(context, fault);
        }

        return fault.Write(context);
    }

    /// <summary>A change that was made; not what was sent, which may hold secrets.</summary>
    private static async Task Note(HttpContext context, Audit audit, ILogger log)
    {
        try
        {
            await audit.Note(Caller.NameOf(context), Caller.AddressOf(context), context.Request.Method, context.Request.Path, "done");
        }
        catch (StateUnavailableException error)
        {
            LogNotKept(log, Caller.NameOf(context), context.Request.Method, context.Request.Path, error.Message);
        }
    }

    private static async ValueTask<Caller?> Find(
        Bearer? bearer, ApiTokens tokens, IReadOnlyList<ICallers> others, CancellationToken cancel)
    {
        if (bearer?.Hex is not { } digest)
        {
            return null;
        }

        // An API token that is known costs nothing to find; one that is not makes the store be asked, so it comes last.
        if (tokens.FindKnown(digest) is { } known)
        {
            return known;
        }

        foreach (var callers in others)
        {
            if (await callers.Find(digest, cancel) is { } caller)
            {
                return caller;
            }
        }

        return await tokens.Find(digest, cancel);
    }

    private static Fault OutOfScope(Caller caller, string needed) => new("PF-106", 403, "The token may not do this",
        $"'{caller.Name}' has the scopes {string.Join(", ", caller.Scopes!)}; this needs '{needed}'.",
        "Make a token with that scope on the console's page of users, or with holdfast tokens create, or use another one.");

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Who} did {Method} {Path}; the audit does not have it, because the store does not answer: {Why}")]
    private static partial void LogNotKept(ILogger log, string who, string method, string path, string why);
}
