namespace Holdfast.Platform.Tests.Postgres;

/// <summary>
/// Stands between a client and the server. On demand it lets what the client sends next through, waits until the server has answered,
/// swallows the answer and cuts the connection. So the request has happened, and the client does not know.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _to;
    private readonly Task _accepting;
    private int _cuts;

    internal CuttingProxy(int to)
    {
        _to = to;
        _listener.Start();
        _accepting = Accept();
    }

    internal int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Number of answers that are still to be swallowed.</summary>
    internal int Cuts
    {
        get => Volatile.Read(ref _cuts);
        set => Volatile.Write(ref _cuts, value);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = Serve(client).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private async Task Serve(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, _to, _stop.Token);
            var armed = new StrongBox();
            await Task.WhenAny(
                Pump(client, server, bytes => armed.Cuts |= Cuts > 0 && HoldsWrite(bytes), _ => false),
                Pump(server, client, _ => { }, _ => armed.Cuts && Interlocked.Decrement(ref _cuts) >= 0));
        }
    }

    private sealed class StrongBox
    {
        internal volatile bool Cuts;
    }

    /// <summary>A write's statement, or its execution by the name that the driver has prepared it under.</summary>
    private static bool HoldsWrite(ReadOnlySpan<byte> bytes) => bytes.IndexOf("holdfast_writes"u8) >= 0 || bytes.IndexOf("_auto"u8) >= 0;

    private delegate void See(ReadOnlySpan<byte> bytes);

    private async Task Pump(TcpClient from, TcpClient to, See see, Func<int, bool> cut)
    {
        var buffer = new byte[1 << 16];
        while (await from.GetStream().ReadAsync(buffer, _stop.Token) is > 0 and var count)
        {
            see(buffer.AsSpan(0, count));
            if (cut(count))
            {
                return;
            }

            await to.GetStream().WriteAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
