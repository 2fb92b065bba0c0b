using System.Net;
using System.Net.Http.Json;
using Holdfast.Contracts.Views;
using Holdfast.Data.Network;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Data.Stores;

/// <summary>The means by which a component calls others.</summary>
/// <param name="Http">For the services.</param>
/// <param name="Tls">For Stores.</param>
/// <param name="Time">The clock.</param>
internal sealed record Calls(HttpClient Http, WireTls Tls, TimeProvider Time)
{
    internal ClientOptions To(IPEndPoint store, string? ticket) =>
        new() { Store = store, Ticket = ticket ?? "", Tls = Tls.Call(store), Time = Time };
}

/// <summary>The Store to look for.</summary>
/// <param name="Api">Address of the services.</param>
/// <param name="Subtopic">Subtopic of the Store.</param>
/// <param name="Reader">The reader: a task, or a Store that relays.</param>
/// <param name="Except">This Store is not meant; null: any may be.</param>
internal sealed record StoreWanted(Uri Api, string Subtopic, string Reader, string? Except = null);

/// <summary>The place from which a Store is to be read.</summary>
/// <param name="Seconds">For people and HA: unix seconds.</param>
/// <param name="After">Exactly; null: it is not known yet.</param>
/// <param name="SystemId">The source of the position.</param>
internal sealed record StorePlace(long Seconds, Position? After = null, string? SystemId = null);

/// <summary>Asks which Store has a position, and calls it.</summary>
internal sealed class StoreFinder(StoreWanted wanted, Calls calls)
{
    private readonly AvoidedStores _avoided = new(calls.Time);
    private string? _named;

    /// <summary>Opens a stream of the best Store for a position.</summary>
    internal async Task<StoreStream> Open(StorePlace place, Func<Welcome, Open> asks, CancellationToken cancel)
    {
        var (store, options) = await Find(place, cancel);
        return await StoreClient.Open(options, welcome =>
        {
            Check(welcome, store, options);
            return asks(welcome);
        }, cancel);
    }

    /// <summary>Asks the best Store for a position who it is.</summary>
    internal async Task<Welcome> Ask(StorePlace place, CancellationToken cancel)
    {
        var (store, options) = await Find(place, cancel);
        var welcome = await StoreClient.Ask(options, cancel);
        Check(welcome, store, options);
        return welcome;
    }

    /// <summary>Notes a Store that was named and failed: another one is wanted next time.</summary>
    internal async Task<T> Named<T>(Func<Task<T>> what, CancellationToken cancel)
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

    private static void Check(Welcome welcome, string store, ClientOptions options)
    {
        if (welcome.Store != store)
        {
            throw new SourceFaultException(new SourceFault("DP-313", $"At {options.Store} answers {welcome.Store}, not {store}.",
                "Wait: the Store has moved, and its new place is not known yet.", IsPassing: true));
        }
    }

    private async Task<(string Store, ClientOptions Options)> Find(StorePlace place, CancellationToken cancel)
    {
        _named = null;
        var found = await Resolve(place, cancel);
        _named = found.Store;
        return IPEndPoint.TryParse(found.Endpoint ?? "", out var endpoint)
            ? (found.Store, calls.To(endpoint, found.Ticket))
            : throw new SourceFaultException(new SourceFault("DP-312", $"Store {found.Store} has not said where it serves.",
                "Wait until it runs; it must be a Store of holdfast-data.", IsPassing: true));
    }

    private async Task<ResolvedStore> Resolve(StorePlace place, CancellationToken cancel)
    {
        var path = $"/api/v1/stores/resolve?subtopic={Uri.EscapeDataString(wanted.Subtopic)}&checkpoint={place.Seconds}"
            + Also("task", wanted.Reader) + Also("except", wanted.Except)
            + Also("position", place.After?.ToString()) + Also("systemId", place.SystemId)
            + string.Concat(_avoided.Names.Select(n => Also("avoid", n)));
        using var answer = await calls.Http.GetAsync(new Uri(wanted.Api, path), cancel);
        if (answer.IsSuccessStatusCode)
        {
            return await answer.Content.ReadFromJsonAsync(AnswerJson.Default.ResolvedStore, cancel)
                ?? throw new JsonException("the answer is null");
        }

        var problem = await answer.Content.ReadAsStringAsync(cancel);
        throw new SourceFaultException(new SourceFault("DP-311",
            $"No Store of {wanted.Subtopic} has {place.Seconds}{(place.After is { } at ? $" ({at})" : "")}: "
                + $"{(int)answer.StatusCode} {Short(problem)}",
            $"See `holdfast stores coverage`; {wanted.Reader} waits.", IsPassing: true));
    }

    private static string Also(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private static string Short(string problem) => problem.Length > 400 ? problem[..400] + "…" : problem;
}
