using System.Buffers;
using System.Buffers.Binary;

namespace Holdfast.StoreWire.Frames;

/// <summary>
/// Reads frames: u32 length of what follows (little endian), u8 type, payload, and but for blocks a CRC32C. A length is believed only up
/// to a limit, and memory for it is taken as its bytes come, so a hostile peer costs no more than it sends.
/// </summary>
public sealed class FrameReader(Stream from, int blockBytesMax) : IDisposable
{
    /// <summary>All but blocks are small.</summary>
    public const int ControlBytesMax = 64 * 1024;

    private const int StepBytes = 256 * 1024;

    private readonly byte[] _head = new byte[5];
    private byte[] _payload = ArrayPool<byte>.Shared.Rent(4096);

    /// <summary>The next frame; null: the other side has ended the connection between two frames.</summary>
    /// <exception cref="ProtocolException">It is none: too long, of an unknown type, or cut off.</exception>
    public async ValueTask<Frame?> Next(CancellationToken cancel)
    {
        var read = await from.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancel);
        if (read == 0)
        {
            return null;
        }

        if (read < _head.Length)
        {
            throw new ProtocolException("the connection ended within a frame");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(_head);
        var type = (FrameType)_head[4];
        if (type is < FrameType.Hello or > FrameType.Close)
        {
            throw new ProtocolException($"there is no frame of type {_head[4]}");
        }

        var max = type == FrameType.Block ? blockBytesMax : ControlBytesMax;
        var seal = FrameSeal.SizeOf(type);
        if (length < 1 + seal || length - 1 > max)
        {
            throw new ProtocolException($"a frame {type} has {length} bytes, the least is {1 + seal}, the most {max + 1L}");
        }

        var size = (int)length - 1;
        await Fill(size, cancel);
        return seal == 0 || FrameSeal.IsWhole(type, _payload.AsSpan(0, size))
            ? new Frame(type, _payload.AsMemory(0, size - seal))
            : throw new ProtocolException($"a frame {type} was damaged on its way");
    }

    private async ValueTask Fill(int size, CancellationToken cancel)
    {
        for (var have = 0; have < size;)
        {
            var want = Math.Min(size, have + StepBytes);
            if (_payload.Length < want)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Min(size, Math.Max(want, _payload.Length * 2)));
                _payload.AsSpan(0, have).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_payload);
                _payload = larger;
            }

            var read = await from.ReadAtLeastAsync(_payload.AsMemory(have, want - have), want - have, throwOnEndOfStream: false, cancel);
            if (read < want - have)
            {
                throw new ProtocolException("the connection ended within a frame");
            }

            have = want;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_payload);
}
