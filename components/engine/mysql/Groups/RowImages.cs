using System.Buffers;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.MySql.Wire;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>Makes changes of the images in a rows event. Columns that an image does not say are absent, which is not NULL.</summary>
internal sealed class RowImages
{
    private readonly ArrayBufferWriter<byte> _before = new();
    private readonly ArrayBufferWriter<byte> _after = new();

    private TableLayout? _layout;
    private WireColumn[] _columns = [];
    private int _at;

    /// <summary>The column at which reading was when a value could not be read.</summary>
    internal string Column => _layout!.Schema.Columns[_at].Name;

    /// <summary>Reads all rows; each is handed out before the next one takes its memory.</summary>
    /// <exception cref="DamagedException">The bytes are no rows of this table.</exception>
    /// <exception cref="NoValueException">A value cannot be read.</exception>
    internal void Read(RowsEvent rows, TableLayout layout, uint table, Action<Change> each)
    {
        if (rows.Columns != layout.Columns.Count)
        {
            throw new DamagedException(
                $"rows of {layout.Schema.FullName} have {rows.Columns} columns, the table has {layout.Columns.Count}");
        }

        if (_layout != layout)
        {
            (_layout, _columns) = (layout, [.. layout.Columns]);
        }

        var reader = new ByteReader(rows.Images.Span);
        while (!reader.IsEmpty)
        {
            var start = reader.Left;
            var before = rows.Before.IsEmpty ? default : Image(ref reader, rows.Before.Span, _before);
            var after = rows.After.IsEmpty ? default : Image(ref reader, rows.After.Span, _after);
            if (reader.Left == start)
            {
                // No column at all is said: such rows would have no end.
                throw new DamagedException($"rows of {layout.Schema.FullName} have no bytes");
            }

            each(new Change(rows.Kind, table, before, after));
        }
    }

    private Row Image(ref ByteReader reader, ReadOnlySpan<byte> present, ArrayBufferWriter<byte> to)
    {
        var said = 0;
        for (var i = 0; i < _columns.Length; i++)
        {
            said += Is(present, i) ? 1 : 0;
        }

        var nulls = reader.Take((said + 7) / 8);
        to.ResetWrittenCount();
        var writer = new RowWriter(to);
        for (var (i, at) = (0, 0); i < _columns.Length; i++)
        {
            if (!Is(present, i))
            {
                writer.Absent();
            }
            else if (Is(nulls, at++))
            {
                writer.Null();
            }
            else
            {
                _at = i;
                _columns[i].Copy(ref reader, writer);
            }
        }

        return new Row(to.WrittenMemory);
    }

    private static bool Is(ReadOnlySpan<byte> bits, int at) => (bits[at / 8] >> at % 8 & 1) != 0;
}
