using System.Net;
using System.Net.Sockets;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>An address that leads to one server and later to another one, as those do that follow a primary.</summary>
internal sealed class Address : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private volatile int _target;

    internal Address(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    internal int Port { get; }

    /// <summary>Connections that come from now on are led there.</summary>
    internal void LeadTo(int target) => _target = target;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await Task.WhenAny(_accepting);
        _end.Dispose();
    }

    private async Task Accept()
    {
        while (!_end.IsCancellationRequested)
        {
            _ = Lead(await _listener.AcceptTcpClientAsync(_end.Token));
        }
    }

    private async Task Lead(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _target, _end.Token);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _end.Token),
                far.GetStream().CopyToAsync(near.GetStream(), _end.Token));
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException)
        {
            // Connected clients see it closed.
        }
    }
}
