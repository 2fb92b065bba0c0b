using System.Collections;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// JSON in which only what must be escaped is escaped. Letters of any script stay letters, those beyond the first plane too, which the
/// framework's encoders write as twelve bytes instead of four. Anything that is no text (half of a surrogate pair) becomes U+FFFD. Pure.
/// </summary>
internal static class PlainJson
{
    /// <summary>The value with JSON's escapes, without quotes: a template puts it between its own.</summary>
    internal static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                < ' ' or 0x7f => escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Of texts, numbers, and dictionaries of such.</summary>
    internal static string Of(object? value) => value switch
    {
        null => "null",
        string text => $"\"{Escaped(text)}\"",
        IDictionary fields => $"{{{string.Join(',', Fields(fields))}}}",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null",
    };

    private static IEnumerable<string> Fields(IDictionary fields)
    {
        foreach (DictionaryEntry field in fields)
        {
            yield return $"\"{Escaped((string)field.Key)}\":{Of(field.Value)}";
        }
    }
}
