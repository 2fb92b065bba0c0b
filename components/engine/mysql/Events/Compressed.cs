using System.IO.Compression;
using Holdfast.Engine.MySql.Wire;
using ZstdSharp;

namespace Holdfast.Engine.MySql.Events;

/// <summary>Servers compress parts of the log.</summary>
internal static class Compressed
{
    /// <summary>No server writes more into one event.</summary>
    private const int BytesMax = 1 << 30;
    private const ulong Zstd = 0;
    private const ulong None = 255;

    /// <summary>MariaDB's: a byte with the length's own length, the length, and zlib's bytes.</summary>
    internal static byte[] Maria(ReadOnlySpan<byte> from)
    {
        var reader = new ByteReader(from);
        var head = reader.Byte();
        if ((head & 0x80) == 0 || (head & 0x70) != 0 || (head & 7) is 0 or > 4)
        {
            throw new DamagedException($"bytes that begin with 0x{head:X2} are not compressed in a known way");
        }

        var length = reader.BigEndian(head & 7);
        if (length > BytesMax)
        {
            throw new DamagedException($"compressed bytes are said to hold {length}");
        }

        try
        {
            using var zlib = new ZLibStream(new MemoryStream(reader.Rest.ToArray()), CompressionMode.Decompress);
            return Exactly(zlib, (int)length);
        }
        catch (InvalidDataException error)
        {
            throw new DamagedException($"compressed bytes cannot be read: {error.Message}");
        }
    }

    /// <summary>A MariaDB event with compressed rows as the plain event that it stands for.</summary>
    internal static BinlogEvent Plain(BinlogEvent packed, int postHeader)
    {
        var kind = packed.Kind - (packed.Kind >= EventKind.CompressedWriteRows2 ? EventKind.CompressedWriteRows2 - EventKind.WriteRows2
            : EventKind.CompressedWriteRows1 - EventKind.WriteRows1);
        var plain = packed with { Kind = kind };
        var rows = RowsEvent.Parse(plain, postHeader);
        var head = packed.Body[..(packed.Body.Length - rows.Images.Length)];
        return plain with { Body = (byte[])[.. head.Span, .. Maria(rows.Images.Span)] };
    }

    /// <summary>MySQL's transactions in one event: the events in it.</summary>
    internal static List<BinlogEvent> Payload(BinlogEvent from)
    {
        var (how, plain, packed) = Fields(from);
        var bytes = how switch
        {
            None => packed,
            Zstd => Unzstd(packed, plain),
            _ => throw new DamagedException($"a transaction is compressed in way {how}, which is not known"),
        };
        var events = new List<BinlogEvent>();
        for (var at = 0; at < bytes.Length;)
        {
            var inner = EventParser.ParseInner(bytes.AsMemory(at));
            events.Add(inner);
            at += (int)inner.Size;
        }

        return events;
    }

    private static (ulong How, ulong Plain, byte[] Packed) Fields(BinlogEvent from)
    {
        var (how, size, plain) = (None, (ulong?)null, 0ul);
        var reader = from.Read();
        while (reader.LengthEncoded() is var field and not 0)
        {
            var value = new ByteReader(reader.LengthEncodedBytes());
            switch (field)
            {
                case 1: size = value.LengthEncoded(); break;
                case 2: how = value.LengthEncoded(); break;
                case 3: plain = value.LengthEncoded(); break;
            }
        }

        return size == (ulong)reader.Left ? (how, plain, reader.Rest.ToArray())
            : throw new DamagedException($"a compressed transaction is said to have {size} bytes, and has {reader.Left}");
    }

    private static byte[] Unzstd(byte[] packed, ulong plain)
    {
        if (plain > BytesMax)
        {
            throw new DamagedException($"a compressed transaction is said to hold {plain} bytes");
        }

        try
        {
            using var zstd = new DecompressionStream(new MemoryStream(packed));
            return Exactly(zstd, (int)plain);
        }
        catch (ZstdException error)
        {
            throw new DamagedException($"a compressed transaction cannot be read: {error.Message}");
        }
    }

    private static byte[] Exactly(Stream from, int length)
    {
        // Room is made as bytes come: the length is the sender's word.
        var bytes = new MemoryStream();
        var piece = new byte[64 * 1024];
        while (from.Read(piece) is var read and > 0)
        {
            bytes.Write(piece, 0, read);
            if (bytes.Length > length)
            {
                break;
            }
        }

        return bytes.Length == length ? bytes.ToArray()
            : throw new DamagedException($"compressed bytes hold {(bytes.Length > length ? "more" : "less")} than the {length} they say");
    }
}
