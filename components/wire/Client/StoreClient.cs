using System.Net.Security;
using System.Net.Sockets;
using Holdfast.StoreWire.Frames;

namespace Holdfast.StoreWire.Client;

/// <summary>The Store that a consumer calls, and the consumer's identity.</summary>
public sealed record ClientOptions
{
    /// <summary>Address at which the Store listens.</summary>
    public required IPEndPoint Store { get; init; }

    /// <summary>Ticket from <c>resolve</c>; empty: the Store asks for none.</summary>
    public string Ticket { get; init; } = "";

    /// <summary>TLS; null: none, which is allowed on loopback only.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Time that connecting and opening may take.</summary>
    public TimeSpan OpenMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A Store that says nothing for so long, not even that nothing has happened, is given up.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest block that is taken.</summary>
    public int BlockBytesMax { get; init; } = 256 << 20;

    /// <summary>All waiting goes by it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>Opens a stream of a Store.</summary>
public static class StoreClient
{
    /// <summary>Connects, says hello, and opens a stream.</summary>
    /// <exception cref="RefusedException">The Store refuses, with its code and its range.</exception>
    /// <exception cref="ProtocolException">It is no Store, or a broken one.</exception>
    /// <exception cref="IOException">It cannot be reached.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public static Task<StoreStream> Open(ClientOptions options, Func<Welcome, Open> asks, CancellationToken cancel) =>
        Connected(options, (stream, both) => Begin(options, stream, asks, both), cancel);

    /// <summary>Asks a Store who it is and what it can serve, and goes.</summary>
    /// <inheritdoc cref="Open"/>
    public static Task<Welcome> Ask(ClientOptions options, CancellationToken cancel) => Connected(options, async (stream, both) =>
    {
        await using (stream)
        {
            using var reader = new FrameReader(stream, options.BlockBytesMax);
            using var writer = new FrameWriter(stream);
            var welcome = await Greet(options, reader, writer, both);
            await writer.Write(FrameType.Close, ReadOnlyMemory<byte>.Empty, both);
            return welcome;
        }
    }, cancel);

    private static async Task<T> Connected<T>(
        ClientOptions options, Func<Stream, CancellationToken, Task<T>> then, CancellationToken cancel)
    {
        if (options.Tls is null && !OwnHost.Is(options.Store.Address))
        {
            throw new ProtocolException($"{options.Store} is not this host alone, so tls is needed");
        }

        using var limit = new CancellationTokenSource(options.OpenMax, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        var socket = new Socket(options.Store.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Store, both.Token);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is not null)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(options.Tls, both.Token);
            }

            return await then(stream, both.Token);
        }
        catch (Exception error)
        {
            socket.Dispose();
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            throw error switch
            {
                SocketException => new IOException($"{options.Store}: {error.Message}", error),
                OperationCanceledException when !cancel.IsCancellationRequested =>
                    new TimeoutException($"{options.Store} did not answer within {options.OpenMax.TotalSeconds:0} s"),
                _ => error,
            };
        }
    }

    private static async Task<StoreStream> Begin(ClientOptions options, Stream stream, Func<Welcome, Open> asks, CancellationToken cancel)
    {
        var reader = new FrameReader(stream, options.BlockBytesMax);
        var writer = new FrameWriter(stream);
        var welcome = await Greet(options, reader, writer, cancel);
        var open = asks(welcome);
        await writer.Write(FrameType.Open, open, WireJson.Default.Open, cancel);
        var opened = WireJson.Read(await Expect(reader, FrameType.Opened, cancel), WireJson.Default.Opened);
        return !Position.TryParse(opened.After, out var after) ? throw new ProtocolException("the stream's start is no position")
            : Position.TryParse(open.After, out var asked) && asked != after
                ? throw new ProtocolException($"the stream starts after {after}, asked was for {asked}")
            : new StoreStream(options, stream, reader, writer, welcome, after);
    }

    private static async Task<Welcome> Greet(ClientOptions options, FrameReader reader, FrameWriter writer, CancellationToken cancel)
    {
        await writer.Write(FrameType.Hello, new Hello { Version = 1, Ticket = options.Ticket }, WireJson.Default.Hello, cancel);
        var welcome = WireJson.Read(await Expect(reader, FrameType.Welcome, cancel), WireJson.Default.Welcome);
        return welcome.Version != 1 ? throw new ProtocolException($"the Store speaks version {welcome.Version} of the protocol")
            : welcome.Terms.Any(t => t is null) || welcome.Through.Any(t => t is null)
                ? throw new ProtocolException("the Store names a term, or a Store, that is null")
            : welcome;
    }

    private static async Task<Frame> Expect(FrameReader reader, FrameType type, CancellationToken cancel)
    {
        var frame = await reader.Next(cancel) ?? throw new ProtocolException($"the connection ended before a frame {type}");
        return frame.Type == type ? frame
            : frame.Type == FrameType.Refused ? throw new RefusedException(WireJson.Read(frame, WireJson.Default.RefusedFrame))
            : throw new ProtocolException($"a frame {frame.Type} came where {type} was to come");
    }
}
