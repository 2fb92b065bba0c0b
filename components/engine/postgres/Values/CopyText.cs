using System.Buffers;
using System.Buffers.Text;

namespace Holdfast.Engine.Postgres.Values;

/// <summary>
/// Values in the text form of COPY. They are those of <see cref="Fitted"/>, which is asked for every kind that is not written here as it
/// lies: what is most frequent costs no string.
/// </summary>
internal static class CopyText
{
    private const byte Backslash = (byte)'\\';
    private const long DayMicroseconds = Moments.DayMicroseconds;
    private static readonly SearchValues<byte> Special = SearchValues.Create("\\\n\r\t\0"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789-."u8);

    /// <summary>Appends a value that is not absent.</summary>
    /// <returns>The reason why it does not fit its column; null: it is appended.</returns>
    internal static string? Append(ArrayBufferWriter<byte> to, Value value, PgType type, int? digits)
    {
        switch (value.Kind)
        {
            case ValueKind.Null:
                to.Write("\\N"u8);
                return null;
            case ValueKind.Int64 when type.Kind is ValueKind.Int64:
                Utf8Formatter.TryFormat(value.AsInt64(), to.GetSpan(20), out var written);
                to.Advance(written);
                return null;
            case ValueKind.Text when type.Kind is ValueKind.Text && !value.Payload.Contains((byte)0):
                Escaped(to, value.Payload);
                return null;
            case ValueKind.Decimal when type.Kind is ValueKind.Decimal && IsKept(value.Payload, digits):
                to.Write(value.Payload);
                return null;
            case ValueKind.DateTime when type.Kind is ValueKind.DateTime && digits is null or 6 && value.AsDateTime() is var (day, clock)
                && day is { IsInfinite: false, Year: > 0 and < 10_000, Month: > 0, DayOfMonth: > 0 } && clock is >= 0 and < DayMicroseconds:
                Moment(to, day, clock);
                return null;
            default:
                var (text, whyNot) = Fitted.Of(value, type, digits);
                if (whyNot is null)
                {
                    Written(to, text);
                }

                return whyNot;
        }
    }

    private static void Written(ArrayBufferWriter<byte> to, string? text)
    {
        if (text is null)
        {
            to.Write("\\N"u8);
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        Escaped(to, bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Escapes the characters that have a meaning in the form itself: each is written as two.</summary>
    private static void Escaped(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        for (int at; (at = text.IndexOfAny(Special)) >= 0; text = text[(at + 1)..])
        {
            to.Write(text[..at]);
            var two = to.GetSpan(2);
            two[0] = Backslash;
            two[1] = text[at] switch { (byte)'\n' => (byte)'n', (byte)'\r' => (byte)'r', (byte)'\t' => (byte)'t', var other => other };
            to.Advance(2);
        }

        to.Write(text);
    }

    /// <summary>Digits alone, no more of them behind the point than the column keeps.</summary>
    private static bool IsKept(ReadOnlySpan<byte> text, int? keeps) => !text.ContainsAnyExcept(Digits)
        && (keeps is not { } most || text.IndexOf((byte)'.') is var point && (point < 0 || text.Length - point - 1 <= most));

    private static void Moment(ArrayBufferWriter<byte> to, Day day, long clock)
    {
        const int length = 26;
        var text = to.GetSpan(length);
        Number(text, day.Year, 4);
        text[4] = text[7] = (byte)'-';
        Number(text[5..], day.Month, 2);
        Number(text[8..], day.DayOfMonth, 2);
        text[10] = (byte)' ';
        var (seconds, fraction) = ((int)(clock / 1_000_000), (int)(clock % 1_000_000));
        Number(text[11..], seconds / 3600, 2);
        text[13] = text[16] = (byte)':';
        Number(text[14..], seconds / 60 % 60, 2);
        Number(text[17..], seconds % 60, 2);
        text[19] = (byte)'.';
        Number(text[20..], fraction, 6);
        to.Advance(length);
    }

    private static void Number(Span<byte> to, int number, int width)
    {
        for (var i = width - 1; i >= 0; i--)
        {
            (to[i], number) = ((byte)('0' + number % 10), number / 10);
        }
    }
}
