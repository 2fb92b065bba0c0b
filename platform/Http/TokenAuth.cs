using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>
/// One bearer token that every change needs: <c>HOLDFAST_TOKEN</c>, else the file that <c>HOLDFAST_TOKEN_FILE</c> names,
/// else <c>{data}/token</c>, which the first start creates with mode 0600.
/// </summary>
public sealed class TokenAuth
{
    /// <summary>Shorter ones can be guessed.</summary>
    private const int LengthMin = 16;

    private readonly byte[] _digest;

    private TokenAuth(string token) => _digest = SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static Outcome<TokenAuth> Load(string dataDirectory)
    {
        if (Environment.GetEnvironmentVariable("HOLDFAST_TOKEN") is { Length: > 0 } given)
        {
            return Checked(given.Trim(), "HOLDFAST_TOKEN");
        }

        var named = Environment.GetEnvironmentVariable("HOLDFAST_TOKEN_FILE");
        var file = string.IsNullOrEmpty(named) ? Path.Combine(dataDirectory, "token") : named;
        try
        {
            if (string.IsNullOrEmpty(named))
            {
                CreateIfAbsent(file);
            }

            return Checked(File.ReadAllText(file).Trim(), file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Fault.Invalid("PF-203", "Make the file readable for this user, or give the token in HOLDFAST_TOKEN.",
                new FieldFault("token", file, $"must be a readable file: {error.Message}"));
        }
    }

    internal bool Accepts(string? header)
    {
        const string Scheme = "Bearer ";
        return header is not null && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), _digest);
    }

    private static Outcome<TokenAuth> Checked(string token, string source) => token.Length >= LengthMin
        ? new TokenAuth(token)
        : Fault.Invalid("PF-203", "Give a longer token, or delete the file so that the next start creates one.",
            new FieldFault(source, $"{token.Length} characters", $"must have at least {LengthMin} characters"));

    /// <summary>Written aside and linked into place, so that no other process ever reads half a token.</summary>
    private static void CreateIfAbsent(string file)
    {
        if (File.Exists(file))
        {
            return;
        }

        var aside = $"{file}.{Environment.ProcessId}";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var stream = new StreamWriter(aside, options))
        {
            stream.WriteLine(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
        }

        try
        {
            File.Move(aside, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(aside);
        }
    }
}

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

internal static class TokenAuthMiddleware
{
    private const string Workaround =
        "Send the token of HOLDFAST_TOKEN or of the file 'token' in the data directory, or an API token of the console.";

    private static readonly Fault Missing = new("PF-101", 401, "A token is needed",
        "Every change, and reading logs, needs an Authorization: Bearer header; all reading, once the console has an administrator.",
        Workaround);

    private static readonly Fault Wrong = new("PF-102", 401, "The token is not accepted",
        "The bearer token is neither this installation's nor an API token that holds.", Workaround);

    internal static void UseTokenAuth(this WebApplication app, TokenAuth auth, ApiTokens tokens) => app.Use(async (context, next) =>
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

        var header = context.Request.Headers.Authorization.ToString();
        if (auth.Accepts(header))
        {
            await next(context);
            return;
        }

        if (await tokens.Find(header, context.RequestAborted) is not { } token)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await (header.Length == 0 ? Missing : Wrong).Write(context);
        }
        else if (token.Scopes.Contains(needed, StringComparer.Ordinal))
        {
            await next(context);
        }
        else
        {
            await OutOfScope(token, needed).Write(context);
        }
    });

    private static Fault OutOfScope(ApiToken token, string needed) => new("PF-106", 403, "The token may not do this",
        $"The API token '{token.Name}' has the scopes {string.Join(", ", token.Scopes)}; this needs '{needed}'.",
        "Make a token with that scope on the console's page of users, or use another one.");
}
