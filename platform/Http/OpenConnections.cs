using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Platform.Http;

/// <summary>
/// The connections of the HTTP listener. Half-open ones, on which no request has come yet, are bounded. Beyond the bound the oldest is
/// cut, so that somebody who opens connections and says nothing takes no room from hosts that report. At the end requests that are under
/// way may finish; after a while the rest is cut. A client that sends half a request and waits would otherwise hold up the end of
/// everything behind the listener.
/// </summary>
internal sealed class OpenConnections(TimeProvider time) : IDisposable
{
    /// <summary>From the order to end on. A heartbeat that waits for news is answered at once.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Of all connections that are taken, so many may be half-open.</summary>
    private const int HalfOpenShare = 4;

    private readonly ConcurrentDictionary<ConnectionContext, bool> _open = new();
    private readonly Lock _lock = new();

    /// <summary>The oldest first; under the lock.</summary>
    private readonly LinkedList<HalfOpen> _halfOpen = [];

    private ITimer? _cut;

    /// <summary>A connection on which no request has come yet.</summary>
    private sealed class HalfOpen(ConnectionContext connection)
    {
        internal ConnectionContext Connection => connection;

        /// <summary>Null: a request has come, or it is closed.</summary>
        internal LinkedListNode<HalfOpen>? Node { get; set; }
    }

    internal int HalfOpenCount
    {
        get
        {
            lock (_lock)
            {
                return _halfOpen.Count;
            }
        }
    }

    internal static int HalfOpenMax(int connectionsMax) => Math.Max(1, connectionsMax / HalfOpenShare);

    internal void Watch(ListenOptions listener, int connectionsMax) => listener.Use(next => connection =>
        Follow(connection, () => next(connection), HalfOpenMax(connectionsMax)));

    internal async Task Follow(ConnectionContext connection, Func<Task> served, int halfOpenMax)
    {
        _open.TryAdd(connection, true);
        var half = Begin(connection, halfOpenMax);
        try
        {
            await served();
        }
        finally
        {
            Remove(half);
            _open.TryRemove(connection, out _);
        }
    }

    /// <summary>First of all that happens to a request.</summary>
    internal void UseIn(IApplicationBuilder app) => app.Use((context, next) =>
    {
        Heard(context.Features.Get<IConnectionItemsFeature>()?.Items);
        return next(context);
    });

    /// <summary>A request has come.</summary>
    internal void Heard(IDictionary<object, object?>? items)
    {
        // With each request: no lock once it is known.
        if (items is not null && items.TryGetValue(typeof(HalfOpen), out var found) && found is HalfOpen { Node: not null } half)
        {
            Remove(half);
        }
    }

    /// <param name="stopping">Cancelled when the process is told to end.</param>
    internal void EndWith(CancellationToken stopping) =>
        stopping.Register(() => _cut = time.CreateTimer(_ => Cut(), null, Patience, TimeSpan.FromSeconds(1)));

    public void Dispose() => _cut?.Dispose();

    private HalfOpen Begin(ConnectionContext connection, int max)
    {
        var half = new HalfOpen(connection);
        HalfOpen? oldest = null;
        connection.Items[typeof(HalfOpen)] = half;
        lock (_lock)
        {
            half.Node = _halfOpen.AddLast(half);
            if (_halfOpen.Count > max)
            {
                oldest = _halfOpen.First!.Value;
                _halfOpen.RemoveFirst();
                oldest.Node = null;
            }
        }

        oldest?.Connection.Abort(new ConnectionAbortedException("Nothing was asked on it, and others wait."));
        return half;
    }

    private void Remove(HalfOpen half)
    {
        lock (_lock)
        {
            if (half.Node is { } node)
            {
                _halfOpen.Remove(node);
                half.Node = null;
            }
        }
    }

    private void Cut()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Abort(new ConnectionAbortedException("The service ends."));
        }
    }
}
