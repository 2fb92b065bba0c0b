using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Catalog;

/// <summary>
/// The statements that make a table like another database's. A column of SQLite keeps its declared type; of other engines, each kind
/// has a type whose affinity changes none of its values.
/// </summary>
internal static class TableText
{
    private static readonly string[] Collations = ["BINARY", "NOCASE", "RTRIM"];

    /// <summary>Empty: the table can be made.</summary>
    internal static IReadOnlyList<SourceFault> WhyNot(TableSchema table)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<SourceFault>();
        if (table.Name.Length == 0 || TableReader.IsOwn(table.Name) || table.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase))
        {
            faults.Add(SinkTableFaults.BadName(table, table.Name));
        }

        foreach (var column in table.Columns)
        {
            if (column.Name.Length == 0 || !names.Add(column.Name))
            {
                faults.Add(SinkTableFaults.BadName(table, column.Name));
            }

            if (column.IsGenerated)
            {
                faults.Add(SinkTableFaults.Generated(table, column));
            }
            else if (SinkTableFaults.IsUnknown(column.Kind))
            {
                faults.Add(SinkTableFaults.NoType(table, column));
            }
        }

        return faults;
    }

    /// <summary>CREATE TABLE, then an index for each other key.</summary>
    /// <param name="table">Of another database.</param>
    /// <param name="more">Text that follows the type of a column; null: none.</param>
    internal static IEnumerable<string> Of(TableSchema table, Func<Column, string>? more = null)
    {
        var primary = table.PrimaryKey is { } key ? $", PRIMARY KEY({Names(table, key)})" : "";
        yield return $"CREATE TABLE {Sql.Name(table.Name)}({Sql.List(table.Columns, c => Definition(c, more?.Invoke(c) ?? ""))}{primary})";

        // The columns that an inexact key covers are not known here; without it the sink takes at least what the source has.
        foreach (var unique in table.Keys.Where(k => !k.IsPrimary && !k.IsInexact))
        {
            var name = unique.Name.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase) ? "" : unique.Name;
            yield return $"CREATE UNIQUE INDEX {Sql.Name($"{table.Name}_{(name.Length > 0 ? name : Plain(table, unique))}")}"
                + $" ON {Sql.Name(table.Name)}({Names(table, unique)})";
        }
    }

    /// <summary>A type whose affinity leaves all values of the kind as they are.</summary>
    internal static string Type(Column column) => IsSqliteType(column) ? column.Type : column.Kind switch
    {
        ValueKind.Bool or ValueKind.Int64 => "INTEGER",
        ValueKind.Float32 or ValueKind.Float64 => "REAL",
        // Beyond 63 bits the number is text: a column that changes nothing holds both.
        ValueKind.UInt64 => "",
        ValueKind.Bytes => "BLOB",
        _ => "TEXT",
    };

    /// <summary>
    /// The type means here what the kind says. A type without a name is SQLite's own, and so is one that gives the affinity by which
    /// SQLite's reader found the kind. <c>numeric</c> of another engine has decimals, which no affinity of numbers keeps.
    /// </summary>
    private static bool IsSqliteType(Column column) => Affinities.Of(column.Type, isStrict: false) switch
    {
        Affinity.Integer => column.Kind == ValueKind.Int64,
        Affinity.Text => column.Kind == ValueKind.Text,
        Affinity.None => column.Kind == ValueKind.Bytes,
        Affinity.Real or Affinity.Numeric => column.Kind == ValueKind.Float64,
        _ => false,
    };

    /// <summary>A column with its name.</summary>
    internal static string Definition(Column column, string more)
    {
        var collation = column.Collation.Length > 0 && Collations.Contains(column.Collation, StringComparer.OrdinalIgnoreCase)
            ? $" COLLATE {column.Collation}" : "";
        return $"{Sql.Name(column.Name)} {Type(column)}{(column.IsNullable ? "" : " NOT NULL")}{more}{collation}";
    }

    private static string Names(TableSchema table, UniqueKey key) => Sql.List(key.Columns, c => Sql.Name(table.Columns[c].Name));

    private static string Plain(TableSchema table, UniqueKey key) =>
        string.Join('_', key.Columns.Select(c => table.Columns[c].Name)) + "_unique";
}
