using System.Buffers;

namespace Holdfast.Log.Writing;

/// <summary>Bytes that grow at their end, and whose earlier parts may still be changed: a block's header is written last.</summary>
internal sealed class BlockBuffer : IBufferWriter<byte>
{
    /// <summary>Bytes that are kept for the next group; a larger buffer, for a large transaction, is given back.</summary>
    private const int KeptBytes = 1 << 20;

    private byte[] _bytes = new byte[64 << 10];

    internal int Length { get; private set; }

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    internal Span<byte> From(int offset) => _bytes.AsSpan(offset, Length - offset);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => Room(sizeHint).AsMemory(Length);

    public Span<byte> GetSpan(int sizeHint = 0) => Room(sizeHint).AsSpan(Length);

    /// <summary>Removes what stands behind an offset.</summary>
    internal void CutTo(int offset)
    {
        Length = offset;
        if (offset == 0 && _bytes.Length > KeptBytes)
        {
            _bytes = new byte[KeptBytes];
        }
    }

    private byte[] Room(int size)
    {
        var needed = (long)Length + Math.Max(size, 1);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 2L)));
        }

        return _bytes;
    }
}
