using System.Buffers;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>A group of events, while it is read.</summary>
internal sealed class Group
{
    internal required Position Position { get; init; }

    internal required long CommitTime { get; init; }

    internal string? SourceId { get; init; }

    /// <summary>The reader has it already: nothing of it is shown.</summary>
    internal bool IsSeen { get; init; }

    /// <summary>One statement, without an end.</summary>
    internal bool IsStandalone { get; set; }

    /// <summary>A table map was in it.</summary>
    internal bool IsBegun { get; set; }

    /// <summary>A part was shown.</summary>
    internal bool HasShown { get; set; }

    /// <summary>All of it was shown.</summary>
    internal bool IsGiven { get; set; }

    internal string? Xid { get; set; }

    internal string? Origin { get; set; }

    internal ulong? Barrier { get; set; }

    internal int Count { get; set; }

    internal required ArrayBufferWriter<byte> Changes { get; set; }

    /// <summary>
    /// Takes the rows at hand as a part. Whoever gets it keeps its bytes: a piece of just their length, not one that grew by doubling.
    /// </summary>
    internal TransactionPart Part(bool isLast) => new()
    {
        Position = Position,
        CommitTime = CommitTime,
        SourceId = SourceId,
        Origin = Origin,
        Barrier = Barrier,
        IsFirst = !HasShown,
        IsLast = isLast,
        Count = Count,
        Changes = Taken(),
    };

    private byte[] Taken()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(Changes.WrittenCount);
        Changes.WrittenSpan.CopyTo(bytes);
        return bytes;
    }
}

/// <summary>Our own tables in a log: the mark that a task's transaction begins with, and signs of life.</summary>
internal static class OwnTables
{
    internal const string Mark = "hf_mark";

    internal static bool IsOne(TableMap map) => map.Schema == Sql.Own && map.Name is Mark or Installation.BeatTable;

    /// <summary>They have few types, and the places of their columns never change.</summary>
    internal static TableLayout Layout(TableMap map) => new(
        new TableSchema
        {
            Id = 0,
            Schema = map.Schema,
            Name = map.Name,
            Columns = [.. map.Columns.Select((c, i) => new Column { Name = $"c{i}", Kind = ValueKind.Bytes })],
        },
        [.. map.Columns.Select(c => new WireColumn(c.Type, c.Meta, ValueKind.Bytes, IsUnsigned: true, null, [], ""))]);

    /// <summary>A mark says who writes; a sign of life may carry a barrier.</summary>
    internal static void Learn(TableLayout layout, Change change, Group group)
    {
        if (change.After.IsNone)
        {
            return;
        }

        var index = new RowIndex().Of(change.After);
        if (layout.Schema.Name == Mark && index.Columns > 3 && index[3].Kind == ValueKind.Bytes)
        {
            group.Origin = Encoding.UTF8.GetString(index[3].AsBytes());
        }
        else if (layout.Schema.Name == Installation.BeatTable && index.Columns > 2 && index[2].Kind == ValueKind.UInt64)
        {
            group.Barrier = index[2].AsUInt64();
        }
    }
}
