using System.Runtime.CompilerServices;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Engine.Relay;

/// <summary>
/// A Store as the source of another one. It has the same transactions at the same positions, and the same tables under the same ids, in the
/// same terms. So a consumer may read either of the two.
/// </summary>
/// <param name="upstream">The way to the other Store.</param>
/// <param name="store">Name of the Store that reads; the one upstream keeps what it still needs under this name.</param>
/// <param name="clock">The clock.</param>
/// <param name="isPassing">It reads only for a while: the Store upstream keeps nothing for it.</param>
public sealed class RelaySource(IUpstream upstream, string store, TimeProvider clock, bool isPassing = false) : ISource
{
    /// <summary>A Store writes block after block: more than this is on the way for long distances only.</summary>
    private const long CreditBytes = 4 << 20;

    private const string BeginsLater = "DP-220";

    private readonly Progress _progress = new();
    private volatile StoreStream? _stream;
    private volatile string? _systemId;

    /// <inheritdoc/>
    public async Task<SourceIdentity> Identify(CancellationToken cancel)
    {
        var welcome = await Ask(cancel);
        _systemId = welcome.SystemId;
        return new SourceIdentity(welcome.Kind, "relay", welcome.SystemId, clock.GetUtcNow())
        {
            Terms = [.. welcome.Terms.Select(t => new Term(t.Term, Parse(t.After)))],
            Through = [welcome.Store, .. welcome.Through],
        };
    }

    /// <inheritdoc/>
    public async Task<SourceRange> Range(CancellationToken cancel)
    {
        var range = (await Ask(cancel)).Range;
        // A log that does not know when it begins has everything.
        var begin = DateTimeOffset.UnixEpoch.AddTicks((range.BeginMicroseconds ?? -1) * TimeSpan.TicksPerMicrosecond);
        return new SourceRange(Parse(range.First), begin, Parse(range.Last));
    }

    /// <inheritdoc/>
    public Task<Position?> At(DateTimeOffset time, CancellationToken cancel) => StoreFaults.Guard<Position?>(async () =>
    {
        try
        {
            var microseconds = (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            var asks = Asks() with { FromMicroseconds = Math.Max(0, microseconds), Credit = 1, IsPassing = true };
            await using var stream = await Open(asks, null, cancel);
            return stream.After;
        }
        catch (RefusedException refused) when (refused.Refusal.Code == BeginsLater)
        {
            return null;
        }
    }, cancel);

    /// <inheritdoc/>
    public async IAsyncEnumerable<SourceEvent> Read(
        Position after, StreamFilter filter, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await StoreFaults.Guard(() => After(after, filter, cancel), cancel);
        _stream = stream;
        await using var events = stream.Read(cancel).GetAsyncEnumerator(cancel);
        while (await StoreFaults.Guard(() => Next(stream.Last, events.MoveNextAsync()), cancel))
        {
            if (events.Current is AliveEvent alive)
            {
                _progress.Read(alive.Position, alive.Time);
            }

            yield return events.Current;
        }
    }

    /// <inheritdoc/>
    public async Task Confirm(Position durable, CancellationToken cancel)
    {
        if (_stream is { } stream && _progress.Safe(durable) is { Time: >= 0 } safe)
        {
            try
            {
                await stream.Report(safe.Position, safe.Time / 1_000_000, cancel);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException)
            {
                // The stream is over, and the next report goes with the next one: until then more is kept than must be.
                _stream = null;
            }
        }
    }

    /// <inheritdoc/>
    public Task Beat(ulong? barrier, CancellationToken cancel) => throw new SourceFaultException(RelayFaults.CannotBeat());

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<Welcome> Ask(CancellationToken cancel)
    {
        var welcome = await StoreFaults.Guard(() => upstream.Ask(cancel), cancel);
        Check(welcome);
        return welcome.SystemId.Length > 0 ? welcome : throw new SourceFaultException(RelayFaults.NotYet(welcome.Store));
    }

    private Open Asks() => new()
    {
        Task = store, SystemId = _systemId, Credit = CreditBytes, IsPassing = isPassing,
    };

    private async Task<StoreStream> After(Position after, StreamFilter filter, CancellationToken cancel)
    {
        try
        {
            return await Open(Asks() with
            {
                After = after.ToString(), Tables = filter.Tables, OriginsLeftOut = filter.OriginsLeftOut,
            }, after, cancel);
        }
        catch (RefusedException refused) when (refused.Refusal.Code == BeginsLater)
        {
            throw new SourceFaultException(RelayFaults.Gone(after, refused.Refusal));
        }
    }

    private Task<StoreStream> Open(Open asks, Position? after, CancellationToken cancel) => upstream.Open(after, welcome =>
    {
        Check(welcome);
        return asks;
    }, cancel);

    /// <summary>Transactions that are deleted while they are read are the same fault as those that were deleted before.</summary>
    private static async Task<bool> Next(Position last, ValueTask<bool> next)
    {
        try
        {
            return await next;
        }
        catch (RefusedException refused) when (refused.Refusal.Code == BeginsLater)
        {
            throw new SourceFaultException(RelayFaults.Gone(last, refused.Refusal));
        }
    }

    private void Check(Welcome welcome)
    {
        string[] through = [welcome.Store, .. welcome.Through];
        if (through.Contains(store, StringComparer.Ordinal))
        {
            throw new SourceFaultException(RelayFaults.Circle(store, through));
        }
    }

    private static Position Parse(string? text) => Position.TryParse(text, out var position)
        ? position
        : throw new SourceFaultException(new SourceFault("DP-310", $"The Store upstream says '{text}' for a position, which is none.",
            "Report it with both versions.", IsPassing: true));
}
