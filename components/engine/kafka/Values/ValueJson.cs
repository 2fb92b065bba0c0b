namespace Holdfast.Engine.Kafka.Values;

/// <summary>Writes a value as Debezium's documentation says for its kind, in the form of Kafka Connect's JSON converter.</summary>
internal static class ValueJson
{
    /// <summary>Stands for text that the source does not say because it did not change; Debezium's own word.</summary>
    internal const string Unavailable = "__debezium_unavailable_value";

    /// <exception cref="UnwritableException">The value cannot be said exactly.</exception>
    internal static void Write(Utf8JsonWriter json, Value value, ColumnCode column, DecimalMode decimals)
    {
        switch (value.Kind)
        {
            case ValueKind.Null: json.WriteNullValue(); break;
            case ValueKind.Bool: json.WriteBooleanValue(value.AsBool()); break;
            case ValueKind.Int64: json.WriteNumberValue(value.AsInt64()); break;
            case ValueKind.UInt64 when column.IsWide: Digits(json, Number(value.AsUInt64()), 0, column, decimals); break;
            case ValueKind.UInt64: json.WriteNumberValue(value.AsUInt64()); break;
            case ValueKind.Float32: Float(json, value.AsFloat32()); break;
            case ValueKind.Float64: Float(json, value.AsFloat64()); break;
            case ValueKind.Decimal: Digits(json, value.AsText(), column.Scale, column, decimals); break;
            case ValueKind.Bytes: json.WriteBase64StringValue(value.AsBytes()); break;
            case ValueKind.Date: Zero(json, Moments.Days(value.AsDate()), column); break;
            case ValueKind.Time: json.WriteNumberValue(value.AsTime()); break;
            case ValueKind.DateTime: DateTime(json, value, column); break;
            case ValueKind.Instant: json.WriteStringValue(Moments.Zoned(value.AsInstant())); break;
            case ValueKind.Uuid: json.WriteStringValue(value.AsUuid()); break;
            case ValueKind.Bit: Bits(json, value, column); break;
            case ValueKind.Geometry: Geometry(json, value); break;
            case ValueKind.Array: Array(json, value, column, decimals); break;
            case ValueKind.Unknown: json.WriteStringValue(value.AsUnknown().Text); break;
            case ValueKind.Text or ValueKind.Json or ValueKind.Enum or ValueKind.Set: json.WriteStringValue(value.Payload); break;
            default: throw new ArgumentOutOfRangeException(nameof(value), value.Kind, null);
        }
    }

    /// <summary>A text, or bytes, that the source does not say; of other kinds nothing can stand for it.</summary>
    internal static string? Placeholder(ValueKind kind) => kind switch
    {
        ValueKind.Text or ValueKind.Json or ValueKind.Unknown => Unavailable,
        ValueKind.Bytes => Convert.ToBase64String(Encoding.UTF8.GetBytes(Unavailable)),
        _ => null,
    };

    private static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>JSON has no word for what is no number: Java's writer puts it in quotes.</summary>
    private static void Float(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static void Float(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            Float(json, (double)value);
        }
    }

    private static void Digits(Utf8JsonWriter json, string digits, int? scale, ColumnCode column, DecimalMode mode)
    {
        switch (mode)
        {
            case DecimalMode.Text:
                json.WriteStringValue(digits);
                break;
            case DecimalMode.Double when double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                Float(json, number);
                break;
            case DecimalMode.Precise when DecimalBytes.Of(digits, scale) is var (bytes, own):
                if (scale is null)
                {
                    json.WriteStartObject();
                    json.WriteNumber("scale", own);
                    json.WriteBase64String("value", bytes);
                    json.WriteEndObject();
                }
                else
                {
                    json.WriteBase64StringValue(bytes);
                }

                break;
            default:
                throw new UnwritableException(column.Column.Name, digits, "it has no number as the setting \"decimals\" wants it");
        }
    }

    /// <summary>A day of zeros is NULL where the column may be, and 1970-01-01 else: as Debezium documents it for MySQL.</summary>
    private static void Zero(Utf8JsonWriter json, long? number, ColumnCode column)
    {
        if (number is { } known)
        {
            json.WriteNumberValue(known);
        }
        else if (column.Column.IsNullable)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteNumberValue(0);
        }
    }

    private static void DateTime(Utf8JsonWriter json, Value value, ColumnCode column)
    {
        var (day, inDay) = value.AsDateTime();
        var microseconds = Moments.Microseconds(day, inDay);
        if (column.Column.Kind != ValueKind.DateTime && microseconds is null)
        {
            // A zero among time stamps with a zone, which are text.
            json.WriteNullValue();
            return;
        }

        Zero(json, day.IsInfinite || !column.IsInMilliseconds ? microseconds : Floor(microseconds), column);
    }

    private static long? Floor(long? microseconds) =>
        microseconds is { } known ? known / 1000 - (known % 1000 < 0 ? 1 : 0) : null;

    /// <summary>One bit is true or false; more are bytes, the lowest bits first.</summary>
    private static void Bits(Utf8JsonWriter json, Value value, ColumnCode column)
    {
        var (count, bits) = value.AsBit();
        if (column.Bits is 1 && count == 1)
        {
            json.WriteBooleanValue((bits[0] & 0x80) != 0);
            return;
        }

        var little = new byte[bits.Length];
        for (var i = 0; i < count; i++)
        {
            var fromRight = count - 1 - i;
            if ((bits[i / 8] & (0x80 >> (i % 8))) != 0)
            {
                little[fromRight / 8] |= (byte)(1 << (fromRight % 8));
            }
        }

        json.WriteBase64StringValue(little);
    }

    private static void Geometry(Utf8JsonWriter json, Value value)
    {
        var (srid, wkb) = value.AsGeometry();
        json.WriteStartObject();
        json.WriteBase64String("wkb", wkb);
        json.WriteNumber("srid", srid);
        json.WriteEndObject();
    }

    private static void Array(Utf8JsonWriter json, Value value, ColumnCode column, DecimalMode decimals)
    {
        var (dimensions, elements) = value.AsArray();
        ReadOnlySpan<byte> rest = elements;
        if (dimensions.Count == 0)
        {
            json.WriteStartArray();
            json.WriteEndArray();
            return;
        }

        Level(json, dimensions, 0, ref rest, column, decimals);
    }

    private static void Level(Utf8JsonWriter json, IReadOnlyList<(int Length, int Lowest)> dimensions, int level,
        ref ReadOnlySpan<byte> rest, ColumnCode column, DecimalMode decimals)
    {
        json.WriteStartArray();
        for (var i = 0; i < dimensions[level].Length; i++)
        {
            if (level + 1 < dimensions.Count)
            {
                Level(json, dimensions, level + 1, ref rest, column, decimals);
            }
            else
            {
                Write(json, Value.Read(ref rest), column, decimals);
            }
        }

        json.WriteEndArray();
    }
}
