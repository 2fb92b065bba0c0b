using System.Net;
using Holdfast.Engine.Relay;
using Holdfast.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Engines.Tests.Relay;

/// <summary>A Store in this process.</summary>
internal sealed class Downstream : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ISource _source;
    private readonly Task<StoreFault?> _run;

    internal Downstream(string folder, Func<IPEndPoint?> upstream, string name = "st2")
        : this(folder, new RelaySource(new ExaminedRelay.Upstream(() => upstream() ?? new IPEndPoint(IPAddress.Loopback, 1)), name,
            TimeProvider.System), name, DateTimeOffset.UnixEpoch)
    {
    }

    internal Downstream(string folder, ISource source, string name, DateTimeOffset? from = null)
    {
        _source = source;
        Runner = new StoreRunner(source, new StoreOptions
        {
            Name = name, Subtopic = "shop", Folder = folder, From = from, RetryDelay = TimeSpan.FromMilliseconds(50),
        }, TimeProvider.System, NullLoggerFactory.Instance);
        _run = Runner.Run(_end.Token);
    }

    internal StoreRunner Runner { get; }

    public async ValueTask DisposeAsync()
    {
        if (!_end.IsCancellationRequested)
        {
            await _end.CancelAsync();
            Assert.Null(await _run);
            await _source.DisposeAsync();
        }
    }
}
