using System.Buffers.Binary;
using System.IO.Hashing;
using Holdfast.Engine.MySql.Events;

namespace Holdfast.Engines.Tests.MySql;

/// <summary>Events as MySQL 8.0 documents them, byte by byte: no such server is here.</summary>
internal static class Golden
{
    internal const uint Time = 1_700_000_000;

    /// <summary>Lengths behind the header, of kinds 1 to 42.</summary>
    private static readonly byte[] Lengths =
    [
        0, 13, 0, 8, 0, 0, 0, 0, 4, 0, 4, 0, 0, 0, 98, 0, 4, 26, 8, 0, 0, 0, 8, 8, 8, 2, 0, 0, 0, 10, 10, 10, 42, 42, 0, 18, 52, 0, 10,
        40, 0, 0,
    ];

    /// <summary>A whole event with its checksum.</summary>
    internal static byte[] Event(EventKind kind, byte[] body, uint end = 1000, ushort flags = 0, bool hasChecksum = true)
    {
        var bytes = new byte[BinlogEvent.HeaderBytes + body.Length + (hasChecksum ? 4 : 0)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Time);
        bytes[4] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(5), 7);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(9), (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(13), end);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(17), flags);
        body.CopyTo(bytes, BinlogEvent.HeaderBytes);
        if (hasChecksum)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4), Crc32.HashToUInt32(bytes.AsSpan(0, bytes.Length - 4)));
        }

        return bytes;
    }

    internal static byte[] Description(string version = "8.0.36") => Event(EventKind.FormatDescription,
        [4, 0, .. Padded(version, 50), .. Bytes(Time, 4), BinlogEvent.HeaderBytes, .. Lengths, 1]);

    /// <summary>A GTID with times of microseconds, as from 8.0.1 on.</summary>
    internal static byte[] Gtid(ulong number, long committed, EventKind kind = EventKind.Gtid) => Event(kind,
    [
        1, .. Convert.FromHexString("3E11FA4771CA11E19E33C80AA9429562"), .. Bytes(number, 8), 2, .. Bytes(1, 8), .. Bytes(2, 8),
        .. Bytes((ulong)committed, 7), 200, .. Bytes(80036, 4),
    ]);

    internal static byte[] Query(string schema, string text) => Event(EventKind.Query, QueryBody(schema, text));

    internal static byte[] QueryBody(string schema, string text) =>
    [
        .. Bytes(9, 4), .. Bytes(0, 4), (byte)schema.Length, 0, 0, 5, 0, 1, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(schema), 0,
        .. Encoding.UTF8.GetBytes(text),
    ];

    /// <summary>shop.t(id int unsigned, name varchar(20) utf8mb4, doc json) with the primary key id, all metadata.</summary>
    internal static byte[] MapBody() =>
    [
        .. Bytes(108, 6), 1, 0, 4, .. "shop"u8, 0, 1, .. "t"u8, 0, 3, 3, 15, 245, 3, 80, 0, 4, 0b110,
        1, 1, 0x80, 2, 1, 45, 4, 12, 2, .. "id"u8, 4, .. "name"u8, 3, .. "doc"u8, 8, 1, 0,
    ];

    internal static byte[] Bytes(ulong number, int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(number >> 8 * i))];

    private static byte[] Padded(string text, int width) => [.. Encoding.ASCII.GetBytes(text), .. new byte[width - text.Length]];

    /// <summary>Rows of that table, as version 2 with extra bytes.</summary>
    internal static byte[] RowsBody(params byte[][] images) =>
        [.. Bytes(108, 6), 1, 0, 4, 0, 0xAA, 0xBB, 3, 0b111, .. images.SelectMany(i => i)];

    /// <summary>{"a": [1, -2, "x"], "b": {"c": null, "d": 1.5}} in MySQL's binary form.</summary>
    internal static byte[] Json()
    {
        byte[] array = [3, 0, 16, 0, 5, 1, 0, 5, 0xFE, 0xFF, 12, 13, 0, 1, (byte)'x', 0];
        byte[] inner = [2, 0, 28, 0, 18, 0, 1, 0, 19, 0, 1, 0, 4, 0, 0, 11, 20, 0, (byte)'c', (byte)'d', .. BitConverter.GetBytes(1.5)];
        byte[] document =
        [
            2, 0, 64, 0, 18, 0, 1, 0, 19, 0, 1, 0, 2, 20, 0, 0, 36, 0, (byte)'a', (byte)'b', .. array, .. inner,
        ];
        document[2] = (byte)document.Length;
        return [0, .. document];
    }
}
