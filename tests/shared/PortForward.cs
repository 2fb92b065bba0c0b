using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Tests;

/// <summary>A port that leads to another one, as an address does that follows the primary.</summary>
internal sealed class PortForward : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private readonly Task _accepting;
    private volatile int _target;

    /// <param name="target">The port to which it leads.</param>
    /// <param name="port">Its own; 0: any.</param>
    internal PortForward(int target, int port = 0)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    internal int Port { get; }

    /// <summary>Leads elsewhere from now on, and cuts what is open.</summary>
    internal void To(int target)
    {
        _target = target;
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        To(0);
        await Task.WhenAny(_accepting);
    }

    private async Task Accept()
    {
        while (true)
        {
            var from = await _listener.AcceptSocketAsync();
            _ = Lead(from);
        }
    }

    private async Task Lead(Socket from)
    {
        using var to = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using (from)
        {
            (_open[from], _open[to]) = (true, true);
            try
            {
                await to.ConnectAsync(IPAddress.Loopback, _target);
                await Task.WhenAll(Copy(from, to), Copy(to, from));
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // Nobody is there: whoever has come is sent away.
            }
            finally
            {
                _open.TryRemove(from, out _);
                _open.TryRemove(to, out _);
            }
        }
    }

    /// <summary>
    /// Hands on the end, too, and not more. A socket that is disposed while it is read may be reset, and the other side loses what it
    /// has not read yet.
    /// </summary>
    private static async Task Copy(Socket from, Socket to)
    {
        try
        {
            var bytes = new byte[64 << 10];
            while (await from.ReceiveAsync(bytes) is > 0 and var read)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(bytes.AsMemory(sent, read - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
