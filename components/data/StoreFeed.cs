using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Holdfast.Engine;
using Holdfast.Engine.Seams;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Data;

/// <summary>Answer of GET /api/v1/stores/resolve, as far as a consumer needs it.</summary>
internal sealed record ResolvedStore
{
    public required string Store { get; init; }
    public string? Endpoint { get; init; }
}

/// <summary>From where a Store is read.</summary>
/// <param name="After">The last position at the sink; null: nothing is there yet.</param>
/// <param name="Seconds">The same for people and HA: unix seconds; null: whatever the Store has.</param>
/// <param name="Source">Whose position it is; null: the sink does not know.</param>
/// <param name="Adopt">Notes at the sink whose stream it is; answers with another source when the sink has positions of that.</param>
internal sealed record FeedStart(Position? After, long? Seconds, SourceName? Source, Func<SourceName, Task<SourceName?>> Adopt);

/// <summary>Finds the Store that has a position, and reads it; whatever goes wrong is a <see cref="SourceFault"/> that may pass.</summary>
internal sealed class StoreFeed(IncrSyncConfig config, string task, HttpClient http, TimeProvider time)
{
    /// <summary>A consumer holds no more than this of blocks that were not read yet, and one block.</summary>
    private const long CreditBytes = 4 << 20;

    private readonly AvoidedStores _avoided = new(time);
    private volatile StoreStream? _stream;
    private string? _named;

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
            // A task that began by time has an exact position from here on: whatever is done first, nothing before it is asked for again
            // by a time that may lead elsewhere.
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
        _named = null;
        var found = await Resolve(from, cancel);
        _named = found.Store;
        if (!IPEndPoint.TryParse(found.Endpoint ?? "", out var endpoint))
        {
            throw new SourceFaultException(new SourceFault("DP-312", $"Store {found.Store} has not said where it serves.",
                "Wait until it runs; it must be a Store of holdfast-data.", IsPassing: true));
        }

        var stream = await StoreClient.Open(new ClientOptions { Store = endpoint, Time = time }, _ => new Open
        {
            Task = task,
            SystemId = from.Source?.SystemId,
            After = from.After?.ToString(),
            FromTime = from.After is null ? from.Seconds : null,
            Tables = config.Tables,
            Credit = CreditBytes,
        }, cancel);
        if (stream.Welcome.Store != found.Store)
        {
            var other = stream.Welcome.Store;
            await stream.DisposeAsync();
            throw new SourceFaultException(new SourceFault("DP-313", $"At {endpoint} answers {other}, not {found.Store}.",
                "Wait: the Store has moved, and its new place is not known yet.", IsPassing: true));
        }

        return stream;
    }

    private async Task<ResolvedStore> Resolve(FeedStart from, CancellationToken cancel)
    {
        var seconds = from.Seconds ?? time.GetUtcNow().ToUnixTimeSeconds();
        var path = $"/api/v1/stores/resolve?subtopic={Uri.EscapeDataString(config.Subtopic)}&checkpoint={seconds}"
            + (from.After is { } after ? $"&position={Uri.EscapeDataString(after.ToString())}" : "")
            + (from.Source is { } source ? $"&systemId={Uri.EscapeDataString(source.SystemId)}" : "")
            + string.Concat(_avoided.Names.Select(n => $"&avoid={Uri.EscapeDataString(n)}"));
        using var answer = await http.GetAsync(new Uri(config.Api, path), cancel);
        if (answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadFromJsonAsync(DataJson.Default.ResolvedStore, cancel)
                ?? throw new JsonException("the answer is null");
        }

        var problem = await answer.Content.ReadAsStringAsync(cancel);
        throw new SourceFaultException(new SourceFault("DP-311",
            $"No Store of {config.Subtopic} has {seconds}{(from.After is { } at ? $" ({at})" : "")}: "
                + $"{(int)answer.StatusCode} {Short(problem)}",
            "See `holdfast stores coverage`; the task waits.", IsPassing: true));
    }

    private static SourceFault OtherSource(string why) => new("DP-303", why,
        "Nothing was applied. Put the right database behind the subtopic; if this one is meant, copy its tables and start the task "
        + "anew (docs/data.md)");

    private static string Short(string problem) => problem.Length > 400 ? problem[..400] + "…" : problem;

    private async Task<T> Guard<T>(Func<Task<T>> what, CancellationToken cancel)
    {
        try
        {
            return await Named(what, cancel);
        }
        catch (RefusedException refused) when (refused.Refusal.Code == "DP-303")
        {
            throw new SourceFaultException(OtherSource(refused.Refusal.Message));
        }
        catch (RefusedException refused)
        {
            throw new SourceFaultException(new SourceFault(refused.Refusal.Code, refused.Refusal.Message,
                "Another Store of the subtopic may have it; see docs/errors.md.", IsPassing: true));
        }
        catch (Exception error) when (error is IOException or TimeoutException or ProtocolException or DamagedException
            or HttpRequestException or JsonException
            || error is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            throw new SourceFaultException(new SourceFault("DP-310", $"The Store cannot be read: {error.Message}",
                "Nothing need be done: the task resolves again and goes on at its exact position.", IsPassing: true));
        }
    }

    /// <summary>Whatever goes wrong with a Store that was named: another one is wanted next time.</summary>
    private async Task<T> Named<T>(Func<Task<T>> what, CancellationToken cancel)
    {
        try
        {
            return await what();
        }
        catch (Exception) when (_named is not null && !cancel.IsCancellationRequested)
        {
            _avoided.Note(_named!);
            throw;
        }
    }
}
