using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Rules.Apply.Keys;

/// <summary>A 64-bit hash of what is added, the same in each run and on each machine. Two that differ are different; equal ones may
/// be.</summary>
internal struct Hash64(ulong seed)
{
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15;
    private ulong _state = seed ^ Odd;

    internal void Add(ulong word)
    {
        _state = (_state ^ word) * Odd;
        _state ^= BitOperations.RotateRight(_state, 29);
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        Add((ulong)bytes.Length);
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        if (!bytes.IsEmpty)
        {
            var last = 0ul;
            for (var i = 0; i < bytes.Length; i++)
            {
                last |= (ulong)bytes[i] << 8 * i;
            }

            Add(last);
        }
    }

    /// <summary>The hash of all that was added.</summary>
    internal readonly ulong Value
    {
        get
        {
            var hash = (_state ^ (_state >> 32)) * 0xD6E8_FEB8_6659_FD93;
            return hash ^ (hash >> 32);
        }
    }
}
