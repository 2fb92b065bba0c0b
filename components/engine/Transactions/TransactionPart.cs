using Holdfast.Engine.Values;

namespace Holdfast.Engine.Transactions;

/// <summary>Kinds of change.</summary>
public enum ChangeKind : byte
{
    /// <summary>A row came; it has an image of after.</summary>
    Insert = 1,

    /// <summary>A row changed; it has an image of after, and of before as far as the source says it (the key at least).</summary>
    Update = 2,

    /// <summary>A row went; it has an image of before (the key at least).</summary>
    Delete = 3,

    /// <summary>All rows of a table went at once; no image.</summary>
    Truncate = 4,
}

/// <summary>One change of one row, read where it lies.</summary>
/// <param name="Kind">Kind of the change.</param>
/// <param name="Table">Id of the schema under which it was written.</param>
/// <param name="Before">The row as it was; none where the kind has none.</param>
/// <param name="After">The row as it is.</param>
public readonly record struct Change(ChangeKind Kind, uint Table, Row Before, Row After);

/// <summary>
/// A committed transaction, or a part of one that is too large to be held. Parts follow each other without another transaction between
/// them, and the first and the last one say so. Nobody sees the first part before the last one is in the log.
/// </summary>
public sealed record TransactionPart
{
    /// <summary>Unique for each transaction of the source, and in the order of the commits. All parts have the same.</summary>
    public required Position Position { get; init; }

    /// <summary>Commit time by the source's clock: microseconds since 1970-01-01T00:00:00Z.</summary>
    public required long CommitTime { get; init; }

    /// <summary>The mark of whoever wrote it, when that was a task of ours (<c>node/task</c>); null: an application.</summary>
    public string? Origin { get; init; }

    /// <summary>The source's own name of the transaction (a GTID, an xid); null: it has none.</summary>
    public string? SourceId { get; init; }

    /// <summary>Nothing of the transaction came before.</summary>
    public bool IsFirst { get; init; } = true;

    /// <summary>Nothing of the transaction comes after.</summary>
    public bool IsLast { get; init; } = true;

    /// <summary>It changes a table; such a part has no rows, and others of its transaction may have some.</summary>
    public Ddl? Ddl { get; init; }

    /// <summary>Number of a barrier that the transaction carries; null: none.</summary>
    public ulong? Barrier { get; init; }

    /// <summary>Its changes, encoded, in the source's order.</summary>
    public ReadOnlyMemory<byte> Changes { get; init; }

    /// <summary>Count of its changes.</summary>
    public int Count { get; init; }

    /// <summary>It is the whole transaction.</summary>
    public bool IsWhole => IsFirst && IsLast;

    /// <summary>Adds the tables that its changes name, a third of what it costs to read them.</summary>
    /// <exception cref="DamagedException">The bytes are no changes, or not so many as said.</exception>
    public void AddTables(ISet<uint> to)
    {
        var rest = Changes.Span;
        uint? last = null;
        for (var left = Count; left > 0; left--)
        {
            var table = ChangeCodec.Skip(ref rest);
            if (table != last)
            {
                to.Add(table);
                last = table;
            }
        }

        if (!rest.IsEmpty)
        {
            throw new DamagedException($"{rest.Length} bytes stand behind the changes of transaction {Position}");
        }
    }

    /// <summary>Its changes, in the source's order.</summary>
    /// <exception cref="DamagedException">While it is walked over: the bytes are no changes, or not so many as said.</exception>
    public IEnumerable<Change> Read()
    {
        var (at, left) = (0, Count);
        for (; left > 0; left--)
        {
            yield return ChangeCodec.Read(Changes, ref at);
        }

        if (at != Changes.Length)
        {
            throw new DamagedException($"{Changes.Length - at} bytes stand behind the changes of transaction {Position}");
        }
    }
}
