using System.Text.RegularExpressions;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Catalog;

/// <summary>
/// The statement that makes a table like another database's. A column of this engine keeps its declared type; of other engines, each
/// kind has a type that holds its values, or the column is refused by name.
/// </summary>
/// <param name="collations">Those that the server has.</param>
/// <param name="isMaria">The flavour.</param>
internal sealed partial class TableText(IReadOnlySet<string> collations, bool isMaria)
{
    private const int NameMax = 64;
    private const int KeyLetters = 255;
    private const RegexOptions Plain = RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    /// <summary>Empty: the table can be made.</summary>
    internal IReadOnlyList<SourceFault> WhyNot(TableSchema table)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<SourceFault>();
        if (table.Name.Length is 0 or > NameMax || Sql.IsSystem(table.Schema))
        {
            faults.Add(TableFaults.BadName(table, table.Name));
        }

        foreach (var column in table.Columns)
        {
            if (column.Name.Length is 0 or > NameMax || !names.Add(column.Name))
            {
                faults.Add(TableFaults.BadName(table, column.Name));
            }

            if (column.IsGenerated)
            {
                faults.Add(TableFaults.Generated(table, column));
            }
            else if (Type(column, isInKey: false) is null)
            {
                faults.Add(TableFaults.NoType(table, column));
            }
        }

        return faults;
    }

    /// <param name="table">Of another database.</param>
    /// <param name="more">Text that follows the type of a column; null: none.</param>
    internal string Of(TableSchema table, Func<string, string>? more = null)
    {
        var inKeys = table.Keys.Where(k => !k.IsInexact).SelectMany(k => k.Columns).ToHashSet();
        var columns = table.Columns.Select((c, i) =>
            $"{Sql.Name(c.Name)} {Type(c, inKeys.Contains(i))}{(c.IsNullable ? " NULL" : " NOT NULL")}{more?.Invoke(c.Name)}");
        // The columns that an inexact key covers are not known here; without it the sink takes at least what the source has.
        var keys = table.Keys.Where(k => !k.IsInexact).Select(k => (k.IsPrimary ? "PRIMARY KEY" : $"UNIQUE KEY {Sql.Name(k.Name)}")
            + $"({Sql.List(k.Columns, c => Sql.Name(table.Columns[c].Name))})");
        return $"CREATE TABLE {Sql.Name(table.Schema, table.Name)}({string.Join(", ", columns.Concat(keys))})"
            + " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4";
    }

    /// <summary>Null: there is none.</summary>
    internal string? Type(Column column, bool isInKey)
    {
        if (IsOurs(column))
        {
            return column.Type + (column.Collation.Length > 0 ? $" COLLATE {column.Collation}" : "");
        }

        return column.Kind switch
        {
            ValueKind.Bool => "tinyint(1)",
            ValueKind.Int64 => "bigint(20)",
            ValueKind.UInt64 => "bigint(20) unsigned",
            ValueKind.Float32 => "float",
            ValueKind.Float64 => "double",
            ValueKind.Decimal when Digits().Match(column.Type) is { Success: true } digits => Decimal(digits),
            ValueKind.Text or ValueKind.Enum or ValueKind.Set => Text(column, isInKey),
            ValueKind.Json when isMaria => $"longtext COLLATE {Exact}",
            ValueKind.Json => "json",
            ValueKind.Bytes => isInKey ? $"varbinary({KeyLetters})" : "longblob",
            ValueKind.Date => "date",
            ValueKind.Time => "time(6)",
            ValueKind.DateTime => "datetime(6)",
            ValueKind.Instant => "timestamp(6)",
            // MariaDB's own type refuses those of no known version.
            ValueKind.Uuid => $"char(36) COLLATE {Exact}",
            ValueKind.Bit when Bits().Match(column.Type) is { Success: true } bits => $"bit({bits.Groups["count"].Value})",
            ValueKind.Geometry => "geometry",
            _ => null,
        };
    }

    /// <summary>A collation of bytes in which spaces at the end count.</summary>
    private string Exact => isMaria ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";

    private string Text(Column column, bool isInKey)
    {
        var length = Length().Match(column.Type) is { Success: true } said
            && int.TryParse(said.Groups["letters"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var letters)
            && letters is > 0 and <= 4000
            ? letters : isInKey ? KeyLetters : 0;
        return (length > 0 ? string.Create(CultureInfo.InvariantCulture, $"varchar({length})") : "longtext") + $" COLLATE {Exact}";
    }

    private static string? Decimal(Match digits)
    {
        var precision = int.Parse(digits.Groups["precision"].Value, CultureInfo.InvariantCulture);
        var scale = digits.Groups["scale"] is { Success: true, Value: var said }
            ? int.Parse(said, CultureInfo.InvariantCulture) : 0;
        return precision <= 65 && scale <= 38 && scale <= precision
            ? string.Create(CultureInfo.InvariantCulture, $"decimal({precision},{scale})") : null;
    }

    /// <summary>
    /// A text type is this engine's if its collation is one that only these servers have. Another type is, if its name means the same here,
    /// and nothing follows the name that these servers do not write (<c>timestamp with time zone</c>).
    /// </summary>
    private bool IsOurs(Column column)
    {
        if (!Written().IsMatch(column.Type))
        {
            return false;
        }

        var end = column.Type.AsSpan().IndexOfAny('(', ' ');
        var data = end < 0 ? column.Type : column.Type[..end];
        return Types.Kind(data, column.Type) == column.Kind && column.Kind != ValueKind.Unknown && column.Kind switch
        {
            ValueKind.Text => collations.Contains(column.Collation),
            ValueKind.Uuid => isMaria,
            ValueKind.Json => !isMaria,
            ValueKind.Decimal or ValueKind.Enum or ValueKind.Set or ValueKind.Bit => column.Type.Contains('(', StringComparison.Ordinal),
            _ => true,
        } || column.Kind == ValueKind.Unknown && data is "inet6" or "inet4" && isMaria;
    }

    [GeneratedRegex(@"^(numeric|decimal)\((?<precision>\d{1,3})(,\s*(?<scale>\d{1,3}))?\)", Plain)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^\w+(\(.*\))?( unsigned)?( zerofill)?$", Plain | RegexOptions.Singleline)]
    private static partial Regex Written();

    [GeneratedRegex(@"^bit\((?<count>\d{1,2})\)", Plain)]
    private static partial Regex Bits();

    [GeneratedRegex(@"^(var)?char(acter)?( varying)?\((?<letters>\d{1,9})\)", Plain)]
    private static partial Regex Length();
}
