namespace Holdfast.Engine.MySql.Tables;

/// <summary>A declared type says how its values are to be read.</summary>
internal static class Types
{
    /// <summary>The kind that values of a type have.</summary>
    internal static ValueKind Kind(string dataType, string columnType) => dataType switch
    {
        "tinyint" or "smallint" or "mediumint" or "int" or "bigint" =>
            columnType.Contains("unsigned", StringComparison.OrdinalIgnoreCase) ? ValueKind.UInt64 : ValueKind.Int64,
        "year" => ValueKind.Int64,
        "float" => ValueKind.Float32,
        "double" => ValueKind.Float64,
        "decimal" => ValueKind.Decimal,
        "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext" => ValueKind.Text,
        "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" => ValueKind.Bytes,
        "date" => ValueKind.Date,
        "time" => ValueKind.Time,
        "datetime" => ValueKind.DateTime,
        "timestamp" => ValueKind.Instant,
        "bit" => ValueKind.Bit,
        "enum" => ValueKind.Enum,
        "set" => ValueKind.Set,
        "json" => ValueKind.Json,
        "uuid" => ValueKind.Uuid,
        "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection"
            or "geomcollection" => ValueKind.Geometry,
        _ => ValueKind.Unknown,
    };

    /// <summary>Labels of <c>enum('a','b''c')</c>.</summary>
    internal static IReadOnlyList<string> Labels(string columnType)
    {
        var labels = new List<string>();
        for (var at = columnType.IndexOf('\'', StringComparison.Ordinal); at >= 0 && at < columnType.Length;)
        {
            var label = new System.Text.StringBuilder();
            for (at++; at < columnType.Length; at++)
            {
                if (columnType[at] != '\'')
                {
                    label.Append(columnType[at]);
                }
                else if (at + 1 < columnType.Length && columnType[at + 1] == '\'')
                {
                    label.Append(columnType[at++]);
                }
                else
                {
                    break;
                }
            }

            labels.Add(label.ToString());
            at = columnType.IndexOf('\'', Math.Min(at + 1, columnType.Length));
        }

        return labels;
    }
}
