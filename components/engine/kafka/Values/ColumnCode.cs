namespace Holdfast.Engine.Kafka.Values;

/// <summary>Writes values of one column by Debezium's published mapping, as far as the declared type is known to it.</summary>
internal sealed class ColumnCode
{
    private readonly DeclaredType _declared;
    private readonly DecimalMode _decimals;
    private readonly string _engine;

    /// <param name="column">The column.</param>
    /// <param name="engine">Of the source: an <c>integer</c> of SQLite has 64 bits.</param>
    /// <param name="decimals">Format of decimal digits.</param>
    internal ColumnCode(Column column, string engine, DecimalMode decimals)
    {
        (Column, _engine, _decimals, _declared) = (column, engine, decimals, DeclaredType.Read(column.Type));
        Scale = column.Kind == ValueKind.Decimal && _declared.Numbers is [_, ..] and var numbers
            ? numbers.Count > 1 ? numbers[1] : 0
            : null;
        // PostgreSQL's timestamp has microseconds unless it says less, MySQL's datetime has seconds unless it says more.
        IsInMilliseconds = _declared.Numbers is [var digits, ..] ? digits <= 3 : engine == "mysql";
        IsWide = column.Kind == ValueKind.UInt64 && _declared.FirstWord is "bigint" or "serial";
    }

    internal Column Column { get; }

    /// <summary>Digits behind the point; null: each value has its own.</summary>
    internal int? Scale { get; }

    /// <summary>A time stamp that has no microseconds.</summary>
    internal bool IsInMilliseconds { get; }

    /// <summary>64 bits without a sign: more than Java's numbers hold, so it is written as decimal digits are.</summary>
    internal bool IsWide { get; }

    /// <summary>The type under which a value of a kind stands there.</summary>
    internal FieldType TypeOf(ValueKind kind) => kind switch
    {
        ValueKind.Bool => FieldType.Boolean,
        ValueKind.Int64 => IntegerType(),
        ValueKind.UInt64 => IsWide ? DecimalType(0) : IntegerType(),
        ValueKind.Float32 => new FieldType("float"),
        ValueKind.Float64 => new FieldType("double"),
        ValueKind.Decimal => DecimalType(Scale),
        ValueKind.Bytes => FieldType.Bytes,
        ValueKind.Date => FieldType.Of("int32", "io.debezium.time.Date"),
        ValueKind.Time => FieldType.Of("int64", "io.debezium.time.MicroTime"),
        ValueKind.DateTime => FieldType.Of("int64", IsInMilliseconds ? "io.debezium.time.Timestamp" : "io.debezium.time.MicroTimestamp"),
        ValueKind.Instant => FieldType.Of("string", "io.debezium.time.ZonedTimestamp"),
        ValueKind.Uuid => FieldType.Of("string", "io.debezium.data.Uuid"),
        ValueKind.Json => FieldType.Of("string", "io.debezium.data.Json"),
        ValueKind.Enum => Labelled("io.debezium.data.Enum"),
        ValueKind.Set => Labelled("io.debezium.data.EnumSet"),
        ValueKind.Bit => Bits is 1 ? FieldType.Boolean
            : FieldType.Of("bytes", "io.debezium.data.Bits", ("length", (Bits ?? int.MaxValue).ToString(CultureInfo.InvariantCulture))),
        ValueKind.Geometry => FieldType.Of("struct", "io.debezium.data.geometry.Geometry") with
        {
            Fields = [new Field("wkb", FieldType.Bytes, false), new Field("srid", FieldType.Int32, true)],
        },
        ValueKind.Array => new FieldType("array") { Items = ItemType },
        _ => FieldType.Text,
    };

    /// <summary>Bits of a bit column; null: as many as a value has.</summary>
    internal int? Bits => _declared.FirstWord != "bit" || _declared.Name.Contains("varying", StringComparison.Ordinal) ? null
        : _declared.Numbers is [var bits] ? bits : 1;

    /// <summary>The elements of an array column, by the declared type: <c>integer[]</c>.</summary>
    private FieldType ItemType => _declared.Name.Replace("[]", "", StringComparison.Ordinal) switch
    {
        "smallint" => FieldType.Int16,
        "integer" => FieldType.Int32,
        "bigint" => FieldType.Int64,
        "boolean" => FieldType.Boolean,
        "real" => new FieldType("float"),
        "double precision" => new FieldType("double"),
        "numeric" => DecimalType(Scale),
        "bytea" => FieldType.Bytes,
        "date" => FieldType.Of("int32", "io.debezium.time.Date"),
        "timestamp without time zone" => FieldType.Of("int64", "io.debezium.time.MicroTimestamp"),
        "timestamp with time zone" => FieldType.Of("string", "io.debezium.time.ZonedTimestamp"),
        "uuid" => FieldType.Of("string", "io.debezium.data.Uuid"),
        "json" or "jsonb" => FieldType.Of("string", "io.debezium.data.Json"),
        _ => FieldType.Text,
    };

    private FieldType IntegerType() => _engine == "sqlite" ? FieldType.Int64 : (_declared.FirstWord, _declared.IsUnsigned) switch
    {
        ("tinyint", _) or ("smallint" or "smallserial" or "int2", false) => FieldType.Int16,
        ("smallint", true) or ("mediumint", _) or ("year", _) or ("int" or "integer" or "serial" or "int4", false) => FieldType.Int32,
        _ => FieldType.Int64,
    };

    private FieldType DecimalType(int? scale) => (_decimals, scale) switch
    {
        (DecimalMode.Text, _) => FieldType.Text,
        (DecimalMode.Double, _) => new FieldType("double"),
        (_, { } known) => FieldType.Of("bytes", "org.apache.kafka.connect.data.Decimal",
            ("scale", known.ToString(CultureInfo.InvariantCulture))),
        _ => FieldType.Of("struct", "io.debezium.data.VariableScaleDecimal") with
        {
            Fields = [new Field("scale", FieldType.Int32, false), new Field("value", FieldType.Bytes, false)],
        },
    };

    private FieldType Labelled(string name) => _declared.Labels.Count == 0
        ? FieldType.Of("string", name)
        : FieldType.Of("string", name, ("allowed", string.Join(',', _declared.Labels)));
}
