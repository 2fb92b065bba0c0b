namespace Holdfast.Engine.Values;

/// <summary>The bytes that belong to a value's kind: where they end, and that a later reader can rely on them.</summary>
internal static class ValuePayload
{
    /// <summary>Arrays stand in arrays no deeper than this.</summary>
    private const int DepthMax = 8;

    /// <summary>Reads the payload of a kind.</summary>
    /// <returns>The payload; it is taken off the front.</returns>
    internal static ReadOnlySpan<byte> Read(ValueKind kind, scoped ref ReadOnlySpan<byte> from, int depth)
    {
        switch (kind)
        {
            case ValueKind.Absent or ValueKind.Null:
                return [];
            case ValueKind.Bool:
                return Varint.Take(ref from, 1);
            case ValueKind.Int64 or ValueKind.UInt64 or ValueKind.Date or ValueKind.Time:
                return Numbers(ref from, 1);
            case ValueKind.DateTime:
                return Numbers(ref from, 2);
            case ValueKind.Float32:
                return Varint.Take(ref from, 4);
            case ValueKind.Float64 or ValueKind.Instant:
                return Varint.Take(ref from, 8);
            case ValueKind.Uuid:
                return Varint.Take(ref from, 16);
            case ValueKind.Decimal or ValueKind.Text or ValueKind.Bytes or ValueKind.Json or ValueKind.Enum or ValueKind.Set:
                return Varint.ReadBytes(ref from);
            case ValueKind.Bit or ValueKind.Geometry or ValueKind.Unknown or ValueKind.Array:
                var framed = Varint.ReadBytes(ref from);
                Check(kind, framed, depth);
                return framed;
            default:
                throw new DamagedException($"there is no kind of value {(byte)kind}");
        }
    }

    private static ReadOnlySpan<byte> Numbers(scoped ref ReadOnlySpan<byte> from, int count)
    {
        var all = from;
        for (var i = 0; i < count; i++)
        {
            Varint.Read(ref from);
        }

        return all[..^from.Length];
    }

    /// <summary>Checks what a reader later relies on in a value that has a frame of its own.</summary>
    private static void Check(ValueKind kind, ReadOnlySpan<byte> framed, int depth)
    {
        var first = Varint.Read(ref framed);
        switch (kind)
        {
            case ValueKind.Bit when (first + 7) / 8 != (ulong)framed.Length:
                throw new DamagedException($"{first} bits are said to be in {framed.Length} bytes");
            case ValueKind.Unknown:
                Varint.Take(ref framed, first);
                return;
            case ValueKind.Array:
                CheckArray(first, framed, depth);
                return;
        }
    }

    private static void CheckArray(ulong dimensions, ReadOnlySpan<byte> framed, int depth)
    {
        if (dimensions > DepthMax || depth > DepthMax)
        {
            throw new DamagedException($"an array has more than {DepthMax} dimensions");
        }

        UInt128 count = dimensions == 0 ? 0u : 1u;
        for (var i = 0ul; i < dimensions; i++)
        {
            count *= Varint.Read(ref framed) & uint.MaxValue;
            Varint.Read(ref framed);
        }

        for (UInt128 i = 0; i < count; i++)
        {
            if (framed.IsEmpty)
            {
                throw new DamagedException($"an array is to have {count} elements, it has {i}");
            }

            var kind = (ValueKind)framed[0];
            framed = framed[1..];
            Read(kind, ref framed, depth + 1);
        }

        if (!framed.IsEmpty)
        {
            throw new DamagedException($"{framed.Length} bytes stand behind the elements of an array");
        }
    }
}
