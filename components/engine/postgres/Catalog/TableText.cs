using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.Postgres.Catalog;

/// <summary>The statements that make a table like another database's.</summary>
internal static class TableText
{
    private const int NameBytesMax = 63;

    /// <summary>Empty: the table can be made.</summary>
    /// <param name="table">Of another database.</param>
    /// <param name="here">For each column the kind of the type that has this very name here; null: there is none.</param>
    internal static IReadOnlyList<SourceFault> WhyNot(TableSchema table, IReadOnlyList<ValueKind?> here)
    {
        var faults = new List<SourceFault>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (IsBad(table.Name) || table.Schema.StartsWith("pg_", StringComparison.Ordinal))
        {
            faults.Add(CatalogFaults.BadName(table, table.Name));
        }

        foreach (var (column, kind) in table.Columns.Zip(here))
        {
            if (IsBad(column.Name) || !names.Add(column.Name))
            {
                faults.Add(CatalogFaults.BadName(table, column.Name));
            }

            if (column.IsGenerated)
            {
                faults.Add(CatalogFaults.Generated(table, column));
            }
            else if (Type(column, kind) is null)
            {
                faults.Add(CatalogFaults.NoType(table, column));
            }
        }

        return faults;
    }

    /// <summary>CREATE TABLE, then an index for each other key.</summary>
    internal static IEnumerable<string> Of(TableSchema table, IReadOnlyList<ValueKind?> here)
    {
        var primary = table.PrimaryKey is { } key ? $", PRIMARY KEY({Names(table, key)})" : "";
        var columns = Sql.List(table.Columns.Zip(here), c =>
            $"{Sql.Name(c.First.Name)} {Type(c.First, c.Second)}{(c.First.IsNullable ? "" : " NOT NULL")}");
        yield return $"CREATE TABLE {Sql.Name(table.Schema, table.Name)}({columns}{primary})";

        // The columns that an inexact key covers are not known here; without it the sink takes at least what the source has.
        foreach (var unique in table.Keys.Where(k => !k.IsPrimary && !k.IsInexact))
        {
            yield return $"CREATE UNIQUE INDEX ON {Sql.Name(table.Schema, table.Name)}({Names(table, unique)})";
        }
    }

    /// <summary>
    /// The type of a column: the one of the same name when it means the same here, else one that holds all values of the kind; null: there
    /// is none.
    /// </summary>
    internal static string? Type(Column column, ValueKind? here) => here == column.Kind ? column.Type : column.Kind switch
    {
        ValueKind.Bool => "boolean",
        ValueKind.Int64 => "bigint",
        ValueKind.UInt64 => "numeric(20,0)",
        ValueKind.Float32 => "real",
        ValueKind.Float64 => "double precision",
        ValueKind.Decimal => "numeric",
        ValueKind.Text or ValueKind.Enum or ValueKind.Set => "text",
        ValueKind.Bytes => "bytea",
        ValueKind.Date => "date",
        ValueKind.Time => "time",
        ValueKind.DateTime => "timestamp",
        ValueKind.Instant => "timestamp with time zone",
        ValueKind.Uuid => "uuid",
        // As text it stays as it is; jsonb would order its members and drop equal ones.
        ValueKind.Json => "json",
        ValueKind.Bit => "bit varying",
        _ => null,
    };

    private static bool IsBad(string name) =>
        name.Length == 0 || name.Contains('\0', StringComparison.Ordinal) || System.Text.Encoding.UTF8.GetByteCount(name) > NameBytesMax;

    private static string Names(TableSchema table, UniqueKey key) => Sql.List(key.Columns, c => Sql.Name(table.Columns[c].Name));
}
