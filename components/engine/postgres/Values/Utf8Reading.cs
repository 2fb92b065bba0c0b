using System.Buffers.Text;

namespace Holdfast.Engine.Postgres.Values;

/// <summary>Makes values of the server's text as it comes over the wire: what is most frequent costs no string.</summary>
internal static class Utf8Reading
{
    /// <exception cref="FormatException">The text is no value of the type.</exception>
    internal static void Write(RowWriter to, PgType type, ReadOnlySpan<byte> text)
    {
        switch (type.Kind)
        {
            case ValueKind.Text:
                to.Utf8(text);
                break;
            case ValueKind.Int64 when Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length:
                to.Int64(number);
                break;
            case ValueKind.Decimal:
                to.DecimalUtf8(text);
                break;
            case ValueKind.Json:
                to.JsonUtf8(text);
                break;
            case ValueKind.Enum:
                to.EnumUtf8(text);
                break;
            case ValueKind.Bool:
                to.Bool(text is [(byte)'t']);
                break;
            case ValueKind.Date when Utf8Moments.TryDay(text, out var day):
                to.Date(day);
                break;
            case ValueKind.DateTime when Utf8Moments.TryDateTime(text, out var date, out var clock):
                to.DateTime(date, clock);
                break;
            case ValueKind.Instant when Utf8Moments.TryInstant(text, out var at):
                to.Instant(at);
                break;
            case ValueKind.Uuid when Utf8Parser.TryParse(text, out Guid uuid, out var read, 'D') && read == text.Length:
                to.Uuid(uuid);
                break;
            default:
                TextReading.Write(to, type, Encoding.UTF8.GetString(text));
                break;
        }
    }
}
