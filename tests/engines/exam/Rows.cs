namespace Holdfast.Engines.Tests.Exam;

/// <summary>Stands for a value that is not said.</summary>
internal sealed record Absent
{
    internal static readonly Absent Value = new();
}

/// <summary>Rows, statements and groups, made short.</summary>
internal static class Rows
{
    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static Position At(ulong place) => new(1, place);

    internal static Row Of(params object?[] values)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(bytes);
        foreach (var value in values)
        {
            switch (value)
            {
                case null: writer.Null(); break;
                case Absent: writer.Absent(); break;
                case bool b: writer.Bool(b); break;
                case int n: writer.Int64(n); break;
                case long n: writer.Int64(n); break;
                case ulong n: writer.UInt64(n); break;
                case float n: writer.Float32(n); break;
                case double n: writer.Float64(n); break;
                case string text: writer.Text(text); break;
                case byte[] blob: writer.Bytes(blob); break;
                default: throw new ArgumentException($"no value is made of a {value.GetType()}", nameof(values));
            }
        }

        return new Row(bytes.WrittenMemory);
    }

    internal static SinkStatement Insert(TableSchema table, params Row[] rows) => Write(table, WriteMode.Insert, rows);

    internal static SinkStatement Upsert(TableSchema table, params Row[] rows) => Write(table, WriteMode.Upsert, rows);

    internal static SinkStatement Delete(TableSchema table, params Row[] rows) =>
        new(table, WriteMode.Delete, Key(table), [], [.. rows.Select(r => new SinkRow(r, default, At(1)))]);

    internal static SinkStatement Update(TableSchema table, Row before, Row after, params int[] columns) =>
        new(table, WriteMode.Update, Key(table), columns.Length > 0 ? columns : All(table), [new SinkRow(before, after, At(1))]);

    internal static SinkStatement Truncate(TableSchema table) => new(table, WriteMode.Truncate, [], [], []);

    internal static SinkGroup Group(ulong place, params SinkStatement[] statements) =>
        new(statements, [At(place)], At(place), (long)place * 1_000_000);

    internal static int[] All(TableSchema table) =>
        [.. Enumerable.Range(0, table.Columns.Count).Where(c => !table.Columns[c].IsGenerated)];

    /// <summary>Kinds and values, for comparison.</summary>
    internal static string Text(Row row)
    {
        var values = new List<string>();
        foreach (var value in row)
        {
            values.Add($"{value.Kind} {Convert.ToHexString(value.Raw)}");
        }

        return string.Join(" | ", values);
    }

    private static SinkStatement Write(TableSchema table, WriteMode mode, Row[] rows) =>
        new(table, mode, Key(table), All(table), [.. rows.Select(r => new SinkRow(default, r, At(1)))]);

    private static IReadOnlyList<int> Key(TableSchema table) =>
        table.Keys.FirstOrDefault(k => !k.IsInexact)?.Columns ?? [.. Enumerable.Range(0, table.Columns.Count)];
}
