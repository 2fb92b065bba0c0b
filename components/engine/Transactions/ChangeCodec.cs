using System.Buffers;
using Holdfast.Engine.Values;

namespace Holdfast.Engine.Transactions;

/// <summary>Changes as bytes: kind, table, then each image with its length.</summary>
public static class ChangeCodec
{
    /// <summary>Writes a change; images that its kind does not have must be none.</summary>
    /// <exception cref="ArgumentException">An image is missing, or there is one that the kind does not have.</exception>
    public static void Write(IBufferWriter<byte> to, Change change)
    {
        var (before, after) = Images(change.Kind);
        if (before && change.Before.IsNone && change.Kind != ChangeKind.Update || after && change.After.IsNone
            || !before && !change.Before.IsNone || !after && !change.After.IsNone)
        {
            throw new ArgumentException($"a change of kind {change.Kind} has the wrong images", nameof(change));
        }

        to.GetSpan(1)[0] = (byte)change.Kind;
        to.Advance(1);
        Varint.Write(to, change.Table);
        if (before)
        {
            Write(to, change.Before);
        }

        if (after)
        {
            Write(to, change.After);
        }
    }

    /// <summary>Reads the change that begins at an offset, and moves the offset behind it.</summary>
    /// <exception cref="DamagedException">The bytes are no change.</exception>
    internal static Change Read(ReadOnlyMemory<byte> from, ref int at)
    {
        var rest = from.Span[at..];
        if (rest.IsEmpty)
        {
            throw new DamagedException("a change is to follow, the bytes end");
        }

        var kind = (ChangeKind)rest[0];
        if (kind is < ChangeKind.Insert or > ChangeKind.Truncate)
        {
            throw new DamagedException($"there is no kind of change {rest[0]}");
        }

        rest = rest[1..];
        var table = Varint.Read(ref rest);
        if (table > uint.MaxValue)
        {
            throw new DamagedException($"there is no table {table}");
        }

        var (before, after) = Images(kind);
        var first = before ? Image(from, ref rest) : default;
        var second = after ? Image(from, ref rest) : default;
        at = from.Length - rest.Length;
        return new Change(kind, (uint)table, first, second);
    }

    /// <summary>Takes a change off the front and looks at nothing of it but its table.</summary>
    /// <exception cref="DamagedException">The bytes are no change.</exception>
    internal static uint Skip(scoped ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty)
        {
            throw new DamagedException("a change is to follow, the bytes end");
        }

        var kind = (ChangeKind)rest[0];
        if (kind is < ChangeKind.Insert or > ChangeKind.Truncate)
        {
            throw new DamagedException($"there is no kind of change {rest[0]}");
        }

        rest = rest[1..];
        var table = Varint.Read(ref rest);
        var (before, after) = Images(kind);
        if (before)
        {
            Varint.ReadBytes(ref rest);
        }

        if (after)
        {
            Varint.ReadBytes(ref rest);
        }

        return table <= uint.MaxValue ? (uint)table : throw new DamagedException($"there is no table {table}");
    }

    private static Row Image(ReadOnlyMemory<byte> from, scoped ref ReadOnlySpan<byte> rest)
    {
        var bytes = Varint.ReadBytes(ref rest);
        return new Row(from.Slice(from.Length - rest.Length - bytes.Length, bytes.Length));
    }

    private static void Write(IBufferWriter<byte> to, Row image)
    {
        Varint.Write(to, (ulong)image.Bytes.Length);
        to.Write(image.Bytes.Span);
    }

    private static (bool Before, bool After) Images(ChangeKind kind) => kind switch
    {
        ChangeKind.Insert => (false, true),
        ChangeKind.Update => (true, true),
        ChangeKind.Delete => (true, false),
        ChangeKind.Truncate => (false, false),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
