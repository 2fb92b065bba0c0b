using System.Buffers.Binary;
using System.Numerics;

namespace Holdfast.Samples.Kafka;

/// <summary>
/// Some messages as a producer has sent them: Kafka's record batch, version 2. The broker sets its offset and reads its head.
/// </summary>
internal sealed class RecordBatch
{
    private const int HeadBytes = 61;
    private const int Transactional = 0x10;
    private const int Control = 0x20;
    private const int Compression = 0x07;

    /// <summary>Offset at which a marker says what it is: behind the lengths of the record and of its key, and the key's version.</summary>
    private const int MarkerType = HeadBytes + 7;

    private readonly byte[] _bytes;

    private RecordBatch(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal long First => BinaryPrimitives.ReadInt64BigEndian(_bytes);

    internal long Last => First + BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(23));

    internal int Count => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(57));

    internal long Producer => BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(43));

    internal short Epoch => BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(51));

    internal int Sequence => BinaryPrimitives.ReadInt32BigEndian(_bytes.AsSpan(53));

    internal bool IsTransactional => (Attributes & Transactional) != 0;

    /// <summary>The broker's own record that ends a transaction.</summary>
    internal bool IsMarker => (Attributes & Control) != 0;

    /// <summary>Verdict of a marker: what came before it counts.</summary>
    internal bool IsCommit => BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(MarkerType)) == 1;

    private short Attributes => BinaryPrimitives.ReadInt16BigEndian(_bytes.AsSpan(21));

    /// <summary>All batches of a request, or of one partition of it.</summary>
    internal static List<RecordBatch> All(byte[] bytes)
    {
        var batches = new List<RecordBatch>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = 12 + BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8));
            batches.Add(new RecordBatch(bytes.AsSpan(at, length).ToArray()));
            at += length;
        }

        return batches;
    }

    /// <summary>The broker's own record that ends a transaction in a partition.</summary>
    internal static RecordBatch Marker(long producer, short epoch, bool isCommit, long milliseconds)
    {
        var record = new WireWriter().Int8(0).Int8(0).Int8(0) // attributes, and two differences of 0
            .Int8(4 << 1).Int16(0).Int16(isCommit ? 1 : 0).Int8(6 << 1).Int16(0).Int32(0).Int8(0).ToArray();
        var crcless = new WireWriter().Int16(Transactional | Control).Int32(0).Int64(milliseconds).Int64(milliseconds)
            .Int64(producer).Int16(epoch).Int32(-1).Int32(1).Int8(record.Length << 1).Raw(record).ToArray();
        return new RecordBatch(new WireWriter().Int64(0).Int32(4 + 1 + 4 + crcless.Length).Int32(0).Int8(2).Int32((int)Crc(crcless))
            .Raw(crcless).ToArray());
    }

    /// <summary>Each message's key (null: it has none) and whether it has a value; null: the batch is packed.</summary>
    internal List<(string? Key, bool HasValue)>? Keys()
    {
        if ((Attributes & Compression) != 0)
        {
            return null;
        }

        var keys = new List<(string?, bool)>(Count);
        for (var (at, i) = (HeadBytes, 0); i < Count; i++)
        {
            var end = (int)Varint(ref at);
            end += at;
            at++;
            Varint(ref at);
            Varint(ref at);
            var length = (int)Varint(ref at);
            var key = length < 0 ? null : Convert.ToBase64String(_bytes, at, length);
            at += Math.Max(length, 0);
            keys.Add((key, Varint(ref at) >= 0));
            at = end;
        }

        return keys;
    }

    private long Varint(ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var each = _bytes[at++];
            value |= (ulong)(each & 0x7f) << shift;
            if ((each & 0x80) == 0)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }

    /// <summary>The offset is not under the checksum.</summary>
    internal void Put(long offset) => BinaryPrimitives.WriteInt64BigEndian(_bytes, offset);

    /// <summary>The bytes are what their checksum says.</summary>
    internal bool IsWhole => _bytes.Length >= HeadBytes && _bytes[16] == 2
        && BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(17)) == Crc(_bytes.AsSpan(21));

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc = BitOperations.Crc32C(crc, each);
        }

        return ~crc;
    }
}
