using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Holdfast.Platform.Http;

/// <summary>
/// The connections of the HTTP listener. At the end requests that are under way may finish; after a while the rest is cut: a client
/// that sends half a request and waits would hold up the end of everything behind the listener.
/// </summary>
internal sealed class OpenConnections(TimeProvider time) : IDisposable
{
    /// <summary>From the order to end on. A heartbeat that waits for news is answered at once.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<ConnectionContext, bool> _open = new();
    private ITimer? _cut;

    internal void Watch(ListenOptions listener) => listener.Use(next => async connection =>
    {
        _open.TryAdd(connection, true);
        try
        {
            await next(connection);
        }
        finally
        {
            _open.TryRemove(connection, out _);
        }
    });

    /// <param name="stopping">Cancelled when the process is told to end.</param>
    internal void EndWith(CancellationToken stopping) =>
        stopping.Register(() => _cut = time.CreateTimer(_ => Cut(), null, Patience, TimeSpan.FromSeconds(1)));

    public void Dispose() => _cut?.Dispose();

    private void Cut()
    {
        foreach (var connection in _open.Keys)
        {
            connection.Abort(new ConnectionAbortedException("The service ends."));
        }
    }
}
