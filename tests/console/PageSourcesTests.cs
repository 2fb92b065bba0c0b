using System.Text.RegularExpressions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The sources of the pages: sentences in both languages, faults that are shown, classes of the style sheets in use.</summary>
public sealed partial class PageSourcesTests
{
    [Fact]
    public void Every_sentence_of_a_page_is_there_in_Chinese()
    {
        var missing = from file in Directory.EnumerateFiles(ConsoleFolder(), "*.razor", SearchOption.AllDirectories)
                      from Match match in Said().Matches(Continued().Replace(File.ReadAllText(file), ""))
                      let sentence = match.Groups[1].Value
                      where !Texts.Known.Contains(sentence)
                      select $"{Path.GetFileName(file)}: {sentence}";
        Assert.Empty(missing);
    }

    /// <summary>Words that a page says by the name of a value.</summary>
    private static readonly string[] OfValues =
    [
        .. Enum.GetNames<Role>(), .. Enum.GetNames<AlertLevel>(), "Open", "HalfOpen", "administer", "waits", "watched",
        "theme: auto", "theme: dark", "theme: light",
    ];

    [Fact]
    public void Every_Chinese_sentence_is_said_somewhere()
    {
        var source = string.Join('\n', Directory.EnumerateFiles(ConsoleFolder(), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".razor" or ".cs").Select(File.ReadAllText));
        var sentences = Continued().Replace(source, "");
        Assert.All(Texts.Known.Except(OfValues), k => Assert.Contains($"\"{k}\"", sentences, StringComparison.Ordinal));
    }

    /// <summary>"Could not be asked" looks like "nothing there" otherwise.</summary>
    [Fact]
    public void Every_part_of_a_page_that_asks_shows_why_it_was_not_answered()
    {
        var silent = from file in Directory.EnumerateFiles(ConsoleFolder(), "*.razor", SearchOption.AllDirectories)
                     let text = File.ReadAllText(file)
                     from Match match in Asked().Matches(text)
                     let answer = match.Groups[1].Value
                     where !text.Contains($"{answer}.Fault", StringComparison.Ordinal)
                     select $"{Path.GetFileName(file)}: {answer}";
        Assert.Empty(silent);
    }

    [Fact]
    public void Every_class_of_the_style_sheets_is_said_by_a_page()
    {
        // Set by Blazor's and Radzen's own scripts.
        string[] ofOthers = ["components-reconnect-", "rz-"];
        var files = Directory.EnumerateFiles(ConsoleFolder(), "*", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)).ToList();
        var pages = string.Join('\n', files.Where(f => Path.GetExtension(f) is ".razor" or ".cs" or ".js").Select(File.ReadAllText));
        var styled = files.Where(f => Path.GetExtension(f) is ".css")
            .SelectMany(f => Class().Matches(Declarations().Replace(File.ReadAllText(f), ""))).Select(m => m.Groups[1].Value)
            .Distinct().ToList();
        Assert.NotEmpty(styled);
        var unused = styled.FindAll(c => !ofOthers.Any(o => c.StartsWith(o, StringComparison.Ordinal))
            && !Regex.IsMatch(pages, $@"(?<![\w-]){Regex.Escape(c)}(?![\w-])"));
        Assert.True(unused.Count == 0, string.Join(", ", unused));
    }

    private static string ConsoleFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", "services", "console"));

    [GeneratedRegex("""\bT\["((?:[^"\\{]|\{\d)[^"]*)"[,\]]""")]
    private static partial Regex Said();

    [GeneratedRegex(@"""\s*\+ \$?""")]
    private static partial Regex Continued();

    [GeneratedRegex(@"/\*.*?\*/|\{[^{}]*\}", RegexOptions.Singleline)]
    private static partial Regex Declarations();

    [GeneratedRegex(@"\.([A-Za-z][\w-]*)")]
    private static partial Regex Class();

    [GeneratedRegex(@"private Outcome<.+> (_\w+);")]
    private static partial Regex Asked();
}
