using System.Buffers;

namespace Holdfast.Stores.Postgres;

/// <summary>
/// jsonb cannot hold U+0000, and a document may. It is kept as U+F8FF '0', and U+F8FF itself, a character of private use,
/// as U+F8FF 'F'. Both are so rare that a document is nearly always passed on as it is.
/// </summary>
internal static class StoredJson
{
    private const char Mark = '\uf8ff';
    private static readonly byte[] MarkBytes = Encoding.UTF8.GetBytes(Mark.ToString());
    private static readonly SearchValues<char> Odd = SearchValues.Create('\0', Mark);

    /// <summary>A text as a stored document has it, for comparisons.</summary>
    internal static string Keep(string text)
    {
        if (!text.AsSpan().ContainsAny(Odd))
        {
            return text;
        }

        return text.Replace($"{Mark}", $"{Mark}F", StringComparison.Ordinal).Replace("\0", $"{Mark}0", StringComparison.Ordinal);
    }

    internal static byte[] Keep(byte[] json)
    {
        if (json.AsSpan().IndexOf(MarkBytes) < 0 && json.AsSpan().IndexOf("\\u0000"u8) < 0
            && json.AsSpan().IndexOf("\\uF8FF"u8) < 0 && json.AsSpan().IndexOf("\\uf8ff"u8) < 0)
        {
            return json;
        }

        var kept = new StringBuilder();
        var text = Encoding.UTF8.GetString(json);
        for (var i = 0; i < text.Length; i++)
        {
            if (Escape(text, i, "\\u0000") || Escape(text, i, "\\uf8ff"))
            {
                kept.Append(Mark).Append(text[i + 2] == '0' ? '0' : 'F');
                i += 5;
            }
            else if (text[i] == '\\')
            {
                kept.Append(text[i]).Append(text[++i]); // Another escape; its second character may be a backslash.
            }
            else
            {
                kept.Append(text[i]).Append(text[i] == Mark ? "F" : "");
            }
        }

        return Encoding.UTF8.GetBytes(kept.ToString());
    }

    private static bool Escape(string text, int at, string escape) =>
        string.Compare(text, at, escape, 0, escape.Length, StringComparison.OrdinalIgnoreCase) == 0;

    internal static byte[] Give(byte[] stored) => stored.AsSpan().IndexOf(MarkBytes) < 0
        ? stored
        : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(stored)
            .Replace($"{Mark}0", "\\u0000", StringComparison.Ordinal).Replace($"{Mark}F", $"{Mark}", StringComparison.Ordinal));
}
