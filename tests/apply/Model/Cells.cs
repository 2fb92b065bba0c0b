namespace Holdfast.Apply.Tests.Model;

/// <summary>Rows as objects, for models: long, string, null, and <see cref="Absent"/>.</summary>
internal static class Cells
{
    internal static readonly object Absent = "(absent)";

    internal static Row Row(params IReadOnlyList<object?> cells)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(bytes);
        foreach (var cell in cells)
        {
            switch (cell)
            {
                case null: writer.Null(); break;
                case long number: writer.Int64(number); break;
                case int number: writer.Int64(number); break;
                case string text when ReferenceEquals(text, Absent): writer.Absent(); break;
                case string text: writer.Text(text); break;
                default: throw new ArgumentOutOfRangeException(nameof(cells), cell, null);
            }
        }

        return new Row(bytes.WrittenMemory);
    }

    internal static object?[] Of(Row row)
    {
        var cells = new List<object?>();
        foreach (var value in row)
        {
            cells.Add(value.Kind switch
            {
                ValueKind.Absent => Absent,
                ValueKind.Null => null,
                ValueKind.Int64 => value.AsInt64(),
                _ => value.AsText(),
            });
        }

        return [.. cells];
    }

    internal static bool IsAbsent(object? cell) => ReferenceEquals(cell, Absent);

    internal static string Shown(IEnumerable<object?> cells) => string.Join("|", cells.Select(c => c ?? "NULL"));
}
