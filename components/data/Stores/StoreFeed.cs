using System.Runtime.CompilerServices;
using Holdfast.Data.Config;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Data.Stores;

/// <summary>The place from which a Store is read.</summary>
/// <param name="After">The last position at the sink; null: nothing is there yet.</param>
/// <param name="Seconds">The same for people and HA: unix seconds; null: whatever the Store has.</param>
/// <param name="Source">The source of the position; null: the sink does not know.</param>
/// <param name="Adopt">Notes at the sink whose stream it is; answers with another source when the sink has positions of that.</param>
internal sealed record FeedStart(Position? After, long? Seconds, SourceName? Source, Func<SourceName, Task<SourceName?>> Adopt);

/// <summary>Finds the Store that has a position, and reads it; whatever goes wrong is a <see cref="SourceFault"/> that may pass.</summary>
internal sealed class StoreFeed(IncrSyncConfig config, string task, Calls calls)
{
    /// <summary>A consumer holds no more than this of blocks that were not read yet, and one block.</summary>
    private const long CreditBytes = 4 << 20;

    private readonly StoreFinder _finder = new(new StoreWanted(config.Api, config.Subtopic, task), calls);
    private volatile StoreStream? _stream;

    /// <summary>Everything after a position, from whichever Store has it; once, until that Store is gone.</summary>
    internal async IAsyncEnumerable<SourceEvent> Read(FeedStart from, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await Guard(() => Open(from, cancel), cancel);
        var source = new SourceName(stream.Welcome.Kind, stream.Welcome.SystemId);
        if (source != from.Source && await from.Adopt(source) is { } other)
        {
            throw new SourceFaultException(OtherSource($"task {task} has positions of source {other.SystemId} ({other.Kind}) at its "
                + $"sink, Store {stream.Welcome.Store} reads {source.SystemId} ({source.Kind})"));
        }

        _stream = stream;
        if (from.After is null)
        {
            // A task that began by time has an exact position from here on. Whatever is done first, it never asks again by a time,
            // which may lead elsewhere.
            yield return new AliveEvent(stream.After, 0);
        }

        await using var events = stream.Read(cancel).GetAsyncEnumerator(cancel);
        while (await Guard(() => events.MoveNextAsync().AsTask(), cancel))
        {
            yield return events.Current;
        }
    }

    /// <summary>Tells the Store what is applied; when that does not arrive the next one does.</summary>
    internal async Task Report(Position checkpoint, long seconds, CancellationToken cancel)
    {
        if (_stream is { } stream)
        {
            try
            {
                await stream.Report(checkpoint, seconds, cancel);
            }
            catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
            {
                _stream = null;
            }
        }
    }

    private async Task<StoreStream> Open(FeedStart from, CancellationToken cancel)
    {
        var place = new StorePlace(from.Seconds ?? calls.Time.GetUtcNow().ToUnixTimeSeconds(), from.After, from.Source?.SystemId);
        return await _finder.Open(place, _ => new Open
        {
            Task = task,
            SystemId = from.Source?.SystemId,
            After = from.After?.ToString(),
            FromTime = from.After is null ? from.Seconds : null,
            Tables = config.Tables,
            Credit = CreditBytes,
        }, cancel);
    }

    private static SourceFault OtherSource(string why) => new("DP-303", why,
        "Nothing was applied. Put the right database behind the subtopic; if this one is meant, copy its tables and start the task "
        + "anew (docs/data.md)");

    private async Task<T> Guard<T>(Func<Task<T>> what, CancellationToken cancel) => await StoreFaults.Guard(async () =>
    {
        try
        {
            return await _finder.Named(what, cancel);
        }
        catch (RefusedException refused) when (refused.Refusal.Code == "DP-303")
        {
            throw new SourceFaultException(OtherSource(refused.Refusal.Message));
        }
    }, cancel);
}
