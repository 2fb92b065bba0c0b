using System.IO.Hashing;
using Holdfast.Engine.MySql.Wire;

namespace Holdfast.Engine.MySql.Events;

/// <summary>One event of the log.</summary>
/// <param name="Kind">Kind of the event.</param>
/// <param name="Time">Seconds since 1970-01-01T00:00:00Z; 0 in those that the server makes up.</param>
/// <param name="ServerId">The server that wrote it first.</param>
/// <param name="Size">Of the whole event in the log.</param>
/// <param name="End">The offset in the file at which it ends, as far as 32 bits say it.</param>
/// <param name="Flags">As they are.</param>
/// <param name="Body">Behind the header, without the checksum.</param>
internal readonly record struct BinlogEvent(
    EventKind Kind, uint Time, uint ServerId, uint Size, uint End, ushort Flags, ReadOnlyMemory<byte> Body)
{
    internal const int HeaderBytes = 19;
    internal const ushort InUseFlag = 0x01;
    private const ushort ArtificialFlag = 0x20;
    private const ushort IgnorableFlag = 0x80;

    /// <summary>The server has made it up for this reader.</summary>
    internal bool IsArtificial => (Flags & ArtificialFlag) != 0;

    /// <summary>Its writer says that who does not know it may pass it over.</summary>
    internal bool IsIgnorable => (Flags & IgnorableFlag) != 0;

    internal ByteReader Read() => new(Body.Span);
}

/// <summary>
/// Parses the events of a file by the event with which each file begins. It keeps what that one says of checksums, and verifies each of
/// them.
/// </summary>
internal sealed class EventParser
{
    private const int ChecksumBytes = 4;
    private const int VersionBytes = 50;
    private byte[] _lengths = [];
    private bool? _hasChecksum;
    private bool _knowsChecksums;

    /// <summary>Time at which the file was begun: seconds since 1970; 0: the server has hidden it.</summary>
    internal uint Created { get; private set; }

    /// <summary>Bytes between the header and the body of a kind; 0: not known.</summary>
    internal int PostHeader(EventKind kind) => (int)kind <= _lengths.Length && kind != default ? _lengths[(int)kind - 1] : 0;

    /// <exception cref="DamagedException">The bytes are no event, or not those that were written.</exception>
    internal BinlogEvent Parse(ReadOnlyMemory<byte> raw)
    {
        var reader = new ByteReader(raw.Span);
        var time = reader.UInt32();
        var kind = (EventKind)reader.Byte();
        var (server, size, end, flags) = (reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.UInt16());
        if (size != raw.Length)
        {
            throw new DamagedException($"an event of kind {(byte)kind} is said to have {size} bytes, and has {raw.Length}");
        }

        var read = new BinlogEvent(kind, time, server, size, end, flags, raw[BinlogEvent.HeaderBytes..]);
        if (kind == EventKind.FormatDescription)
        {
            Learn(read);
        }

        // A rotation that the server makes up between two files is written as either of them.
        var isLoose = _hasChecksum is null || kind == EventKind.Rotate && read.IsArtificial;
        if (isLoose ? IsRight(raw.Span) : _hasChecksum == true)
        {
            if (!IsRight(raw.Span))
            {
                throw new DamagedException($"the checksum of an event of kind {(byte)kind} is wrong");
            }

            return read with { Body = read.Body[..^ChecksumBytes] };
        }

        // One byte says which checksum, and its room is there also when there is none.
        return kind == EventKind.FormatDescription && _lengths.Length > 0 && _knowsChecksums
            ? read with { Body = read.Body[..^ChecksumBytes] } : read;
    }

    /// <summary>An event that stands in another one has no checksum of its own.</summary>
    internal static BinlogEvent ParseInner(ReadOnlyMemory<byte> raw)
    {
        var reader = new ByteReader(raw.Span);
        var time = reader.UInt32();
        var kind = (EventKind)reader.Byte();
        var (server, size, end, flags) = (reader.UInt32(), reader.UInt32(), reader.UInt32(), reader.UInt16());
        return size >= BinlogEvent.HeaderBytes && size <= raw.Length
            ? new BinlogEvent(kind, time, server, size, end, flags, raw[BinlogEvent.HeaderBytes..(int)size])
            : throw new DamagedException($"an event of {size} bytes is to be in {raw.Length}");
    }

    private void Learn(BinlogEvent description)
    {
        var reader = description.Read();
        if (reader.UInt16() is var version and not 4)
        {
            throw new DamagedException($"the log has version {version}, and 4 is known");
        }

        var server = System.Text.Encoding.ASCII.GetString(reader.Take(VersionBytes).TrimEnd((byte)0));
        Created = reader.UInt32();
        if (reader.Byte() is var header and not BinlogEvent.HeaderBytes)
        {
            throw new DamagedException($"headers have {header} bytes, and {BinlogEvent.HeaderBytes} are known");
        }

        _knowsChecksums = KnowsChecksums(server);
        var rest = reader.Rest;
        if (_knowsChecksums)
        {
            if (rest.Length < 1 + ChecksumBytes)
            {
                throw new DamagedException("a description of the log ends too early");
            }

            var algorithm = rest[^(1 + ChecksumBytes)];
            _hasChecksum = algorithm switch
            {
                0 => false,
                1 => true,
                _ => throw new DamagedException($"the log has checksums of kind {algorithm}, and only CRC32 is known"),
            };
            rest = rest[..^(1 + ChecksumBytes)];
        }
        else
        {
            _hasChecksum = false;
        }

        _lengths = rest.ToArray();
    }

    /// <summary>MySQL from 5.6.1 on, MariaDB from 5.3 on.</summary>
    private static bool KnowsChecksums(string version)
    {
        var parts = version.Split('.', '-');
        var numbers = parts.Take(3).Select(p => int.TryParse(p, out var n) ? n : 0).ToList();
        var least = version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? (5, 3, 0) : (5, 6, 1);
        return numbers.Count >= 2 && (numbers[0], numbers[1], numbers.Count > 2 ? numbers[2] : 0).CompareTo(least) >= 0;
    }

    private static bool IsRight(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < BinlogEvent.HeaderBytes + ChecksumBytes)
        {
            return false;
        }

        var said = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(raw[^ChecksumBytes..]);
        if (raw[4] != (byte)EventKind.FormatDescription || (raw[17] & BinlogEvent.InUseFlag) == 0)
        {
            return Crc32.HashToUInt32(raw[..^ChecksumBytes]) == said;
        }

        // The file is written still: that flag was set after the sum was made.
        Span<byte> header = stackalloc byte[BinlogEvent.HeaderBytes];
        raw[..BinlogEvent.HeaderBytes].CopyTo(header);
        header[17] &= unchecked((byte)~BinlogEvent.InUseFlag);
        var sum = new Crc32();
        sum.Append(header);
        sum.Append(raw[BinlogEvent.HeaderBytes..^ChecksumBytes]);
        return sum.GetCurrentHashAsUInt32() == said;
    }
}
