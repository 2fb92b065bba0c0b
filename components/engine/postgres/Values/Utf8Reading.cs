using System.Buffers.Text;
using System.Text;
using Holdfast.Engine.Values;

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
            default:
                TextReading.Write(to, type, Encoding.UTF8.GetString(text));
                break;
        }
    }
}
