using System.Buffers.Binary;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>Takes what a message consists of off its front.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    internal readonly bool IsAtEnd => _rest.IsEmpty;

    internal byte Byte() => Take(1)[0];

    internal int Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    internal int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    internal uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    internal long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    internal string Text()
    {
        var end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            throw new DamagedException("a text in a message does not end");
        }

        var text = Encoding.UTF8.GetString(_rest[..end]);
        _rest = _rest[(end + 1)..];
        return text;
    }

    internal ReadOnlySpan<byte> Take(int bytes)
    {
        if ((uint)bytes > (uint)_rest.Length)
        {
            throw new DamagedException($"a message ends: {bytes} bytes are to follow, there are {_rest.Length}");
        }

        var taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
