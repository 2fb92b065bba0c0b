namespace Holdfast.Engine.Values;

/// <summary>
/// One image of a row: its values in the order of the table's columns, as bytes that somebody else holds. It costs no object for
/// each value; a reader walks over it, and a <see cref="RowIndex"/> finds one column.
/// </summary>
/// <param name="Bytes">The values, one after the other.</param>
public readonly record struct Row(ReadOnlyMemory<byte> Bytes)
{
    /// <summary>There is no image: an insert has none of before, a delete none of after.</summary>
    public bool IsNone => Bytes.IsEmpty;

    /// <summary>A walk over the values.</summary>
    public Enumerator GetEnumerator() => new(Bytes.Span);

    /// <summary>The walk.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _rest = bytes;

        /// <summary>The value at which the walk is.</summary>
        public Value Current { get; private set; }

        /// <summary>Goes on; false at the end.</summary>
        /// <exception cref="DamagedException">The bytes are no value.</exception>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            Current = Value.Read(ref _rest);
            return true;
        }
    }
}

/// <summary>Finds the columns of one row after the other; made once for each reader, not for each row.</summary>
public sealed class RowIndex
{
    private int[] _starts = new int[16];
    private ReadOnlyMemory<byte> _bytes;

    /// <summary>Count of the row's columns.</summary>
    public int Columns { get; private set; }

    /// <summary>The value of a column.</summary>
    public Value this[int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
            var from = _bytes.Span[_starts[column]..];
            return Value.Read(ref from);
        }
    }

    /// <summary>Takes another row.</summary>
    /// <exception cref="DamagedException">The bytes are no row.</exception>
    public RowIndex Of(Row row)
    {
        _bytes = row.Bytes;
        var rest = _bytes.Span;
        for (Columns = 0; !rest.IsEmpty; Columns++)
        {
            if (Columns == _starts.Length)
            {
                Array.Resize(ref _starts, Columns * 2);
            }

            _starts[Columns] = _bytes.Length - rest.Length;
            Value.Read(ref rest);
        }

        return this;
    }
}
