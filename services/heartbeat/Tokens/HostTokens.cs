using System.Collections.Concurrent;
using System.Collections.Frozen;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.State;
using Holdfast.Platform.Http;
using Holdfast.Platform.Tls;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Tokens;

/// <summary>
/// Hosts' tokens in memory, so that a heartbeat asks no store. Changes by other replicas are read every two seconds, and at once when
/// somebody comes with a token that is not known. All tokens are read every minute. Besides, there are those that a file gives.
/// </summary>
internal sealed partial class HostTokens(
    IDocuments<HostTokensRow> store, Refusals refusals, Settings settings, TimeProvider time, ILogger<HostTokens> logger)
    : TickLoop(time, logger), ICallers
{
    /// <summary>The requests that are turned away here come in a host's name.</summary>
    internal const string ReportPath = "/api/v1/heartbeats";

    private const int PageSize = 1000;
    private const int RevokeAttemptsMax = 5;
    private static readonly TimeSpan EverythingInterval = TimeSpan.FromMinutes(1);

    /// <summary>Clocks of the machines that write may differ by so much; beyond it a change is seen within the minute.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, HostTokensRow> _rows = new(StringComparer.Ordinal);
    private volatile FrozenDictionary<string, Caller> _byDigest = FrozenDictionary<string, Caller>.Empty;
    private readonly SemaphoreSlim _reading = new(1);
    private long? _everythingAt;
    private readonly SingleFlightCache _fresh = new(time);
    private readonly ILogger _logger = logger;
    private readonly Reread<IReadOnlyDictionary<string, string>>? _given = HostTokenFile.Open(settings.HostTokenFile);
    private bool _isGivenTaken;

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

    /// <summary>
    /// Tells whether it is the newest one-time token of this host; asked of the store if need be, at most twice a second.
    /// </summary>
    internal async ValueTask<bool> IsEnrolment(string host, string digest, CancellationToken cancel)
    {
        if (_rows.GetValueOrDefault(host)?.Enrolment?.Digest != digest)
        {
            await _fresh.Read(Tick, cancel);
        }

        return _rows.GetValueOrDefault(host)?.Enrolment?.Digest == digest;
    }

    public void TurnedAway(HttpContext context, Fault fault)
    {
        if (context.Request.Path == ReportPath)
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

    /// <summary>Revokes the tokens that were made before its host was deleted: one that is to come back may have another already.</summary>
    /// <param name="host">The host.</param>
    /// <param name="deleted">The time of its deletion.</param>
    /// <param name="stamp">Stamps each attempt to write.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task Revoke(string host, DateTimeOffset deleted, Func<DateTimeOffset> stamp, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= RevokeAttemptsMax && await store.Find(host, cancel) is { } found; attempt++)
        {
            var left = found.Document.Tokens.Where(t => t.At > deleted).ToList();
            var enrolment = found.Document.Enrolment?.At > deleted ? found.Document.Enrolment : null;
            if (left.Count == found.Document.Tokens.Count && enrolment == found.Document.Enrolment)
            {
                return;
            }

            var row = found.Document with { Tokens = left, Enrolment = enrolment, At = stamp() };
            if (await store.Replace(row, found.Version, cancel))
            {
                Take(row);
                return;
            }
        }
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
            if (SeeGiven() | await Read(query, cancel))
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

    /// <summary>Reads rows; true: something was new.</summary>
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

    /// <summary>Looks at the file; true: it gives others than before.</summary>
    private bool SeeGiven()
    {
        var look = _given?.Check();
        if (look == Look.Taken)
        {
            LogTaken(_given!.Files, _given.Current.Count);
        }
        else if (look == Look.Refused)
        {
            LogRefused(_given!.Files, _given.WhyNot);
        }

        var isNew = look == Look.Taken || (_given is not null && !_isGivenTaken);
        _isGivenTaken = true;
        return isNew;
    }

    private void Rebuild() => _byDigest = _rows.Values
        .SelectMany(row => row.Tokens.Select(token => (token.Digest, Caller: HostTokenRules.CallerOf(row.Host))))
        .Concat(_given?.Current.Select(g => (Digest: g.Key, Caller: HostTokenRules.CallerOf(g.Value))) ?? [])
        .DistinctBy(t => t.Digest, StringComparer.Ordinal).ToFrozenDictionary(t => t.Digest, t => t.Caller, StringComparer.Ordinal);

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} changed: the tokens of {Count} hosts in it hold from now on")]
    private partial void LogTaken(string file, int count);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "PF-212 {File} changed and cannot be used, so what it held before stays in use: {Why}")]
    private partial void LogRefused(string file, string why);
}
