using System.Buffers.Binary;
using System.Text.Json.Serialization.Metadata;

namespace Holdfast.StoreWire.Frames;

/// <summary>Writes frames, each whole, from whichever side of a connection has something to say.</summary>
public sealed class FrameWriter(Stream to) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly byte[] _small = new byte[5 + 24 + FrameSeal.Size];

    /// <summary>A message as JSON.</summary>
    public Task Write<T>(FrameType type, T message, JsonTypeInfo<T> json, CancellationToken cancel) =>
        Write(type, JsonSerializer.SerializeToUtf8Bytes(message, json), cancel);

    /// <summary>A payload as it is, sealed unless it is a block.</summary>
    public async Task Write(FrameType type, ReadOnlyMemory<byte> payload, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            Head(type, payload.Length);
            await to.WriteAsync(_small.AsMemory(0, 5), cancel);
            await to.WriteAsync(payload, cancel);
            if (FrameSeal.SizeOf(type) is var size and > 0)
            {
                FrameSeal.Write(_small, type, payload.Span);
                await to.WriteAsync(_small.AsMemory(0, size), cancel);
            }

            await to.FlushAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A position and a time: microseconds since 1970-01-01T00:00:00Z.</summary>
    public async Task Alive(Position position, long time, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            Head(FrameType.Alive, 24);
            BinaryPrimitives.WriteUInt64LittleEndian(_small.AsSpan(5), position.Major);
            BinaryPrimitives.WriteUInt64LittleEndian(_small.AsSpan(13), position.Minor);
            BinaryPrimitives.WriteInt64LittleEndian(_small.AsSpan(21), time);
            FrameSeal.Write(_small.AsSpan(29), FrameType.Alive, _small.AsSpan(5, 24));
            await to.WriteAsync(_small, cancel);
            await to.FlushAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>More bytes of blocks may come.</summary>
    public async Task Credit(long bytes, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            Head(FrameType.Credit, 8);
            BinaryPrimitives.WriteInt64LittleEndian(_small.AsSpan(5), bytes);
            FrameSeal.Write(_small.AsSpan(13), FrameType.Credit, _small.AsSpan(5, 8));
            await to.WriteAsync(_small.AsMemory(0, 13 + FrameSeal.Size), cancel);
            await to.FlushAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Reads what <see cref="Alive"/> writes.</summary>
    /// <exception cref="ProtocolException">It is not that.</exception>
    public static (Position Position, long Time) ReadAlive(ReadOnlySpan<byte> payload) => payload.Length == 24
        ? (new Position(BinaryPrimitives.ReadUInt64LittleEndian(payload), BinaryPrimitives.ReadUInt64LittleEndian(payload[8..])),
            BinaryPrimitives.ReadInt64LittleEndian(payload[16..]))
        : throw new ProtocolException($"a sign of life has 24 bytes, not {payload.Length}");

    /// <summary>Reads what <see cref="Credit"/> writes.</summary>
    /// <exception cref="ProtocolException">It is not that.</exception>
    public static long ReadCredit(ReadOnlySpan<byte> payload) =>
        payload.Length == 8 && BinaryPrimitives.ReadInt64LittleEndian(payload) is var bytes and > 0
            ? bytes
            : throw new ProtocolException("a credit is a number above 0");

    private void Head(FrameType type, int payload)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_small, (uint)(payload + FrameSeal.SizeOf(type) + 1));
        _small[4] = (byte)type;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();
}
