using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>
/// A table as its rows in the log are: what the log itself says comes first, since the server's own description is of now. Where the
/// two agree about columns, the description adds declared types and keys.
/// </summary>
/// <param name="Schema">Without an id.</param>
/// <param name="Columns">The columns, which read their values.</param>
internal sealed record TableLayout(TableSchema Schema, IReadOnlyList<WireColumn> Columns)
{
    private const int Binary = 63;

    /// <summary>Null: the log does not say the columns' names.</summary>
    /// <param name="map">From the log.</param>
    /// <param name="shape">As the table is now; null: it is not there any more.</param>
    /// <param name="charsets">Of the server's collations: character set and name.</param>
    internal static TableLayout? Of(
        TableMap map, TableShape? shape, IReadOnlyDictionary<int, (string Charset, string Collation)> charsets)
    {
        if (!map.HasNames)
        {
            return null;
        }

        var names = map.Columns.Select(c => c.Name!).ToList();
        var known = shape is not null && shape.Schema.Columns.Select(c => c.Name).SequenceEqual(names, StringComparer.Ordinal)
            && shape.Columns.Zip(map.Columns).All(p => Agrees(p.First, p.Second)) ? shape : null;
        var columns = new List<Column>(names.Count);
        var wires = new List<WireColumn>(names.Count);
        for (var i = 0; i < names.Count; i++)
        {
            var (column, wire) = ColumnOf(map.Columns[i], known?.Schema.Columns[i], known?.Columns[i], charsets);
            columns.Add(column);
            wires.Add(wire);
        }

        return new TableLayout(new TableSchema
        {
            Id = 0,
            Schema = map.Schema,
            Name = map.Name,
            Columns = columns,
            Keys = known?.Schema.Keys ?? (map.PrimaryKey is { } key
                ? [new UniqueKey { Name = "PRIMARY", Columns = [.. key], IsPrimary = true }] : []),
        }, wires);
    }

    private static (Column Column, WireColumn Wire) ColumnOf(MappedColumn said, Column? declared, ColumnShape? shape,
        IReadOnlyDictionary<int, (string Charset, string Collation)> charsets)
    {
        var isUnsigned = said.IsUnsigned ?? shape?.IsUnsigned ?? false;
        var of = said.Collation is { } id && charsets.TryGetValue(id, out var found)
            ? found : (Charset: shape?.Charset ?? "", Collation: "");
        var isText = said.Collation is { } number ? number != Binary : of.Charset.Length > 0;
        var kind = declared?.Kind ?? Kind(said.Type, isUnsigned, isText);
        var charset = kind is ValueKind.Text ? Charset.Of(of.Charset) : null;
        var labels = said.Labels?.Select(l => Text(l, of.Charset)).ToList() ?? Types.Labels(declared?.Type ?? "");
        var column = new Column
        {
            Name = said.Name!,
            Kind = kind,
            Type = declared?.Type ?? "",
            IsNullable = declared?.IsNullable ?? said.IsNullable,
            IsGenerated = declared?.IsGenerated ?? false,
            Collation = declared?.Collation ?? (isText ? of.Collation : ""),
        };
        if (kind == ValueKind.Uuid && declared!.Type != "uuid")
        {
            // Tables that were made before 10.11 hold them in another order of bytes.
            throw new NoValueException($"{said.Name} is of type {declared.Type}: ALTER TABLE makes it one of today's");
        }

        if (kind == ValueKind.Text && charset is null)
        {
            throw new NoValueException($"the character set '{of.Charset}' of {said.Name} is not known here");
        }

        return (column, new WireColumn(said.Type, said.Meta, kind, isUnsigned, charset, [.. labels], shape?.DataType ?? ""));
    }

    private static string Text(byte[] label, string charset) => (Charset.Of(charset) ?? Charset.Utf8Mb4).Recode(label) is { } utf8
        ? Encoding.UTF8.GetString(utf8)
        : throw new NoValueException($"a label x'{Convert.ToHexString(label)}' is no text in {charset}");

    /// <summary>A column as the log alone describes it.</summary>
    private static ValueKind Kind(WireType type, bool isUnsigned, bool isText) => type switch
    {
        WireType.Tiny or WireType.Short or WireType.Int24 or WireType.Long or WireType.LongLong =>
            isUnsigned ? ValueKind.UInt64 : ValueKind.Int64,
        WireType.Year => ValueKind.Int64,
        WireType.Float => ValueKind.Float32,
        WireType.Double => ValueKind.Float64,
        WireType.NewDecimal => ValueKind.Decimal,
        WireType.Date or WireType.NewDate => ValueKind.Date,
        WireType.Time or WireType.Time2 => ValueKind.Time,
        WireType.DateTime or WireType.DateTime2 => ValueKind.DateTime,
        WireType.Timestamp or WireType.Timestamp2 => ValueKind.Instant,
        WireType.Bit => ValueKind.Bit,
        WireType.Enum => ValueKind.Enum,
        WireType.Set => ValueKind.Set,
        WireType.Json => ValueKind.Json,
        WireType.Geometry => ValueKind.Geometry,
        WireType.String or WireType.VarString or WireType.VarChar or WireType.Blob or WireType.TinyBlob or WireType.MediumBlob
            or WireType.LongBlob => isText ? ValueKind.Text : ValueKind.Bytes,
        _ => throw new NoValueException($"the log's type {type} is not known here"),
    };

    /// <summary>The declared type is written as the log says.</summary>
    private static bool Agrees(ColumnShape shape, MappedColumn said) => (said.IsUnsigned ?? shape.IsUnsigned) == shape.IsUnsigned
        && shape.DataType switch
        {
            "tinyint" => said.Type == WireType.Tiny,
            "smallint" => said.Type == WireType.Short,
            "mediumint" => said.Type == WireType.Int24,
            "int" => said.Type == WireType.Long,
            "bigint" => said.Type == WireType.LongLong,
            "year" => said.Type == WireType.Year,
            "float" => said.Type == WireType.Float,
            "double" => said.Type == WireType.Double,
            "decimal" => said.Type == WireType.NewDecimal && (said.Meta & 0xFF) == shape.Digits,
            "date" => said.Type is WireType.Date or WireType.NewDate,
            "time" => said.Type is WireType.Time or WireType.Time2,
            "datetime" => said.Type is WireType.DateTime or WireType.DateTime2,
            "timestamp" => said.Type is WireType.Timestamp or WireType.Timestamp2,
            "bit" => said.Type == WireType.Bit,
            "enum" => said.Type == WireType.Enum,
            "set" => said.Type == WireType.Set,
            "json" => said.Type == WireType.Json,
            "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext" => IsString(said.Type) && said.Collation != Binary,
            "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" =>
                IsString(said.Type) && (said.Collation ?? Binary) == Binary,
            "uuid" or "inet6" => said is { Type: WireType.String, Meta: 16 },
            "inet4" => said is { Type: WireType.String, Meta: 4 },
            _ => said.Type == WireType.Geometry,
        };

    private static bool IsString(WireType type) => type is WireType.String or WireType.VarString or WireType.VarChar or WireType.Blob
        or WireType.TinyBlob or WireType.MediumBlob or WireType.LongBlob;
}
