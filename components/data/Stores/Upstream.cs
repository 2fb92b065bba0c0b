using System.Net;
using Holdfast.Engine.Relay;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Data.Stores;

/// <summary>A Store at a fixed place.</summary>
internal sealed class FixedUpstream(IPEndPoint endpoint, Calls calls) : IUpstream
{
    public Task<Welcome> Ask(CancellationToken cancel) => StoreClient.Ask(calls.To(endpoint, null), cancel);

    public Task<StoreStream> Open(Position? after, Func<Welcome, Open> asks, CancellationToken cancel) =>
        StoreClient.Open(calls.To(endpoint, null), asks, cancel);
}

/// <summary>The Store of the subtopic that suits best the place where the log here ends.</summary>
/// <param name="finder">Finds it.</param>
/// <param name="end">Reads that place, unix seconds.</param>
internal sealed class ResolvedUpstream(StoreFinder finder, Func<long> end) : IUpstream
{
    private string? _systemId;

    public async Task<Welcome> Ask(CancellationToken cancel)
    {
        var welcome = await finder.Named(() => finder.Ask(new StorePlace(end()), cancel), cancel);
        _systemId = welcome.SystemId;
        return welcome;
    }

    public Task<StoreStream> Open(Position? after, Func<Welcome, Open> asks, CancellationToken cancel) =>
        finder.Named(() => finder.Open(new StorePlace(end(), after, after is null ? null : _systemId), asks, cancel), cancel);
}
