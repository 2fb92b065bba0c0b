using Holdfast.Engine.MySql.Values;

namespace Holdfast.Engine.MySql.Events;

/// <summary>A statement as text.</summary>
/// <param name="Schema">The schema of names that have none.</param>
/// <param name="Text">As the client sent it.</param>
/// <param name="Modes">The bits of the session's sql_mode; null: the event does not say them.</param>
internal sealed record QueryEvent(string Schema, string Text, ulong? Modes)
{
    private const int KnownBytes = 13;
    private const byte FlagsCode = 0;
    private const byte ModesCode = 1;

    internal static QueryEvent Parse(BinlogEvent from, int postHeader)
    {
        var reader = from.Read();
        reader.Take(8);
        var schema = reader.Byte();
        reader.Take(2);
        var status = reader.UInt16();
        reader.Take(Math.Max(0, postHeader - KnownBytes));
        var modes = ModesOf(reader.Take(status));
        var name = Encoding.UTF8.GetString(reader.Take(schema));
        reader.Take(1);
        var text = from.Kind == EventKind.CompressedQuery ? Compressed.Maria(reader.Rest) : reader.Rest;
        return new QueryEvent(name, Encoding.UTF8.GetString(text), modes);
    }

    /// <summary>
    /// Reads the session's modes. They are the second variable of the status, behind the flags; the first one that is not known hides what
    /// follows.
    /// </summary>
    private static ulong? ModesOf(ReadOnlySpan<byte> status)
    {
        if (status.Length >= 5 && status[0] == FlagsCode)
        {
            status = status[5..];
        }

        return status.Length >= 9 && status[0] == ModesCode
            ? System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(status[1..]) : null;
    }
}

/// <summary>The beginning of a group of events that takes effect as one.</summary>
/// <param name="Id">The server's name of it; null: it has none.</param>
/// <param name="IsStandalone">One statement follows, and no end of a transaction.</param>
/// <param name="CommitTime">Microseconds since 1970; null: the log says seconds only.</param>
/// <param name="Xid">Of an XA transaction that is prepared here, or ended.</param>
internal sealed record GtidEvent(string? Id, bool IsStandalone, long? CommitTime, string? Xid = null)
{
    private const byte Standalone = 1;
    private const byte InGroup = 2;
    private const byte Prepared = 64;
    private const byte Completed = 128;

    /// <summary>
    /// Commit time of its group: microseconds. Where the log says only the second, it is taken for the second's last moment: a reader that
    /// asks for a time within that second gets all of it.
    /// </summary>
    internal long Committed(BinlogEvent from) => CommitTime ?? from.Time * Temporals.Second + (Temporals.Second - 1);

    internal static GtidEvent OfMaria(BinlogEvent from)
    {
        var reader = from.Read();
        var (sequence, domain, flags) = (reader.UInt64(), reader.UInt32(), reader.Byte());
        string? xid = null;
        if ((flags & InGroup) != 0)
        {
            reader.UInt64();
        }

        if ((flags & (Prepared | Completed)) != 0)
        {
            var (format, first, second) = (reader.UInt32(), reader.Byte(), reader.Byte());
            var name = reader.Take(first + second);
            xid = Name(format, name[..first], name[first..]);
        }

        return new GtidEvent(string.Create(CultureInfo.InvariantCulture, $"{domain}-{from.ServerId}-{sequence}"),
            (flags & Standalone) != 0, null, xid);
    }

    internal static GtidEvent OfMySql(BinlogEvent from)
    {
        var reader = from.Read();
        reader.Take(1);
        var source = new Guid(reader.Take(16), bigEndian: true);
        var number = reader.UInt64();
        long? time = null;
        if (!reader.IsEmpty && reader.Byte() == 2)
        {
            reader.Take(16);
            if (reader.Left >= 7)
            {
                var immediate = reader.LittleEndian(7);
                // The highest bit says that the time at the first server follows, which may be another one.
                var original = (immediate & 1ul << 55) != 0 ? reader.LittleEndian(7) : immediate;
                _ = original;
                time = (long)(immediate & ~(1ul << 55));
            }
        }

        var id = from.Kind == EventKind.AnonymousGtid ? null
            : string.Create(CultureInfo.InvariantCulture, $"{source:D}:{number}");
        return new GtidEvent(id, IsStandalone: false, time);
    }

    /// <summary>An XA transaction's name, as statements write it.</summary>
    internal static string Name(uint format, ReadOnlySpan<byte> global, ReadOnlySpan<byte> branch) => string.Create(
        CultureInfo.InvariantCulture, $"X'{Convert.ToHexString(global)}',X'{Convert.ToHexString(branch)}',{format}").ToUpperInvariant();
}

/// <summary>The state of a MariaDB server's log before a file: the highest number of each server in each domain.</summary>
internal static class GtidListEvent
{
    private const uint CountMask = 0x0FFF_FFFF;
    private const int EachBytes = 16;

    internal static IReadOnlyList<Gtid> Parse(BinlogEvent from)
    {
        var reader = from.Read();
        var count = reader.UInt32() & CountMask;
        if (reader.Left < count * (long)EachBytes)
        {
            throw new DamagedException($"a list of {count} GTIDs has {reader.Left} bytes");
        }

        var list = new List<Gtid>((int)count);
        for (var i = 0; i < count; i++)
        {
            var (domain, server) = (reader.UInt32(), reader.UInt32());
            list.Add(new Gtid(domain, server, reader.UInt64()));
        }

        return list;
    }
}

/// <summary>The end of an XA transaction's first phase.</summary>
internal static class XaPrepareEvent
{
    /// <returns>Its name, and whether it is committed in this one phase.</returns>
    internal static (string Xid, bool IsOnePhase) Parse(BinlogEvent from)
    {
        var reader = from.Read();
        var isOnePhase = reader.Byte() != 0;
        var (format, global, branch) = (reader.UInt32(), reader.UInt32(), reader.UInt32());
        if (global > 64 || branch > 64)
        {
            throw new DamagedException($"the name of an XA transaction has {global} and {branch} bytes");
        }

        var first = reader.Take((int)global);
        return (GtidEvent.Name(format, first, reader.Take((int)branch)), isOnePhase);
    }
}

/// <summary>The next file.</summary>
internal sealed record RotateEvent(string File, ulong Offset)
{
    internal static RotateEvent Parse(BinlogEvent from)
    {
        var reader = from.Read();
        var offset = reader.UInt64();
        return new RotateEvent(Encoding.UTF8.GetString(reader.Rest), offset);
    }
}
