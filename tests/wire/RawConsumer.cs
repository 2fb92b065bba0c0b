namespace Holdfast.Wire.Tests;

/// <summary>A consumer that says exactly what a test wants.</summary>
internal sealed class RawConsumer : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TcpClient _tcp;
    private readonly FrameReader _reader;
    private readonly FrameWriter _writer;
    private Task<Frame?>? _pending;

    private RawConsumer(TcpClient tcp)
    {
        _tcp = tcp;
        _reader = new FrameReader(tcp.GetStream(), 64 << 20);
        _writer = new FrameWriter(tcp.GetStream());
    }

    internal static async Task<RawConsumer> Connect(IPEndPoint to, CancellationToken cancel)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync(to, cancel);
        return new RawConsumer(tcp);
    }

    internal static async Task<RawConsumer> Open(IPEndPoint to, Open asks, CancellationToken cancel)
    {
        var raw = await Connect(to, cancel);
        await raw.Say(FrameType.Hello, new Hello { Version = 1 }, cancel);
        Assert.Equal(FrameType.Welcome, (await raw.Next(TimeSpan.FromSeconds(20), cancel))!.Value.Type);
        await raw.Say(FrameType.Open, asks, cancel);
        Assert.Equal(FrameType.Opened, (await raw.Next(TimeSpan.FromSeconds(20), cancel))!.Value.Type);
        return raw;
    }

    internal Task Say<T>(FrameType type, T message, CancellationToken cancel) =>
        _writer.Write(type, JsonSerializer.SerializeToUtf8Bytes(message, Json), cancel);

    internal Task Bytes(byte[] bytes, CancellationToken cancel) => _tcp.GetStream().WriteAsync(bytes, cancel).AsTask();

    internal Task Credit(long bytes, CancellationToken cancel) => _writer.Credit(bytes, cancel);

    /// <summary>The next frame; null: none came for so long, or the Store has ended the connection.</summary>
    internal async Task<Frame?> Next(TimeSpan max, CancellationToken cancel)
    {
        _pending ??= _reader.Next(cancel).AsTask();
        var limit = Task.Delay(max, TimeProvider.System, cancel);
        if (await Task.WhenAny(_pending, limit) != _pending)
        {
            return null;
        }

        var frame = await _pending;
        _pending = null;
        return frame;
    }

    /// <summary>Reads on until a frame of this type comes.</summary>
    internal async Task<Frame> Until(FrameType type, CancellationToken cancel)
    {
        while (true)
        {
            var frame = await Next(TimeSpan.FromSeconds(20), cancel);
            Assert.NotNull(frame);
            if (frame.Value.Type == type)
            {
                return frame.Value;
            }
        }
    }

    /// <summary>Waits likewise, and returns what it says.</summary>
    internal async Task<T> Until<T>(FrameType type, CancellationToken cancel) =>
        JsonSerializer.Deserialize<T>((await Until(type, cancel)).Payload.Span, Json)!;

    public async ValueTask DisposeAsync()
    {
        _tcp.Dispose();
        if (_pending is not null)
        {
            await Task.WhenAny(_pending);
        }

        _reader.Dispose();
        _writer.Dispose();
    }
}
