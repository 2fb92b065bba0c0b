using System.Text.RegularExpressions;

namespace Holdfast.ConsoleUi.Parts;

/// <summary>A piece of a line.</summary>
/// <param name="Kind">text, code, em, strong or link.</param>
/// <param name="To">Target of a link.</param>
internal sealed record Inline(string Kind, string Text, string? To = null);

/// <summary>A block of a text.</summary>
/// <param name="Kind">heading, paragraph, item or code.</param>
internal sealed record Block(string Kind, IReadOnlyList<Inline> Inlines);

/// <summary>
/// As much of Markdown as the runbooks use, as values and never as HTML: nothing that a text says becomes a tag of a page. Links
/// that do not lead to a web address are shown as text, for the files they name are not served. Pure.
/// </summary>
internal static partial class Markdown
{
    private const string Fence = "```";

    internal static IReadOnlyList<Block> Read(string text)
    {
        var (blocks, lines, code) = (new List<Block>(), new List<string>(), (List<string>?)null);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                End();
                code = code is null ? [] : Ended(code);
            }
            else if (code is not null)
            {
                code.Add(line);
            }
            else if (line.StartsWith('#'))
            {
                End();
                blocks.Add(new Block("heading", Inlines(line.TrimStart('#').Trim())));
            }
            else if (line.Trim().Length == 0)
            {
                End();
            }
            else
            {
                if (line.StartsWith("- ", StringComparison.Ordinal))
                {
                    End();
                }

                lines.Add(line.Trim());
            }
        }

        End();
        _ = code is null ? null : Ended(code);
        return blocks;

        void End()
        {
            if (lines.Count > 0)
            {
                var (joined, isItem) = (string.Join(' ', lines), lines[0].StartsWith("- ", StringComparison.Ordinal));
                blocks.Add(new Block(isItem ? "item" : "paragraph", Inlines(isItem ? joined[2..] : joined)));
                lines.Clear();
            }
        }

        List<string>? Ended(List<string> of)
        {
            blocks.Add(new Block("code", [new Inline("text", string.Join('\n', of))]));
            return null;
        }
    }

    private static List<Inline> Inlines(string line)
    {
        var (found, at) = (new List<Inline>(), 0);
        foreach (Match match in Marked().Matches(line))
        {
            Add(line[at..match.Index]);
            found.Add(Of(match));
            at = match.Index + match.Length;
        }

        Add(line[at..]);
        return found;

        void Add(string text)
        {
            if (text.Length > 0)
            {
                found.Add(new Inline("text", text));
            }
        }
    }

    private static Inline Of(Match match) => match.Groups switch
    {
        var g when g["code"].Success => new Inline("code", g["code"].Value),
        var g when g["strong"].Success => new Inline("strong", g["strong"].Value),
        var g when g["em"].Success => new Inline("em", g["em"].Value),
        var g when Uri.TryCreate(g["to"].Value, UriKind.Absolute, out var to) && to.Scheme is ("http" or "https") =>
            new Inline("link", g["text"].Value, g["to"].Value),
        var g => new Inline("text", g["text"].Value),
    };

    [GeneratedRegex(@"`(?<code>[^`]+)`|\*\*(?<strong>[^*]+)\*\*|\*(?<em>[^*\s][^*]*)\*|\[(?<text>[^\]]+)\]\((?<to>[^)\s]+)\)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Marked();
}
