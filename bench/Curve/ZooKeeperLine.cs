using System.Buffers.Binary;

namespace Holdfast.Bench.Curve;

/// <summary>A session of ZooKeeper and its pings: a connection for each host, as its protocol has it.</summary>
internal sealed class ZooKeeperLine(Uri server, int number) : Line
{
    private const int SessionMs = 40_000;
    private const int PingXid = -2;
    private const int PingType = 11;
    private readonly byte[] _answer = new byte[256];
    private Stream? _stream;

    internal override async Task Open(CancellationToken cancel)
    {
        _stream = await Connect(server, number, cancel);
        var request = new byte[4 + 45];
        BinaryPrimitives.WriteInt32BigEndian(request, 45);
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(16), SessionMs); // After version 0 and no zxid seen.
        BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(28), 16); // After session 0: a password of 16 zeros, and not read-only.
        await _stream.WriteAsync(request, cancel);
        await Answer(cancel);
        if (BinaryPrimitives.ReadInt32BigEndian(_answer.AsSpan(4)) <= 0)
        {
            throw new IOException("ZooKeeper gives no session");
        }
    }

    internal override async Task<bool> Beat(int host, CancellationToken cancel)
    {
        var ping = new byte[12];
        BinaryPrimitives.WriteInt32BigEndian(ping, 8);
        BinaryPrimitives.WriteInt32BigEndian(ping.AsSpan(4), PingXid);
        BinaryPrimitives.WriteInt32BigEndian(ping.AsSpan(8), PingType);
        await _stream!.WriteAsync(ping, cancel);
        await Answer(cancel);
        return BinaryPrimitives.ReadInt32BigEndian(_answer) == PingXid;
    }

    public override ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task Answer(CancellationToken cancel)
    {
        await _stream!.ReadExactlyAsync(_answer.AsMemory(0, 4), cancel);
        var length = BinaryPrimitives.ReadInt32BigEndian(_answer);
        await _stream.ReadExactlyAsync(_answer.AsMemory(0, length), cancel);
    }
}
