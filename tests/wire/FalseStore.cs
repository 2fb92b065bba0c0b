using Holdfast.Log.Format;
using Holdfast.Log.Reading;

namespace Holdfast.Wire.Tests;

/// <summary>A Store that lies in one way.</summary>
internal sealed class FalseStore : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromSeconds(20), TimeProvider.System);
    private Task _serving = Task.CompletedTask;

    internal enum Fault
    {
        Damaged,
        CutOff,
        Doubled,
        Backwards,
        PartWithoutBeginning,
        AliveBackwards,
    }

    internal IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    internal CancellationToken Cancel => _limit.Token;

    internal static Task<FalseStore> Start(Fault fault)
    {
        var store = new FalseStore();
        store._listener.Start();
        store._serving = store.Serve(fault);
        return Task.FromResult(store);
    }

    private async Task Serve(Fault fault)
    {
        using var client = await _listener.AcceptTcpClientAsync(Cancel);
        using var reader = new FrameReader(client.GetStream(), 0);
        using var writer = new FrameWriter(client.GetStream());
        await reader.Next(Cancel);
        await writer.Write(FrameType.Welcome, JsonSerializer.SerializeToUtf8Bytes(new Welcome
        {
            Version = 1, Store = "false", Kind = "test", SystemId = Served.SystemId, Range = new WireRange(),
        }, Json), Cancel);
        await reader.Next(Cancel);
        await writer.Write(FrameType.Opened, JsonSerializer.SerializeToUtf8Bytes(new Opened("0/0"), Json), Cancel);
        await writer.Write(FrameType.Block, Block(5), Cancel);
        var next = Block(fault == Fault.Doubled ? 5u : fault == Fault.Backwards ? 4u : 6u, isFirst: fault != Fault.PartWithoutBeginning);
        switch (fault)
        {
            case Fault.Damaged:
                next[^1] ^= 1;
                break;
            case Fault.CutOff:
                next = next[..^1];
                break;
            case Fault.AliveBackwards:
                await writer.Alive(new Position(0, 1), 0, Cancel);
                break;
        }

        await writer.Write(FrameType.Block, next, Cancel);
        client.Client.Shutdown(SocketShutdown.Send);
        await Task.WhenAny(reader.Next(Cancel).AsTask());
    }

    private static byte[] Block(ulong position, bool isFirst = true)
    {
        var part = new RandomData(1).Part(new Position(0, position), []) with { IsFirst = isFirst };
        var payload = new System.Buffers.ArrayBufferWriter<byte>();
        Engine.Transactions.TransactionCodec.Write(payload, part);
        return LogBlock.Pack(new BlockHeader { Kind = BlockKind.Data, Count = 1, First = part.Position, Last = part.Position },
            payload.WrittenSpan);
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        _listener.Stop();
        await Task.WhenAny(_serving);
        _limit.Dispose();
    }
}
