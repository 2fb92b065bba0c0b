using System.Collections.Frozen;
using Holdfast.Platform.State;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Http;

/// <summary>
/// The API tokens that hold, as every process knows them. They are read again every two seconds, and at once when somebody comes with one
/// that is not known. So a token serves as soon as it is made.
/// </summary>
public sealed class ApiTokens(
    IDocuments<ApiToken> tokens, IDocuments<ReadingRule> rules, TimeProvider time, ILogger<ApiTokens> logger) : TickLoop(time, logger)
{
    /// <summary>All that are read; more are not made.</summary>
    public const int TokensMax = 1000;

    private volatile FrozenDictionary<string, Held> _byDigest = FrozenDictionary<string, Held>.Empty;
    private readonly SingleFlightCache _fresh = new(time);
    private volatile bool _isKnown;
    private volatile bool _readingNeedsOne;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    /// <summary>A token with what a request is told of it, made once.</summary>
    private sealed record Held(Caller Caller, DateTimeOffset? Until);

    public static string DigestOf(string secret) => Convert.ToHexStringLower(Bearer.DigestOf(secret));

    /// <summary>A password has been set: who reads says who he is. Until the store has answered once, it is asked.</summary>
    internal async ValueTask<bool> ReadingNeedsOne(CancellationToken cancel)
    {
        if (!_isKnown)
        {
            await Tick(cancel);
        }

        return _readingNeedsOne;
    }

    /// <summary>Null: the header bears no token.</summary>
    internal Caller? FindKnown(string digest) =>
        _byDigest.GetValueOrDefault(digest) is { } found && !(found.Until <= Time.GetUtcNow()) ? found.Caller : null;

    /// <summary>Null: no token that holds, also after the store was asked.</summary>
    internal async Task<Caller?> Find(string digest, CancellationToken cancel)
    {
        if (!_byDigest.ContainsKey(digest))
        {
            await _fresh.Read(Tick, cancel);
        }

        return FindKnown(digest);
    }

    public override void Dispose()
    {
        _fresh.Dispose();
        base.Dispose();
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        var page = await tokens.Query(DocumentQuery<ApiToken>.All.Take(TokensMax), cancel);
        _readingNeedsOne = (await rules.Find(ReadingRule.Only, cancel))?.Document.NeedsToken ?? false;
        _byDigest = page.Items.Select(i => i.Document).DistinctBy(t => t.Digest, StringComparer.Ordinal)
            .ToFrozenDictionary(t => t.Digest, t => new Held(new Caller($"token:{t.Name}", t.Scopes), t.Until), StringComparer.Ordinal);
        _isKnown = true;
    }
}

internal static class ApiTokensRegistration
{
    internal static void AddApiTokens(this IServiceCollection services)
    {
        services.AddDocuments(ApiToken.Collection).AddDocuments(ReadingRule.Collection).AddDocuments(Audit.Collection);
        services.AddSingleton<Audit>();
        services.AddSingleton<ApiTokens>().AddHostedService(provider => provider.GetRequiredService<ApiTokens>());
    }
}
