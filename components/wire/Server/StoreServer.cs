using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Holdfast.StoreWire.Frames;
using Microsoft.Extensions.Logging;

namespace Holdfast.StoreWire.Server;

/// <summary>Serves a Store's log: one connection for each consumer. A consumer that harms does so to its own connection.</summary>
public sealed partial class StoreServer : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly IServedLog _log;
    private readonly ILogger<StoreServer> _logger;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<Task, Socket> _connections = [];
    private readonly Lock _lock = new();
    private readonly ConnectionLimits _limits;
    private readonly Task _accepting;
    private long _turnedAway;

    private StoreServer(ServerOptions options, IServedLog log, ILogger<StoreServer> logger, TcpListener listener)
    {
        (_options, _log, _logger, _listener) = (options, log, logger, listener);
        _limits = new ConnectionLimits(options.ConnectionsMax, options.GreetingMax, options.GreetingMaxOfOne);
        _accepting = Accept();
    }

    /// <summary>Address at which consumers connect.</summary>
    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Count of the connections.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>The number of those that were closed at once, because too many had not said what they want.</summary>
    public long TurnedAway => Interlocked.Read(ref _turnedAway);

    /// <summary>Listens from now on.</summary>
    /// <exception cref="ArgumentException">The options break a rule.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static StoreServer Start(ServerOptions options, IServedLog log, ILogger<StoreServer> logger)
    {
        if (options.Fault() is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        var listener = new TcpListener(options.Listen);
        listener.Start();
        return new StoreServer(options, log, logger, listener);
    }

    /// <summary>Ends every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] left;
        lock (_lock)
        {
            left = [.. _connections.Keys];
            foreach (var socket in _connections.Values)
            {
                socket.Dispose();
            }
        }

        await Task.WhenAll(left);
        _end.Dispose();
    }

    private async Task Accept()
    {
        while (!_end.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                LogNotAccepted(error.Message);
                // No descriptor is left, most likely: a moment later there may be one.
                await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(100), _options.Time, _end.Token));
                continue;
            }

            if ((socket.RemoteEndPoint as IPEndPoint)?.Address is not { } from || !_limits.TryGreet(from))
            {
                Interlocked.Increment(ref _turnedAway);
                socket.Dispose();
                continue;
            }

            lock (_lock)
            {
                // It begins once it is listed, so its end finds it there.
                var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var served = Serve(socket, from, begin.Task);
                _connections[served] = socket;
                _ = served.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                begin.SetResult();
            }
        }
    }

    private void Forget(Task served)
    {
        lock (_lock)
        {
            _connections.Remove(served);
        }
    }

    private async Task Serve(Socket socket, IPAddress peer, Task begin)
    {
        await begin;
        var from = peer.ToString();
        var greeting = new Greeting(_limits, peer);
        try
        {
            from = socket.RemoteEndPoint?.ToString() ?? from;
            socket.NoDelay = true;
            await using var stream = await Open(socket);
            using var writer = new FrameWriter(stream);
            await new Consumer(_options, _log, stream, writer, greeting).Serve(_end.Token);
        }
        catch (RefusedException refused)
        {
            LogRefused(from, refused.Refusal.Code, refused.Refusal.Message);
        }
        catch (Exception error) when (error is ProtocolException or AuthenticationException or IOException or SocketException
            or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            if (!_end.IsCancellationRequested)
            {
                LogEnded(from, error.Message);
            }
        }
        catch (Exception error)
        {
            LogFailed(error, from);
        }
        finally
        {
            greeting.Dispose();
            socket.Dispose();
        }
    }

    /// <summary>A component without TLS does not load its libraries: 200 Stores share a host.</summary>
    private Task<Stream> Open(Socket socket)
    {
        var plain = new NetworkStream(socket, ownsSocket: true);
        return _options.Tls is null ? Task.FromResult<Stream>(plain) : OpenTls(plain);
    }

    private async Task<Stream> OpenTls(NetworkStream plain)
    {
        var tls = new SslStream(plain);
        using var limit = new CancellationTokenSource(_options.HandshakeMax, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _end.Token);
        try
        {
            await tls.AuthenticateAsServerAsync(_options.Tls!(), both.Token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Store refused {From}: {Code} {Why}")]
    private partial void LogRefused(string from, string code, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The connection of {From} ended: {Why}")]
    private partial void LogEnded(string from, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "The connection of {From} failed")]
    private partial void LogFailed(Exception error, string from);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Store could not accept a connection: {Why}")]
    private partial void LogNotAccepted(string why);
}
