using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;
using Holdfast.Engine.MySql.Tables;
using Holdfast.Engine.Tables;

namespace Holdfast.Engine.MySql.Values;

/// <summary>
/// Values as LOAD DATA reads them: the most frequent kinds, and only where the column surely takes them as they are. Any other value, and
/// any that is to be refused, is left to the insert.
/// </summary>
internal static class LoadText
{
    /// <summary>Lets the character behind it stand for itself. Not a backslash, which is a letter in our sessions.</summary>
    internal const char Escape = '!';

    internal const char Field = '\t';
    internal const char Line = '\n';

    private const long DayMicroseconds = 86_400 * Temporals.Second;
    private static readonly SearchValues<byte> Special = SearchValues.Create("!\t\n\0"u8);
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789-."u8);

    /// <summary>Appends a value; false: nothing is appended, and it has to be written in another way.</summary>
    internal static bool TryAppend(ArrayBufferWriter<byte> to, Value value, Column column, ColumnShape shape)
    {
        switch (value.Kind)
        {
            case ValueKind.Null:
                to.Write("!N"u8);
                return true;
            case ValueKind.Int64 when IsWhole(column, shape):
                Utf8Formatter.TryFormat(value.AsInt64(), to.GetSpan(20), out var written);
                to.Advance(written);
                return true;
            case ValueKind.UInt64 when IsWhole(column, shape):
                Utf8Formatter.TryFormat(value.AsUInt64(), to.GetSpan(20), out written);
                to.Advance(written);
                return true;
            case ValueKind.Decimal when column.Kind is ValueKind.Decimal && IsKept(value.Payload, shape.Digits):
                to.Write(value.Payload);
                return true;
            // Some types silently cut spaces at the end.
            case ValueKind.Text when column.Kind is ValueKind.Text && value.Payload is not [.., (byte)' '] && Utf8.IsValid(value.Payload):
                Escaped(to, value.Payload);
                return true;
            case ValueKind.DateTime when column.Kind is ValueKind.DateTime && shape.Digits == 6 && value.AsDateTime() is var (day, clock)
                && day is { IsInfinite: false, Year: >= 0 and < 10_000 } && clock is >= 0 and < DayMicroseconds:
                Moment(to, day, clock);
                return true;
            default:
                return false;
        }
    }

    private static bool IsWhole(Column column, ColumnShape shape) =>
        column.Kind is ValueKind.Int64 or ValueKind.UInt64 && shape.DataType != "year";

    private static bool IsKept(ReadOnlySpan<byte> text, int keeps) => !text.ContainsAnyExcept(Digits)
        && text.IndexOf((byte)'.') is var point && (point < 0 || text.Length - point - 1 <= keeps);

    private static void Escaped(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> text)
    {
        for (int at; (at = text.IndexOfAny(Special)) >= 0; text = text[(at + 1)..])
        {
            to.Write(text[..at]);
            var two = to.GetSpan(2);
            two[0] = (byte)Escape;
            two[1] = text[at] == 0 ? (byte)'0' : text[at];
            to.Advance(2);
        }

        to.Write(text);
    }

    private static void Moment(ArrayBufferWriter<byte> to, Day day, long clock)
    {
        const int length = 26;
        var text = to.GetSpan(length);
        "0000-00-00 00:00:00.000000"u8.CopyTo(text);
        Number(text, day.Year, 4);
        Number(text[5..], day.Month, 2);
        Number(text[8..], day.DayOfMonth, 2);
        var (seconds, fraction) = ((int)(clock / Temporals.Second), (int)(clock % Temporals.Second));
        Number(text[11..], seconds / 3600, 2);
        Number(text[14..], seconds / 60 % 60, 2);
        Number(text[17..], seconds % 60, 2);
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
