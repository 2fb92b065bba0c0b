using System.Buffers;

namespace Holdfast.Engine.Transactions;

/// <summary>
/// Transactions as bytes, one after the other, as the log stores them and the wire carries them. The order is flags, position, commit time,
/// the fields that the flags announce, count and length of the changes, the changes.
/// </summary>
public static class TransactionCodec
{
    [Flags]
    private enum Flags : byte
    {
        None = 0,
        First = 1,
        Last = 2,
        Origin = 4,
        SourceId = 8,
        Ddl = 16,
        Barrier = 32,

        /// <summary>A statement has more than its text and its table.</summary>
        DdlDetails = 64,
        All = 127,
    }

    /// <summary>Writes a transaction or a part of one.</summary>
    public static void Write(IBufferWriter<byte> to, TransactionPart part)
    {
        var flags = If(part.IsFirst, Flags.First) | If(part.IsLast, Flags.Last) | If(part.Origin is not null, Flags.Origin)
            | If(part.SourceId is not null, Flags.SourceId) | If(part.Ddl is not null, Flags.Ddl)
            | If(part.Barrier is not null, Flags.Barrier);
        var details = part.Ddl?.WriteDetails();
        flags |= If(details is not null, Flags.DdlDetails);
        to.GetSpan(1)[0] = (byte)flags;
        to.Advance(1);
        Varint.Write(to, part.Position.Major);
        Varint.Write(to, part.Position.Minor);
        Varint.Write(to, Varint.Zigzag(part.CommitTime));
        Text(to, part.Origin);
        Text(to, part.SourceId);
        Text(to, part.Ddl?.Statement);
        Text(to, part.Ddl?.Table);
        if (details is not null)
        {
            Varint.Write(to, (ulong)details.Length);
            to.Write(details);
        }

        if (part.Barrier is { } barrier)
        {
            Varint.Write(to, barrier);
        }

        Varint.Write(to, (ulong)part.Count);
        Varint.Write(to, (ulong)part.Changes.Length);
        to.Write(part.Changes.Span);
    }

    /// <summary>Every transaction of a block's payload; their changes lie in the payload's memory.</summary>
    /// <exception cref="DamagedException">While it is walked over: the bytes are no transactions.</exception>
    public static IEnumerable<TransactionPart> Read(ReadOnlyMemory<byte> payload)
    {
        for (var at = 0; at < payload.Length;)
        {
            yield return Read(payload, ref at);
        }
    }

    private static TransactionPart Read(ReadOnlyMemory<byte> payload, ref int at)
    {
        var rest = payload.Span[at..];
        var flags = (Flags)rest[0];
        if ((flags & ~Flags.All) != Flags.None)
        {
            throw new DamagedException($"a transaction has flags {rest[0]} that nobody knows: the writer was newer");
        }

        rest = rest[1..];
        var position = new Position(Varint.Read(ref rest), Varint.Read(ref rest));
        var commit = Varint.Unzigzag(Varint.Read(ref rest));
        var origin = Text(flags, Flags.Origin, ref rest);
        var source = Text(flags, Flags.SourceId, ref rest);
        var statement = Text(flags, Flags.Ddl, ref rest);
        var table = Text(flags, Flags.Ddl, ref rest);
        var ddl = statement is null ? null : new Ddl(statement, table!);
        if (flags.HasFlag(Flags.DdlDetails))
        {
            ddl = ddl?.WithDetails(Varint.ReadBytes(ref rest)) ?? throw new DamagedException("a transaction has details of no statement");
        }

        ulong? barrier = flags.HasFlag(Flags.Barrier) ? Varint.Read(ref rest) : null;
        var count = Varint.Read(ref rest);
        var changes = Varint.ReadBytes(ref rest);
        // Each change takes two bytes at least.
        if (count > (ulong)changes.Length)
        {
            throw new DamagedException($"transaction {position} is said to have {count} changes in {changes.Length} bytes");
        }

        at = payload.Length - rest.Length;
        return new TransactionPart
        {
            Position = position,
            CommitTime = commit,
            Origin = origin,
            SourceId = source,
            IsFirst = flags.HasFlag(Flags.First),
            IsLast = flags.HasFlag(Flags.Last),
            Ddl = ddl,
            Barrier = barrier,
            Count = (int)count,
            Changes = payload.Slice(at - changes.Length, changes.Length),
        };
    }

    private static Flags If(bool holds, Flags flag) => holds ? flag : Flags.None;

    private static void Text(IBufferWriter<byte> to, string? text)
    {
        if (text is null)
        {
            return;
        }

        Varint.Write(to, (ulong)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, to);
    }

    private static string? Text(Flags flags, Flags which, scoped ref ReadOnlySpan<byte> rest) =>
        flags.HasFlag(which) ? Encoding.UTF8.GetString(Varint.ReadBytes(ref rest)) : null;
}
