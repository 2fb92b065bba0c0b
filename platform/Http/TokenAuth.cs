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

internal static class TokenAuthMiddleware
{
    private static readonly Fault Missing = new("PF-101", 401, "A token is needed",
        "Every change, and reading logs, needs an Authorization: Bearer header.",
        "Send the token of HOLDFAST_TOKEN or of the file 'token' in the data directory.");

    private static readonly Fault Wrong = new("PF-102", 401, "The token is not accepted",
        "The bearer token is not this installation's.", "Send the token of HOLDFAST_TOKEN or of the file 'token' in the data directory.");

    internal static void UseTokenAuth(this WebApplication app, TokenAuth auth) => app.Use((context, next) =>
    {
        var method = context.Request.Method;
        var mayBeOpen = context.GetEndpoint()?.Metadata.GetMetadata<NeedsTokenToRead>() is null;
        if (mayBeOpen && (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)))
        {
            return next(context);
        }

        var header = context.Request.Headers.Authorization.ToString();
        if (auth.Accepts(header))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return (header.Length == 0 ? Missing : Wrong).Write(context);
    });
}
