using System.Buffers;

namespace Holdfast.Engine.Seams;

/// <summary>
/// Holds the text of rows that are sent at once, and remembers tables of which the server has refused that: their next statements are
/// written in another way.
/// </summary>
/// <param name="rowsMin">Fewer rows are not worth the steps more that it takes.</param>
public sealed class BulkText(int rowsMin)
{
    /// <summary>Statements of a table that are written in another way after one that was refused.</summary>
    private const int Avoided = 64;

    private const int KeptBytes = 4 << 20;
    private readonly Dictionary<string, int> _avoided = new(StringComparer.Ordinal);

    /// <summary>The rows so far.</summary>
    public ArrayBufferWriter<byte> Text { get; private set; } = new();

    /// <summary>The statement has only new rows, enough of them, and its table is not avoided.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="statement">The statement.</param>
    public bool Takes(string table, SinkStatement statement)
    {
        if (statement.Rows.Count < rowsMin
            || !(statement.Mode == WriteMode.Insert || statement.Mode == WriteMode.Upsert && statement.AreNew))
        {
            return false;
        }

        if (!_avoided.TryGetValue(table, out var left))
        {
            return true;
        }

        _avoided[table] = left - 1;
        return left <= 1 && _avoided.Remove(table);
    }

    /// <summary>The next statements of a table are written in another way.</summary>
    public void Avoid(string table) => _avoided[table] = Avoided;

    /// <summary>Begins with the text of other rows; what a large statement needed is not kept.</summary>
    public void Begin()
    {
        Text = Text.Capacity > KeptBytes ? new ArrayBufferWriter<byte>() : Text;
        Text.ResetWrittenCount();
    }

    /// <summary>One byte more.</summary>
    public void Put(byte one)
    {
        Text.GetSpan(1)[0] = one;
        Text.Advance(1);
    }
}
