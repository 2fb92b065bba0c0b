using System.Collections.Concurrent;
using System.Collections.Frozen;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat;

/// <summary>A secret of one host.</summary>
/// <param name="Id">Tells it from the host's other one; no secret.</param>
/// <param name="Digest">SHA-256 of the secret, lower-case hex; the secret itself is kept nowhere.</param>
internal sealed record HostToken(string Id, string Digest, string By, DateTimeOffset At);

/// <summary>The tokens of a host. Key: host. The row stays when the last token is revoked, so that others read that.</summary>
/// <param name="At">When it was changed last.</param>
internal sealed record HostTokensRow(string Host, IReadOnlyList<HostToken> Tokens, DateTimeOffset At)
{
    internal static Collection<HostTokensRow> Collection { get; } =
        new Collection<HostTokensRow>("heartbeat.tokens", 1, row => row.Host).Index(row => row.At);
}

/// <summary>
/// Hosts' tokens in memory, so that a heartbeat asks no store: what other replicas change is read every two seconds, all of it
/// every minute, and at once when somebody comes with a token that is not known.
/// </summary>
internal sealed class HostTokens(IDocuments<HostTokensRow> store, Refusals refusals, TimeProvider time, ILogger<HostTokens> logger)
    : TickLoop(time, logger), ICallers
{
    private const int PageSize = 1000;
    private static readonly TimeSpan EverythingInterval = TimeSpan.FromMinutes(1);

    /// <summary>Clocks of the machines that write may differ by so much; beyond it a change is seen within the minute.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, HostTokensRow> _rows = new(StringComparer.Ordinal);
    private volatile FrozenDictionary<string, Caller> _byDigest = FrozenDictionary<string, Caller>.Empty;
    private readonly SemaphoreSlim _reading = new(1);
    private long? _everythingAt;
    private readonly FreshReading _fresh = new(time);

    protected override TimeSpan Interval => TimeSpan.FromSeconds(2);

    public async ValueTask<Caller?> Find(string digest, CancellationToken cancel)
    {
        if (_byDigest.GetValueOrDefault(digest) is { } known)
        {
            return known;
        }

        await _fresh.Read(Tick, cancel);

        return _byDigest.GetValueOrDefault(digest);
    }

    public void TurnedAway(HttpContext context, Fault fault)
    {
        if (context.Request.Path == HeartbeatEndpoint.Path)
        {
            refusals.Note(null, fault, context);
        }
    }

    /// <summary>A change of this process holds at once.</summary>
    internal void Take(HostTokensRow row)
    {
        _rows[row.Host] = row;
        Rebuild();
    }

    public override void Dispose()
    {
        _reading.Dispose();
        _fresh.Dispose();
        base.Dispose();
    }

    protected override async Task Tick(CancellationToken cancel)
    {
        await _reading.WaitAsync(cancel);
        try
        {
            var everything = _everythingAt is not { } at || Time.GetElapsedTime(at) > EverythingInterval;
            var began = Time.GetTimestamp();
            var query = everything ? DocumentQuery<HostTokensRow>.All
                : DocumentQuery<HostTokensRow>.All.Where(row => row.At, Match.GreaterOrEqual, Time.GetUtcNow() - Overlap);
            if (await Read(query, cancel))
            {
                Rebuild();
            }

            _everythingAt = everything ? began : _everythingAt;
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Whether anything was new.</summary>
    private async Task<bool> Read(DocumentQuery<HostTokensRow> query, CancellationToken cancel)
    {
        var isNew = false;
        string? cursor = null;
        do
        {
            var page = await store.Query(query.Take(PageSize).After(cursor), cancel);
            foreach (var (row, _) in page.Items)
            {
                isNew |= !_rows.TryGetValue(row.Host, out var known) || !known.Tokens.SequenceEqual(row.Tokens);
                _rows[row.Host] = row;
            }

            cursor = page.Next;
        }
        while (cursor is not null);
        return isNew;
    }

    private void Rebuild() => _byDigest = _rows.Values
        .SelectMany(row => row.Tokens.Select(token => (token.Digest, Caller: HostTokenRules.CallerOf(row.Host))))
        .DistinctBy(t => t.Digest, StringComparer.Ordinal).ToFrozenDictionary(t => t.Digest, t => t.Caller, StringComparer.Ordinal);
}
