using System.Buffers;
using System.Buffers.Binary;

namespace Holdfast.Samples.Kafka;

/// <summary>Reads a request of Kafka's protocol: whole numbers with the highest byte first.</summary>
internal sealed class WireReader(byte[] bytes)
{
    private int _at;

    internal sbyte Int8() => (sbyte)Take(1)[0];

    internal bool Bool() => Int8() != 0;

    internal short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    internal int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    internal long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    internal string? Text()
    {
        var length = Int16();
        return length < 0 ? null : Encoding.UTF8.GetString(Take(length));
    }

    internal byte[] Bytes()
    {
        var length = Int32();
        return length < 0 ? [] : Take(length).ToArray();
    }

    /// <summary>Null: there is no array, which is not an empty one.</summary>
    internal List<T>? Maybe<T>(Func<WireReader, T> each)
    {
        var count = Int32();
        return count < 0 ? null : [.. Enumerable.Range(0, count).Select(_ => each(this))];
    }

    internal List<T> All<T>(Func<WireReader, T> each) => Maybe(each) ?? [];

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = bytes.AsSpan(_at, count);
        _at += count;
        return taken;
    }
}

/// <summary>Writes an answer of Kafka's protocol.</summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    internal WireWriter Int8(int value)
    {
        _bytes.Write([(byte)value]);
        return this;
    }

    internal WireWriter Bool(bool value) => Int8(value ? 1 : 0);

    internal WireWriter Int16(int value)
    {
        Span<byte> span = stackalloc byte[2];
        BinaryPrimitives.WriteInt16BigEndian(span, (short)value);
        return Raw(span);
    }

    internal WireWriter Int32(int value)
    {
        Span<byte> span = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(span, value);
        return Raw(span);
    }

    internal WireWriter Int64(long value)
    {
        Span<byte> span = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(span, value);
        return Raw(span);
    }

    internal WireWriter Text(string? value)
    {
        if (value is null)
        {
            return Int16(-1);
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        return Int16(bytes.Length).Raw(bytes);
    }

    internal WireWriter Bytes(ReadOnlySpan<byte> value) => Int32(value.Length).Raw(value);

    internal WireWriter All<T>(IReadOnlyCollection<T> items, Action<T> each)
    {
        Int32(items.Count);
        foreach (var item in items)
        {
            each(item);
        }

        return this;
    }

    internal WireWriter Raw(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }
}
