namespace Holdfast.Alerting.Channels;

/// <summary>The tail of a text that was cut, in the place of its end.</summary>
/// <param name="Whole">Text that should follow.</param>
/// <param name="Least">Text that follows where that leaves no room: the link.</param>
internal sealed record TextTail(string Whole, string Least)
{
    internal static TextTail None { get; } = new("", "");
}

/// <summary>Texts by a receiver's rules. A text is cut between two characters as readers see them, never within one. Pure.</summary>
internal static class TextFit
{
    internal const string Mark = "…[cut]";

    private const string NoWidth = "\u200b";

    internal static string Escaped(string text, Markup markup) => markup switch
    {
        Markup.None => text,
        Markup.Entities => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal),
        Markup.Broken => text.Replace("<", "<" + NoWidth, StringComparison.Ordinal).Replace("]", "]" + NoWidth, StringComparison.Ordinal),
    };

    internal static int Length(string text, Markup markup, TextUnit unit) => unit switch
    {
        TextUnit.Characters => Escaped(text, markup).Length,
        TextUnit.Bytes => Encoding.UTF8.GetByteCount(Escaped(text, markup)),
        TextUnit.JsonBytes => Encoding.UTF8.GetByteCount(PlainJson.Escaped(Escaped(text, markup))),
    };

    /// <summary>Not yet escaped, and short enough once it is.</summary>
    internal static string Cut(string text, TextTail tail, TextLimit limit, Markup markup)
    {
        if (Length(text, markup, limit.Unit) <= limit.Max)
        {
            return text;
        }

        var end = Mark + (Length(tail.Whole, markup, limit.Unit) <= limit.Max / 2 ? tail.Whole : tail.Least);
        end = Length(end, markup, limit.Unit) <= limit.Max ? end : Length(Mark, markup, limit.Unit) <= limit.Max ? Mark : "";
        var head = tail.Whole.Length > 0 && text.EndsWith(tail.Whole, StringComparison.Ordinal) ? text[..^tail.Whole.Length] : text;
        var (at, room) = (0, limit.Max - Length(end, markup, limit.Unit));
        while (at < head.Length)
        {
            var element = StringInfo.GetNextTextElement(head, at);
            room -= Length(element, markup, limit.Unit);
            if (room < 0)
            {
                break;
            }

            at += element.Length;
        }

        return head[..at] + end;
    }
}
