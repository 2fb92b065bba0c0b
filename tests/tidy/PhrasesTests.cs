using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Tidy.Tests;

/// <summary>Texts that people read are in the words of the field: pages, the console in both languages, and what programs say.</summary>
public sealed class PhrasesTests
{
    /// <summary>Phrases that people read once, as patterns, with the words for them now.</summary>
    private static readonly (Regex Former, string Now)[] Phrases =
    [
        Of(@"\bpipe (?:is|was|be|been|has been|stays) (?:whole|broken|silent)|\bwhole pipe|\bpipe's|\bpipe that breaks",
            "the feed is complete, interrupted"),
        Of(@"\b(?:the|a|this|no) door\b", "the gateway; door is a name of a container and of files"),
        Of(@"\btold off\b", "no consumer any more"),
        Of(@"Only this page|仅限该页面", "Alert scope"),
        Of(@"\bsurvives [a-z]\w*:|\bwould not survive\b|\bwould we survive\b", "tolerates the loss of"),
        Of(@"\b(?:the|own) books\b|\broster\b", "the index, the state"),
        Of(@"\bsurplus\b", "redundant"),
        Of(@"\b(?:each|every|one|a|the|this) telling\b|\btellings\b", "a delivery, a notification"),
        Of(@"\b(?:a|the|its|former|longest) promises?\b|\blists, promises\b", "lease terms"),
        Of(@"\bbrake (?:is )?(?:free|engaged)\b", "Failover active, paused"),
        Of(@"^What was decided\b|\bLast decisions\b", "Decision history, Recent decisions"),
        Of(@"^Nobody was told\b|\btold oncall\b", "No one was notified, Delivered to oncall"),
        Of(@"\bThe way of its data\b", "Data path"),
        Of(@"\bSet it and come in\b|^The same again$", "Set password and sign in, Confirm password"),
        Of(@"^(?:Take back|Its page|Its ticket)$", "Discard changes, Open server, Open ticket"),
        Of(@"\bchanged by nobody\b", "never changed"),
        Of(@"\bstands? where (?:it|they) should\b|\bstands? well\b", "running as placed, healthy"),
        Of(@"\bgiven its desired list\b", "assignments sent"),
        Of("刹车|纪元|世代|事故|管道", "熔断 (brake), 任期 (epoch), 故障 (incident), 心跳链路 (feed)"),
    ];

    [Fact]
    public void Nobody_reads_a_word_that_the_field_has_a_better_one_for() => Tree.None(
        "Use the field's words in what people read:",
        from file in Tree.Files
        where !file.StartsWith("tests/tidy/", StringComparison.Ordinal)
        from text in Texts(file)
        from phrase in Phrases
        from Match former in phrase.Former.Matches(text.Text)
        select $"{file}:{text.Line + text.Text.AsSpan(0, former.Index).Count('\n')}: '{former.Value}', now: {phrase.Now}");

    [Theory]
    [InlineData("The pipe was broken for a minute.", true)]
    [InlineData("Behind the door HTTP is plain.", true)]
    [InlineData("`docker kill` of door, started again", false)]
    [InlineData("nginx.conf and door.sh", false)]
    [InlineData("In a pipe a row is a line", false)]
    [InlineData("The end of its command pipe kills everybody", false)]
    [InlineData("What was decided, newest first.", true)]
    [InlineData("Done anew: what was decided 3 s ago", false)]
    [InlineData("while the pipe was\nwhole", true)]
    [InlineData("healthy: stands where it should", true)]
    [InlineData("KEY tells the key without telling it", false)]
    [InlineData("at every telling", true)]
    [InlineData("每个任期", false)]
    [InlineData("每个纪元", true)]
    public void An_old_word_is_found_and_another_meaning_passes(string text, bool isFound) =>
        Assert.Equal(isFound, Phrases.Any(p => p.Former.IsMatch(text)));

    [Fact]
    public void Of_a_source_only_what_it_says_is_read()
    {
        const string Source = """
            // the door
            class Gate { string A => "one " + $"two {B("three")} four"; [JsonPropertyName("five")] string C => "\u0073ix"; }
            """;
        Assert.Equal(["one ", "two ", "three", " four", "six"], InSource(Source).Select(t => t.Text));
    }

    private static IEnumerable<(int Line, string Text)> Texts(string file) => Path.GetExtension(file) switch
    {
        ".md" or ".razor" or ".conf" or ".yaml" or ".yml" => [(1, Tree.Text(file))],
        ".json" when file.StartsWith("services/console/Wording/", StringComparison.Ordinal) => InLanguage(file),
        ".cs" => InSource(Tree.Text(file)),
        _ => [],
    };

    /// <summary>The sentences in both languages.</summary>
    private static IEnumerable<(int Line, string Text)> InLanguage(string file) => Tree.Lines(file)
        .SelectMany(l => l.Line.Split("\": \"").Select(part => (l.Number, part.Trim(' ', '"', ','))));

    /// <summary>The string literals, without those of attributes: wire names and stored names stay as they are.</summary>
    private static IEnumerable<(int Line, string Text)> InSource(string text) =>
        from token in CSharpSyntaxTree.ParseText(text).GetRoot().DescendantTokens()
        where token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.InterpolatedStringTextToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
        where !token.Parent!.Ancestors().Any(a => a is AttributeSyntax named && IsName(named))
        select (token.GetLocation().GetLineSpan().StartLinePosition.Line + 1, token.ValueText);

    private static bool IsName(AttributeSyntax attribute) => attribute.Name.ToString() == "JsonPropertyName";

    /// <summary>A phrase may go over the end of a line.</summary>
    private static (Regex Former, string Now) Of(string former, string now) =>
        (new Regex(former.Replace(" ", @"\s+", StringComparison.Ordinal), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant), now);
}
