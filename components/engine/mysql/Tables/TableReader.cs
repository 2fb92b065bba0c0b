using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Tables;

/// <summary>Reads tables from the server's own description of them.</summary>
internal static class TableReader
{
    private const string ColumnsOf = """
        SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE, CHARACTER_SET_NAME, COLLATION_NAME, EXTRA, COLUMN_DEFAULT,
            CHARACTER_MAXIMUM_LENGTH, COALESCE(DATETIME_PRECISION, NUMERIC_SCALE, 0), COLUMN_TYPE
        FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = @p0 AND TABLE_NAME = @p1 ORDER BY ORDINAL_POSITION
        """;

    private const string KeysOf = """
        SELECT INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS
        WHERE TABLE_SCHEMA = @p0 AND TABLE_NAME = @p1 AND NON_UNIQUE = 0 ORDER BY INDEX_NAME <> 'PRIMARY', INDEX_NAME, SEQ_IN_INDEX
        """;

    private const string TriggersOf =
        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = @p0 AND EVENT_OBJECT_TABLE = @p1 ORDER BY 1";

    private const string Names = """
        SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' ORDER BY 1, 2
        """;

    /// <summary>All tables of applications.</summary>
    internal static async Task<List<(string Schema, string Name)>> All(MySqlConnection connection, CancellationToken cancel) =>
        [.. (await connection.All(Names, cancel)).Select(r => (Text(r[0]), Text(r[1]))).Where(n => !Sql.IsSystem(n.Item1))];

    /// <summary>Null: there is none of this name.</summary>
    internal static async Task<TableShape?> Read(MySqlConnection connection, string schema, string name, CancellationToken cancel)
    {
        var rows = await connection.All(ColumnsOf, cancel, schema, name);
        if (rows.Count == 0)
        {
            return null;
        }

        var columns = rows.ConvertAll(Column);
        var keys = await connection.All(KeysOf, cancel, schema, name);
        var triggers = await connection.All(TriggersOf, cancel, schema, name);
        var table = new TableSchema
        {
            Id = 0,
            Schema = schema,
            Name = name,
            Columns = [.. columns.Select(c => c.Column)],
            Keys = Keys(keys, [.. columns.Select(c => c.Column.Name)]),
        };
        return new TableShape(table, [.. columns.Select(c => c.Shape)], [.. triggers.Select(t => Text(t[0]))]);
    }

    private static (Column Column, ColumnShape Shape) Column(object?[] row)
    {
        var (data, type, extra) = (Text(row[1]).ToLowerInvariant(), Text(row[2]), Text(row[6]).ToUpperInvariant());
        var isNullable = Text(row[3]) == "YES";
        var isGenerated = extra.Contains("VIRTUAL", StringComparison.Ordinal) || extra.Contains("STORED", StringComparison.Ordinal)
            || extra.Contains("PERSISTENT", StringComparison.Ordinal);
        var column = new Column
        {
            Name = Text(row[0]),
            Kind = Types.Kind(data, type),
            Type = type,
            IsNullable = isNullable,
            IsGenerated = isGenerated,
            Collation = Text(row[5]),
        };
        // MariaDB says the default NULL as a word, and MySQL as no default at all: both are what is left out of every insert.
        var hasDefault = isGenerated || extra.Contains("AUTO_INCREMENT", StringComparison.Ordinal)
            || row[7] is not null && Text(row[7]) != "NULL" || extra.Contains("DEFAULT_GENERATED", StringComparison.Ordinal);
        return (column, new ColumnShape(data, Text(row[4]), hasDefault, type.Contains("unsigned", StringComparison.OrdinalIgnoreCase),
            row[8] is null ? null : Convert.ToInt64(row[8], CultureInfo.InvariantCulture),
            Convert.ToInt32(row[9] ?? 0, CultureInfo.InvariantCulture)));
    }

    private static List<UniqueKey> Keys(List<object?[]> rows, List<string> columns) =>
        [.. rows.GroupBy(r => Text(r[0]), StringComparer.Ordinal).Select(key => Key(key.Key, [.. key], columns))];

    private static UniqueKey Key(string name, List<object?[]> rows, List<string> columns)
    {
        var parts = rows.Select(r => columns.IndexOf(Text(r[1]))).ToList();
        return new UniqueKey
        {
            Name = name,
            Columns = [.. parts.Where(p => p >= 0)],
            IsPrimary = name == "PRIMARY",
            // A part of a column, or an expression.
            IsInexact = parts.Contains(-1) || rows.Exists(r => r[2] is not null),
        };
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
