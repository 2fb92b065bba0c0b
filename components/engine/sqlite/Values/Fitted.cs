using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Tables;

namespace Holdfast.Engine.Sqlite.Values;

/// <summary>
/// A value as SQLite will hold it in a column, or why the column would change it. SQLite silently turns the text '1' into a number in an
/// INTEGER column, and the number 1 into text in a TEXT column: such values are refused. A number that only changes between whole and
/// floating, and stays the same number, is taken; so is -0.0, which such columns hold as 0.0.
/// </summary>
internal readonly ref struct Fitted
{
    private enum Form
    {
        Null,
        Whole,
        Floating,
        Text,
        Blob,
    }

    private readonly Form _form;
    private readonly long _whole;
    private readonly double _floating;
    private readonly ReadOnlySpan<byte> _bytes;

    private Fitted(string whyNot) => WhyNot = whyNot;

    private Fitted(Form form, long whole = 0, double floating = 0, ReadOnlySpan<byte> bytes = default)
    {
        (_form, _whole, _floating) = (form, whole, floating);
        _bytes = bytes;
    }

    /// <summary>The reason why it does not fit; null: it fits.</summary>
    internal string? WhyNot { get; }

    /// <summary>Holds nothing but NULL.</summary>
    internal bool IsNull => _form == Form.Null;

    /// <summary>Fits a value into a column.</summary>
    /// <param name="value">Of any engine.</param>
    /// <param name="affinity">The column's.</param>
    internal static Fitted Of(Value value, Affinity affinity) => value.Kind switch
    {
        ValueKind.Null => new Fitted(Form.Null),
        ValueKind.Absent => new Fitted("the source did not say the value"),
        ValueKind.Bool => Whole(value.AsBool() ? 1 : 0, affinity),
        ValueKind.Int64 => Whole(value.AsInt64(), affinity),
        ValueKind.UInt64 when value.AsUInt64() <= long.MaxValue => Whole((long)value.AsUInt64(), affinity),
        ValueKind.UInt64 => Text(Ascii(value.AsUInt64().ToString(CultureInfo.InvariantCulture)), affinity),
        ValueKind.Float32 => Floating(value.AsFloat32(), affinity),
        ValueKind.Float64 => Floating(value.AsFloat64(), affinity),
        ValueKind.Decimal => Decimal(value.Payload, affinity),
        ValueKind.Text or ValueKind.Json or ValueKind.Enum or ValueKind.Set => Text(value.Payload, affinity),
        ValueKind.Bytes => new Fitted(Form.Blob, bytes: value.Payload),
        ValueKind.Date => Text(Ascii(value.AsDate().ToString()), affinity),
        ValueKind.Time => Text(Ascii(Clock(value.AsTime())), affinity),
        ValueKind.DateTime => Text(Ascii(DayAndClock(value.AsDateTime())), affinity),
        ValueKind.Instant => Text(Ascii(Instant(value.AsInstant())), affinity),
        ValueKind.Uuid => Text(Ascii(value.AsUuid().ToString("D")), affinity),
        ValueKind.Bit => Text(Ascii(Bits(value.AsBit())), affinity),
        ValueKind.Unknown when NotUtf8.Read(value) is { } bytes => Text(bytes, affinity),
        ValueKind.Unknown => new Fitted($"SQLite has no type {value.AsUnknown().Type}"),
        ValueKind.Geometry or ValueKind.Array => new Fitted($"SQLite has no type for {value.Kind}"),
        _ => throw new ArgumentOutOfRangeException(nameof(value), value.Kind, null),
    };

    /// <summary>Binds it to a parameter.</summary>
    internal void Bind(Statement to, int at)
    {
        switch (_form)
        {
            case Form.Null: to.BindNull(at); break;
            case Form.Whole: to.Bind(at, _whole); break;
            case Form.Floating: to.Bind(at, _floating); break;
            case Form.Text: to.BindUtf8(at, _bytes); break;
            case Form.Blob: to.BindBlob(at, _bytes); break;
            default: throw new InvalidOperationException($"{_form}");
        }
    }

    private static Fitted Whole(long number, Affinity affinity) => affinity switch
    {
        Affinity.Text => new Fitted("a column of text would hold the number as text"),
        Affinity.Real when !IsExact(number) => new Fitted("a column of floating numbers would round the whole number"),
        Affinity.Real => new Fitted(Form.Floating, floating: number),
        _ => new Fitted(Form.Whole, number),
    };

    private static Fitted Floating(double number, Affinity affinity) => affinity switch
    {
        _ when double.IsNaN(number) => new Fitted("SQLite makes NULL of NaN"),
        Affinity.Text => new Fitted("a column of text would hold the number as text"),
        // SQLite does so by itself; done here too, so that a row is found again by what it then holds.
        Affinity.Integer or Affinity.Numeric when IsWhole(number) => new Fitted(Form.Whole, (long)number),
        Affinity.Real when number == 0 => new Fitted(Form.Floating, floating: 0),
        _ => new Fitted(Form.Floating, floating: number),
    };

    private static Fitted Decimal(ReadOnlySpan<byte> digits, Affinity affinity) => affinity switch
    {
        Affinity.Text or Affinity.None => new Fitted(Form.Text, bytes: digits),
        Affinity.Integer or Affinity.Numeric when IsPlainWhole(digits, out var whole) => new Fitted(Form.Whole, whole),
        _ => new Fitted("a column of numbers would make a floating number of the decimal digits; declare it as TEXT"),
    };

    private static Fitted Text(ReadOnlySpan<byte> text, Affinity affinity) =>
        affinity is Affinity.Integer or Affinity.Numeric or Affinity.Real && Affinities.LooksLikeNumber(text)
            ? new Fitted("a column of numbers would make a number of the text; declare it without a type, or as TEXT")
            : new Fitted(Form.Text, bytes: text);

    private static bool IsExact(long number) => number is > -(1L << 53) and < 1L << 53 || (Int128)(double)number == number;

    private static bool IsWhole(double number) =>
        number is > -9.2e18 and < 9.2e18 && (double)(long)number == number;

    /// <summary>Digits that are written back as the same digits.</summary>
    private static bool IsPlainWhole(ReadOnlySpan<byte> digits, out long whole) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out whole)
        && digits.SequenceEqual(Ascii(whole.ToString(CultureInfo.InvariantCulture)));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static string Clock(long microseconds)
    {
        var (sign, all) = microseconds < 0 ? ("-", (Int128)(-(Int128)microseconds)) : ("", microseconds);
        var seconds = all / 1_000_000;
        return string.Create(CultureInfo.InvariantCulture,
            $"{sign}{(long)(seconds / 3600):00}:{(long)(seconds / 60 % 60):00}:{(long)(seconds % 60):00}.{(long)(all % 1_000_000):000000}");
    }

    private static string DayAndClock((Day Day, long Microseconds) moment) =>
        moment.Day.IsInfinite ? moment.Day.ToString() : $"{moment.Day} {Clock(moment.Microseconds)}";

    private static string Instant(long microseconds) => microseconds switch
    {
        long.MinValue => "-infinity",
        long.MaxValue => "infinity",
        // Beyond the years of .NET the number itself is the honest form.
        _ when microseconds is < -62_135_596_800_000_000 or > 253_402_300_799_999_999 =>
            $"epoch {microseconds.ToString(CultureInfo.InvariantCulture)} us",
        _ => DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10).ToString("yyyy-MM-dd HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
    };

    private static string Bits((int Count, byte[] Bits) value) => string.Create(value.Count + 1, value.Bits, static (text, bits) =>
    {
        text[0] = 'b';
        for (var i = 1; i < text.Length; i++)
        {
            text[i] = (bits[(i - 1) / 8] & (0x80 >> ((i - 1) % 8))) != 0 ? '1' : '0';
        }
    });
}
