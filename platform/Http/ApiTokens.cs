using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Platform.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Http;

/// <summary>
/// The API tokens that hold, as every process knows them: read again every two seconds, and at once for one that is not
/// known, so that a token serves as soon as it is made.
/// </summary>
public sealed class ApiTokens(
    IDocuments<ApiToken> tokens, IDocuments<ReadingRule> rules, TimeProvider time, ILogger<ApiTokens> logger) : TickLoop(time, logger)
{
    private const string Scheme = "Bearer ";
    private const int TokensMax = 1000;

    /// <summary>Guesses do not make the store work.</summary>
    private static readonly TimeSpan AskAgainMin = TimeSpan.FromMilliseconds(500);

    private volatile FrozenDictionary<string, ApiToken> _byDigest = FrozenDictionary<string, ApiToken>.Empty;
    private long _askedAgain;

    private volatile bool _isKnown;
    private volatile bool _readingNeedsOne;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    public static string DigestOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>A password has been set: who reads says who he is. Until the store has answered once, it is asked.</summary>
    internal async ValueTask<bool> ReadingNeedsOne(CancellationToken cancel)
    {
        if (!_isKnown)
        {
            await Tick(cancel);
        }

        return _readingNeedsOne;
    }

    /// <summary>The token of an Authorization header; null: none that holds.</summary>
    internal async Task<ApiToken?> Find(string header, CancellationToken cancel)
    {
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var digest = DigestOf(header[Scheme.Length..].Trim());
        if (!_byDigest.ContainsKey(digest) && Time.GetElapsedTime(Interlocked.Read(ref _askedAgain)) > AskAgainMin)
        {
            Interlocked.Exchange(ref _askedAgain, Time.GetTimestamp());
            await Tick(cancel);
        }

        return _byDigest.GetValueOrDefault(digest) is { } found && !(found.Until <= Time.GetUtcNow()) ? found : null;
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        var page = await tokens.Query(DocumentQuery<ApiToken>.All.Take(TokensMax), cancel);
        _readingNeedsOne = (await rules.Find(ReadingRule.Only, cancel))?.Document.NeedsToken ?? false;
        _byDigest = page.Items.Select(i => i.Document).DistinctBy(t => t.Digest, StringComparer.Ordinal)
            .ToFrozenDictionary(t => t.Digest, StringComparer.Ordinal);
        _isKnown = true;
    }
}

internal static class ApiTokensRegistration
{
    internal static void AddApiTokens(this IServiceCollection services)
    {
        services.AddDocuments(ApiToken.Collection).AddDocuments(ReadingRule.Collection);
        services.AddSingleton<ApiTokens>().AddHostedService(provider => provider.GetRequiredService<ApiTokens>());
    }
}
