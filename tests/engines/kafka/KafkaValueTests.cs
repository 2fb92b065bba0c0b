using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>
/// Each kind of value as Debezium's tables of data types say it (connectors/postgresql.html#postgresql-data-types, mysql.html).
/// </summary>
public sealed class KafkaValueTests
{
    private static readonly Day June = Day.Of(2018, 6, 20);

    public static TheoryData<string, string, string, string, string> Values => new()
    {
        { "bool", "boolean", "postgres", "boolean", "true" },
        { "int", "smallint", "postgres", "int16", "-7" },
        { "int", "integer", "postgres", "int32", "-7" },
        { "int", "bigint", "postgres", "int64", "-7" },
        { "int", "mediumint(9)", "mysql", "int32", "-7" },
        { "int", "INTEGER", "sqlite", "int64", "-7" },
        { "unsigned", "int(10) unsigned", "mysql", "int64", "11111111111111111111" },
        { "unsigned", "bigint(20) unsigned", "mysql", "bytes org.apache.kafka.connect.data.Decimal scale=0", "\"AJoymK+1rHHH\"" },
        { "float", "real", "postgres", "float", "1.5" },
        { "nan", "double precision", "postgres", "double", "\"NaN\"" },
        { "decimal", "numeric(10,2)", "postgres", "bytes org.apache.kafka.connect.data.Decimal scale=2", "\"BNI=\"" },
        { "decimal", "numeric(10,4)", "postgres", "bytes org.apache.kafka.connect.data.Decimal scale=4", "\"AeII\"" },
        { "decimal", "numeric", "postgres", "struct io.debezium.data.VariableScaleDecimal", "{\"scale\":2,\"value\":\"BNI=\"}" },
        { "text", "text", "postgres", "string", "\"grün\"" },
        { "bytes", "bytea", "postgres", "bytes", "\"AAH/\"" },
        { "date", "date", "postgres", "int32 io.debezium.time.Date", "17702" },
        { "zerodate", "date", "mysql", "int32 io.debezium.time.Date", "null" },
        { "time", "time without time zone", "postgres", "int64 io.debezium.time.MicroTime", "3723000004" },
        { "datetime", "timestamp without time zone", "postgres", "int64 io.debezium.time.MicroTimestamp", "1529507596945104" },
        { "datetime", "timestamp(3) without time zone", "postgres", "int64 io.debezium.time.Timestamp", "1529507596945" },
        { "datetime", "datetime", "mysql", "int64 io.debezium.time.Timestamp", "1529507596945" },
        { "datetime", "datetime(6)", "mysql", "int64 io.debezium.time.MicroTimestamp", "1529507596945104" },
        { "infinity", "timestamp without time zone", "postgres", "int64 io.debezium.time.MicroTimestamp", "9223372036825200000" },
        { "-infinity", "timestamp without time zone", "postgres", "int64 io.debezium.time.MicroTimestamp", "-9223372036832400000" },
        { "instant", "timestamp with time zone", "postgres", "string io.debezium.time.ZonedTimestamp", "\"2018-06-20T13:37:03Z\"" },
        { "instant5", "timestamp with time zone", "postgres", "string io.debezium.time.ZonedTimestamp", "\"1969-12-31T23:59:59.5Z\"" },
        { "uuid", "uuid", "postgres", "string io.debezium.data.Uuid", "\"00112233-4455-6677-8899-aabbccddeeff\"" },
        { "json", "jsonb", "postgres", "string io.debezium.data.Json", "\"{\\\"a\\\":1}\"" },
        { "enum", "enum('b','c')", "mysql", "string io.debezium.data.Enum allowed=b,c", "\"b\"" },
        { "set", "set('b','c')", "mysql", "string io.debezium.data.EnumSet allowed=b,c", "\"b,c\"" },
        { "bit1", "bit(1)", "postgres", "boolean", "true" },
        { "bit10", "bit(10)", "postgres", "bytes io.debezium.data.Bits length=10", "\"BQI=\"" },
        { "geometry", "geometry", "mysql", "struct io.debezium.data.geometry.Geometry", "{\"wkb\":\"AQI=\",\"srid\":4326}" },
        { "array", "integer[]", "postgres", "array int32", "[1,null]" },
        { "unknown", "inet", "postgres", "string", "\"10.0.0.1\"" },
        { "null", "integer", "postgres", "int32", "null" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_written_down_as_Debezium_documents_it(string what, string type, string engine, string schema, string json)
    {
        var (kind, row) = Value(what);
        var code = new ColumnCode(new Column { Name = "c", Kind = kind, Type = type }, engine, DecimalMode.Precise);
        Assert.Equal(json, Written(row, code, DecimalMode.Precise));
        var field = code.TypeOf(kind);
        Assert.Equal(schema, string.Join(' ', [field.Type, .. field.Name is { } n ? [n] : Array.Empty<string>(),
            .. field.Items is { } items ? [items.Type] : Array.Empty<string>(), .. field.Parameters.Select(p => $"{p.Name}={p.Value}")]));
    }

    [Theory]
    [InlineData(nameof(DecimalMode.Text), "\"12.34\"")]
    [InlineData(nameof(DecimalMode.Double), "12.34")]
    public void Decimal_digits_may_be_text_or_a_number(string name, string json)
    {
        var mode = Enum.Parse<DecimalMode>(name);
        Assert.Equal(json, Written(Value("decimal").Row, Numeric("numeric(10,2)", mode), mode));
    }

    [Fact]
    public void Digits_that_have_no_exact_form_are_refused()
    {
        var code = Numeric("numeric(10,1)", DecimalMode.Precise);
        Assert.Throws<UnwritableException>(() => Written(Value("decimal").Row, code, DecimalMode.Precise));
        Assert.Throws<UnwritableException>(() => Written(One(w => w.Decimal("NaN")), code, DecimalMode.Precise));
    }

    [Fact]
    public void Labels_with_quotes_and_commas_are_read()
    {
        Assert.Equal(["it's", "b,c", ""], DeclaredType.Read("enum('it''s','b,c','')").Labels);
        Assert.Equal([10, 2], DeclaredType.Read("NUMERIC(10, 2)").Numbers);
        Assert.Equal("timestamp without time zone", DeclaredType.Read("timestamp(3) without time zone").Name);
    }

    [Fact]
    public void Days_are_those_of_the_calendar()
    {
        for (var day = new DateOnly(1899, 12, 20); day < new DateOnly(2105, 1, 1); day = day.AddDays(13))
        {
            Assert.Equal(day.DayNumber - new DateOnly(1970, 1, 1).DayNumber, Moments.Days(Day.Of(day.Year, day.Month, day.Day)));
        }
    }

    private static (ValueKind Kind, Row Row) Value(string what) => what switch
    {
        "bool" => (ValueKind.Bool, One(w => w.Bool(true))),
        "int" => (ValueKind.Int64, One(w => w.Int64(-7))),
        "unsigned" => (ValueKind.UInt64, One(w => w.UInt64(11111111111111111111))),
        "float" => (ValueKind.Float32, One(w => w.Float32(1.5f))),
        "nan" => (ValueKind.Float64, One(w => w.Float64(double.NaN))),
        "decimal" => (ValueKind.Decimal, One(w => w.Decimal("12.34"))),
        "text" => (ValueKind.Text, One(w => w.Text("grün"))),
        "bytes" => (ValueKind.Bytes, One(w => w.Bytes([0, 1, 255]))),
        "date" => (ValueKind.Date, One(w => w.Date(June))),
        "zerodate" => (ValueKind.Date, One(w => w.Date(Day.Of(0, 0, 0)))),
        "time" => (ValueKind.Time, One(w => w.Time(3_723_000_004))),
        "datetime" => (ValueKind.DateTime, One(w => w.DateTime(June, ((15 * 60 + 13) * 60 + 16) * 1_000_000L + 945_104))),
        "infinity" => (ValueKind.DateTime, One(w => w.DateTime(Day.Infinity, 0))),
        "-infinity" => (ValueKind.DateTime, One(w => w.DateTime(Day.MinusInfinity, 0))),
        "instant" => (ValueKind.Instant, One(w => w.Instant(1_529_501_823_000_000))),
        "instant5" => (ValueKind.Instant, One(w => w.Instant(-500_000))),
        "uuid" => (ValueKind.Uuid, One(w => w.Uuid(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff")))),
        "json" => (ValueKind.Json, One(w => w.Json("{\"a\":1}"))),
        "enum" => (ValueKind.Enum, One(w => w.Enum("b"))),
        "set" => (ValueKind.Set, One(w => w.Set("b,c"))),
        "bit1" => (ValueKind.Bit, One(w => w.Bit(1, [0x80]))),
        "bit10" => (ValueKind.Bit, One(w => w.Bit(10, [0b1000_0001, 0b0100_0000]))),
        "geometry" => (ValueKind.Geometry, One(w => w.Geometry(4326, [1, 2]))),
        "array" => (ValueKind.Array, One(w => w.Array([(2, 1)], Elements()))),
        "unknown" => (ValueKind.Unknown, One(w => w.Unknown("inet", "10.0.0.1"))),
        "null" => (ValueKind.Int64, One(w => w.Null())),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
    };

    private static ColumnCode Numeric(string type, DecimalMode mode) =>
        new(new Column { Name = "c", Kind = ValueKind.Decimal, Type = type }, "postgres", mode);

    private static byte[] Elements()
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new RowWriter(bytes);
        writer.Int64(1);
        writer.Null();
        return bytes.WrittenSpan.ToArray();
    }

    private static Row One(Action<RowWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        write(new RowWriter(bytes));
        return new Row(bytes.WrittenMemory);
    }

    private static string Written(Row row, ColumnCode code, DecimalMode mode) => Encoding.UTF8.GetString(
        Engine.Kafka.Envelope.Json.Written(json =>
        {
            foreach (var value in row)
            {
                ValueJson.Write(json, value, code, mode);
            }
        }));
}
