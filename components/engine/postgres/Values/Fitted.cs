namespace Holdfast.Engine.Postgres.Values;

/// <summary>
/// A value as text that the server reads as the column's type, or why there is none. What the server itself refuses (a number that is
/// too large, text that is no date) it says itself; here are the cases that it would take and change.
/// </summary>
internal static class Fitted
{
    private const string NoType = "the types have nothing in common";

    /// <param name="value">Not absent.</param>
    /// <param name="type">Of the column.</param>
    /// <param name="digits">Digits behind the point, or of a second, that the column keeps; null: all.</param>
    internal static (string? Text, string? WhyNot) Of(Value value, PgType type, int? digits) => value.Kind switch
    {
        ValueKind.Null => (null, null),
        ValueKind.Bytes when type.Kind is ValueKind.Bytes => ($"\\x{Convert.ToHexString(value.AsBytes())}", null),
        ValueKind.Bytes => (null, NoType),
        _ when type.Kind is ValueKind.Bytes => (null, NoType),
        ValueKind.Array => OfArray(value, type),
        _ when type.Kind is ValueKind.Array => (null, NoType),
        ValueKind.Bool when type.Kind is ValueKind.Int64 or ValueKind.Decimal => (value.AsBool() ? "1" : "0", null),
        ValueKind.Bool => (value.AsBool() ? "t" : "f", null),
        ValueKind.Int64 when type.Kind is ValueKind.Bool && value.AsInt64() is not (0 or 1) => (null, "it is neither 0 nor 1"),
        ValueKind.Int64 => (value.AsInt64().ToString(CultureInfo.InvariantCulture), null),
        ValueKind.UInt64 => (value.AsUInt64().ToString(CultureInfo.InvariantCulture), null),
        ValueKind.Float32 => Real(value.AsFloat32(), value.AsFloat32().ToString("R", CultureInfo.InvariantCulture), type, digits),
        ValueKind.Float64 => Real(value.AsFloat64(), value.AsFloat64().ToString("R", CultureInfo.InvariantCulture), type, digits),
        ValueKind.Decimal => Decimal(value.AsText(), type, digits),
        ValueKind.Text or ValueKind.Json or ValueKind.Enum or ValueKind.Set => OfText(value.AsText()),
        ValueKind.Date => Moment(Moments.WriteDay(value.AsDate())),
        ValueKind.Time => Precise(Moments.WriteTime(value.AsTime()), value.AsTime(), type, digits),
        ValueKind.DateTime => Precise(Moments.WriteDateTime(value.AsDateTime().Day, value.AsDateTime().Microseconds),
            value.AsDateTime().Microseconds, type, digits),
        ValueKind.Instant => Precise(Moments.WriteInstant(value.AsInstant()),
            value.AsInstant() is long.MaxValue or long.MinValue ? 0 : value.AsInstant(), type, digits),
        ValueKind.Uuid => (value.AsUuid().ToString("D"), null),
        ValueKind.Bit => (Bits(value), null),
        ValueKind.Unknown => OfText(value.AsUnknown().Text),
        ValueKind.Geometry => (null, "geometries are not written to PostgreSQL"),
        _ => throw new ArgumentException($"{value.Kind} is not written", nameof(value)),
    };

    private static (string?, string?) OfText(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? (null, "PostgreSQL has no text with a NUL character") : (text, null);

    private static (string?, string?) Real(double number, string text, PgType type, int? digits)
    {
        if (type.Kind is ValueKind.Int64 && (number != Math.Truncate(number) || !double.IsFinite(number)))
        {
            return (null, "it is no whole number");
        }

        if (type.Kind is ValueKind.Int64)
        {
            return (number.ToString("F0", CultureInfo.InvariantCulture), null);
        }

        if (type.Kind is ValueKind.Float32 && double.IsFinite(number) && (float)number != number)
        {
            return (null, "it has more digits than the column keeps");
        }

        return type.Kind is ValueKind.Decimal ? Decimal(text, type, digits) : (text, null);
    }

    /// <summary>The server would round, and say nothing.</summary>
    private static (string?, string?) Decimal(string text, PgType type, int? digits)
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var keeps = type.Kind switch { ValueKind.Decimal => digits, ValueKind.Int64 => 0, _ => null };
        return point >= 0 && keeps is { } most && !text.Contains('E', StringComparison.OrdinalIgnoreCase)
            && text.AsSpan(Math.Min(text.Length, point + 1 + Math.Max(most, 0))).Trim('0') is { IsEmpty: false }
            ? (null, $"it has more than {most} digits behind the point")
            : (type.Kind is ValueKind.Int64 && point >= 0 ? text[..point] : text, null);
    }

    private static (string?, string?) Moment(string? text) => (text, text is null ? "PostgreSQL has no such day or time" : null);

    private static (string?, string?) Precise(string? text, long microseconds, PgType type, int? digits)
    {
        var unit = 1L;
        for (var i = digits ?? 6; i < 6; i++)
        {
            unit *= 10;
        }

        return type.Kind is ValueKind.Time or ValueKind.DateTime or ValueKind.Instant && microseconds % unit != 0
            ? (null, $"it has more than {digits} digits of a second")
            : type.Kind is ValueKind.Date && text?.Contains(' ', StringComparison.Ordinal) == true
                && microseconds % Moments.DayMicroseconds != 0 ? (null, "it has a time of the day") : Moment(text);
    }

    private static string Bits(Value value)
    {
        var (count, bits) = value.AsBit();
        var text = new StringBuilder(count);
        for (var i = 0; i < count; i++)
        {
            text.Append((bits[i / 8] & (0x80 >> (i % 8))) != 0 ? '1' : '0');
        }

        return text.ToString();
    }

    private static (string?, string?) OfArray(Value value, PgType type)
    {
        if (type.Element is not { } element || type.Kind is not ValueKind.Array)
        {
            return (null, NoType);
        }

        var (dimensions, elements) = value.AsArray();
        string? why = null;
        var text = ArrayText.Write(dimensions, new Row(elements), each =>
        {
            var (part, whyNot) = Of(each, element, null);
            why ??= whyNot;
            return part;
        });
        return text is null ? (null, why) : (text, null);
    }
}
