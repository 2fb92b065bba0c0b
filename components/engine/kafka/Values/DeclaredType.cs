namespace Holdfast.Engine.Kafka.Values;

/// <summary>A type as a source declares it: <c>numeric(10,2)</c>, <c>bigint(20) unsigned</c>, <c>enum('a','b')</c>.</summary>
/// <param name="Name">In small letters, without what is in brackets: <c>timestamp without time zone</c>.</param>
/// <param name="Numbers">Those in the brackets.</param>
/// <param name="Labels">Those in the brackets of an enumeration or a set.</param>
internal sealed record DeclaredType(string Name, IReadOnlyList<int> Numbers, IReadOnlyList<string> Labels)
{
    /// <summary>Only numbers of 0 and more.</summary>
    internal bool IsUnsigned => Name.Contains("unsigned", StringComparison.Ordinal);

    /// <summary>The first word.</summary>
    internal string FirstWord => Name.Split(' ', 2)[0];

    /// <summary>Reads a declaration; one that is strange has neither numbers nor labels.</summary>
    internal static DeclaredType Read(string type)
    {
        var open = type.IndexOf('(', StringComparison.Ordinal);
        var close = type.LastIndexOf(')');
        if (open < 0 || close < open)
        {
            return new DeclaredType(Plain(type), [], []);
        }

        var inside = type[(open + 1)..close];
        var name = Plain($"{type[..open]} {type[(close + 1)..]}");
        return inside.Contains('\'', StringComparison.Ordinal)
            ? new DeclaredType(name, [], ReadLabels(inside))
            : new DeclaredType(name, ReadNumbers(inside), []);
    }

    private static string Plain(string text) =>
        string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    private static List<int> ReadNumbers(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.Split(','))
        {
            if (!int.TryParse(part.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                return [];
            }

            numbers.Add(number);
        }

        return numbers;
    }

    private static List<string> ReadLabels(string text)
    {
        var labels = new List<string>();
        for (var at = text.IndexOf('\'', StringComparison.Ordinal); at >= 0; at = text.IndexOf('\'', at))
        {
            var label = new StringBuilder();
            for (at++; at < text.Length && (text[at] != '\'' || at + 1 < text.Length && text[at + 1] == '\''); at++)
            {
                label.Append(text[at]);
                at += text[at] == '\'' ? 1 : 0;
            }

            labels.Add(label.ToString());
            if (++at >= text.Length)
            {
                break;
            }
        }

        return labels;
    }
}
