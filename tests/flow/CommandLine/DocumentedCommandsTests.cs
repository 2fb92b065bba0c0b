using System.Text.RegularExpressions;

namespace Holdfast.Flow.Tests.CommandLine;

/// <summary>
/// All commands that the pages tell people to type are understood by this very command line; the runbooks are of docs/alerts.md.
/// </summary>
public sealed partial class DocumentedCommandsTests
{
    private static readonly string Root = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];

    public static TheoryData<string> Pages =>
    [
        "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md",
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f)).Where(f => !f.Contains("/decisions/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_s_commands_are_understood(string page) => Assert.Equal([], Commands(File.ReadAllText(Path.Combine(Root, page)))
        .SelectMany(c => Errors(c).Select(e => $"{c}: {e}")));

    /// <summary>Reading needs one too, once the console has an administrator.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_s_requests_carry_the_token(string page) => Assert.Equal([], Whole()
        .Matches(File.ReadAllText(Path.Combine(Root, page)))
        .Select(m => m.Value).Where(c => (c.Contains("/api/", StringComparison.Ordinal) || c.Contains("/metrics", StringComparison.Ordinal))
            && !c.Contains("Authorization: Bearer", StringComparison.Ordinal)));

    [Theory]
    [InlineData("`holdfast stores coverage SUBTOPIC`", 1)]
    [InlineData("`./holdfast stores coverage --subtopic SUBTOPIC`", 0)]
    [InlineData("```\n./holdfast tasks remove orders   # gone\n```", 1)]
    public void A_command_that_there_is_not_is_found(string page, int errors) =>
        Assert.Equal(errors, Commands(page).Count(c => Errors(c).Any()));

    /// <summary>A command may be spoken of by its name alone.</summary>
    private static IEnumerable<string> Errors(string command)
    {
        var parsed = HelpTests.Parsed(command);
        return command[command.IndexOf("holdfast ", StringComparison.Ordinal)..] == "holdfast " + Help.NameOf(parsed.CommandResult)
            ? [] : parsed.Errors.Select(e => e.Message);
    }

    /// <summary>
    /// Commands in fences line by line, without remarks, and in the text between backquotes. What may be left out is taken along.
    /// </summary>
    private static IEnumerable<string> Commands(string page) => Fence().Matches(page)
        .SelectMany(f => f.Value.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        .Select(line => line.Trim()).Where(line => Line().IsMatch(line))
        .Concat(Fence().Replace(page, "").Split('`').Where((part, i) => i % 2 == 1 && Line().IsMatch(part)))
        .Select(line => line.Split(" # ")[0].Split("  #")[0].Split("; ")[0].Split(" | ")[0].Trim())
        .Where(line => !line.Contains('…', StringComparison.Ordinal))
        .Select(line => line.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)
            .Replace("data/", "d/", StringComparison.Ordinal))
        .Select(line => Host().Replace(line, " h1"));

    [GeneratedRegex("^(    .*\n)+|^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(\./)?holdfast [a-z-]", RegexOptions.ExplicitCapture)]
    private static partial Regex Line();

    /// <summary>A curl with the lines that go on with it.</summary>
    [GeneratedRegex(@"\bcurl (.*\\\n)*[^`\n]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Whole();

    /// <summary>A local host's name, which the fleet's commands hold to theirs.</summary>
    [GeneratedRegex(" HOST\\b")]
    private static partial Regex Host();
}
