namespace Holdfast.Engine.Postgres.Values;

/// <summary>
/// Arrays as the server writes them: <c>{1,NULL,"a b"}</c>, with <c>[0:2]=</c> before where an index does not begin at 1.
/// </summary>
internal static class ArrayText
{
    /// <summary>The dimensions, and the elements' texts in a row; null: NULL.</summary>
    /// <exception cref="FormatException">It is no array.</exception>
    internal static ((int Length, int Lowest)[] Dimensions, List<string?> Elements) Read(string text)
    {
        var lowest = new List<int>();
        var at = 0;
        for (; at < text.Length && text[at] == '['; at = text.IndexOf(']', at) + 1)
        {
            var bounds = text[(at + 1)..text.IndexOf(':', at)];
            lowest.Add(int.Parse(bounds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
        }

        at += lowest.Count > 0 ? 1 : 0;
        var (lengths, elements) = (new List<int>(), new List<string?>());
        Level(text, ref at, 0, lengths, elements);
        if (at != text.Length)
        {
            throw new FormatException($"{text.Length - at} characters stand behind an array");
        }

        return elements.Count == 0
            ? ([], elements)
            : ([.. lengths.Select((length, i) => (length, i < lowest.Count ? lowest[i] : 1))], elements);
    }

    private static void Level(string text, ref int at, int depth, List<int> lengths, List<string?> elements)
    {
        Expect(text, ref at, '{');
        if (lengths.Count == depth)
        {
            lengths.Add(0);
        }

        var count = 0;
        while (at < text.Length && text[at] != '}')
        {
            if (count > 0)
            {
                Expect(text, ref at, ',');
            }

            if (text[at] == '{')
            {
                Level(text, ref at, depth + 1, lengths, elements);
            }
            else
            {
                elements.Add(Element(text, ref at));
            }

            count++;
        }

        Expect(text, ref at, '}');
        lengths[depth] = count;
    }

    private static string? Element(string text, ref int at)
    {
        if (text[at] != '"')
        {
            var end = text.IndexOfAny([',', '}'], at);
            var plain = end < 0 ? throw new FormatException("an array does not end") : text[at..end];
            at = end;
            return plain == "NULL" ? null : plain;
        }

        var quoted = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            at += text[at] == '\\' ? 1 : 0;
            quoted.Append(text[at]);
        }

        at++;
        return quoted.ToString();
    }

    private static void Expect(string text, ref int at, char wanted)
    {
        if (at >= text.Length || text[at++] != wanted)
        {
            throw new FormatException($"an array lacks '{wanted}'");
        }
    }

    /// <summary>The text of an array; null: an element has none.</summary>
    internal static string? Write(IReadOnlyList<(int Length, int Lowest)> dimensions, Row elements, Func<Value, string?> textOf)
    {
        var text = new StringBuilder();
        if (dimensions.Any(d => d.Lowest != 1))
        {
            foreach (var (length, lowest) in dimensions)
            {
                text.Append(CultureInfo.InvariantCulture, $"[{lowest}:{(long)lowest + length - 1}]");
            }

            text.Append('=');
        }

        var walk = elements.GetEnumerator();
        return dimensions.Count == 0 ? "{}" : Write(text, dimensions, 0, ref walk, textOf) ? text.ToString() : null;
    }

    private static bool Write(StringBuilder text, IReadOnlyList<(int Length, int Lowest)> dimensions, int depth,
        ref Row.Enumerator elements, Func<Value, string?> textOf)
    {
        text.Append('{');
        for (var i = 0; i < dimensions[depth].Length; i++)
        {
            text.Append(i > 0 ? "," : "");
            if (depth + 1 < dimensions.Count)
            {
                if (!Write(text, dimensions, depth + 1, ref elements, textOf))
                {
                    return false;
                }

                continue;
            }

            elements.MoveNext();
            if (elements.Current.IsNull)
            {
                text.Append("NULL");
                continue;
            }

            if (textOf(elements.Current) is not { } element)
            {
                return false;
            }

            text.Append('"').Append(element.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                .Append('"');
        }

        text.Append('}');
        return true;
    }
}
