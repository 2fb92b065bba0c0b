namespace Holdfast.Tidy.Tests;

/// <summary>
/// Reads the citations of a comment. A page of the repository is named by its path, and its heading after a comma:
/// docs/reference/oms.md, Failure of a host. What follows a page and a comma with a capital or in quotes is a heading. Pure.
/// </summary>
/// <param name="pages">Text of each page by its path.</param>
internal sealed partial class Citations(IReadOnlyDictionary<string, string> pages)
{
    /// <summary>Each citation that leads nowhere, with why.</summary>
    /// <param name="file">The file that has the comment: a page may be named as seen from its folder.</param>
    internal IEnumerable<string> Faults(string file, string comment) =>
        Numbered().Matches(comment).Where(m => !IsOfStandard(comment[..m.Index]))
            .Select(m => $"'{Around(comment, m)}' has a number and no document; name the page of this repository and its heading")
            .Concat(PageName().Matches(comment).Select(m => PageFault(file, comment, m)).OfType<string>())
            .Concat(Decision().Matches(comment).Select(DecisionFault).OfType<string>());

    /// <summary>Of a document that everybody has: a standard, or a product's manual.</summary>
    private static bool IsOfStandard(string before) => Standard().IsMatch(before);

    private string? PageFault(string file, string comment, Match name)
    {
        var said = name.Groups["page"].Value;
        var folder = Path.GetDirectoryName(file)!.Replace('\\', '/');
        string[] places = [said, $"docs/{said}", $"{folder}/{said}"];
        if (Array.Find(places, pages.ContainsKey) is not { } page)
        {
            return $"{said} is not in the repository";
        }

        var rest = comment[(name.Index + name.Length)..];
        var headings = Headings(pages[page]);
        if (Anchor().Match(rest) is { Success: true } anchor)
        {
            return headings.Any(h => Slug(h) == anchor.Groups[1].Value) ? null : $"{said} has no heading for {anchor.Value}";
        }

        if (Quoted().Match(rest) is { Success: true } quoted)
        {
            return headings.Contains(quoted.Groups[1].Value) ? null : $"{said} has no heading {quoted.Groups[1].Value}";
        }

        return Unquoted().Match(rest) is { Success: true } heading && !headings.Any(h => IsNamed(heading.Groups[1].Value, h))
            ? $"{said} has no heading {Cut(heading.Groups[1].Value)}"
            : null;
    }

    private string? DecisionFault(Match decision)
    {
        var number = int.Parse(decision.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture);
        return pages.Keys.Any(p => p.StartsWith($"docs/decisions/{number:d4}-", StringComparison.Ordinal))
            ? null
            : $"{decision.Value} is not in docs/decisions";
    }

    private static bool IsNamed(string text, string heading) => text.StartsWith(heading, StringComparison.Ordinal)
        && (text.Length == heading.Length || !char.IsLetterOrDigit(text[heading.Length]));

    internal static IReadOnlyList<string> Headings(string page) =>
        [.. Heading().Matches(Fence().Replace(page, ""))
            .Select(m => m.Groups["text"].Value.Replace("`", "", StringComparison.Ordinal).Trim())];

    /// <summary>The anchor that renderers of Markdown give a heading.</summary>
    internal static string Slug(string heading) =>
        NoSlug().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private static string Around(string comment, Match m) => Cut(comment[Math.Max(0, m.Index - 30)..]);

    private static string Cut(string text) => text.Length <= 60 ? text : text[..60];

    [GeneratedRegex(@"\b(?:[Ss]ections?|[Cc]hapters?) \d|§+ ?\d")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"(?:\b(?:RFC|AMQP|ISO|IEC|IEEE|ECMA|POSIX|MQTT|CloudEvents)[ -]?[\d.:-]*|\b[A-Z]\w+'s? manual),? \(?$")]
    private static partial Regex Standard();

    [GeneratedRegex(@"(?<![/\w:.-])(?<page>(?:[\w.-]+/)*[\w-]+\.md)\b")]
    private static partial Regex PageName();

    [GeneratedRegex(@"\bdocs/decisions/(?<number>\d{4})\b|\b[Dd]ecision (?<number>\d{1,4})\b")]
    private static partial Regex Decision();

    [GeneratedRegex(@"^#([\w-]+)")]
    private static partial Regex Anchor();

    [GeneratedRegex("^, \"([^\"]+)\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^, (\p{Lu}.*)")]
    private static partial Regex Unquoted();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoSlug();
}
