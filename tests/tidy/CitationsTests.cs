namespace Holdfast.Tidy.Tests;

/// <summary>A comment cites what its reader has: a page of this repository and a heading of it, or a standard by its name.</summary>
public sealed partial class CitationsTests
{
    private static readonly Citations Sample = new(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["docs/rules.md"] = "# Rules\n\n## Failure of a host\n\n### `key`, and more\n\n```\n# Not one\n```\n",
        ["docs/decisions/0007-x.md"] = "# 7. X\n",
        ["contracts/README.md"] = "# Messages\n",
    });

    [Fact]
    public void No_comment_cites_a_document_that_is_not_here()
    {
        var pages = Tree.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal))
            .ToDictionary(f => f, Tree.Text, StringComparer.Ordinal);
        var citations = new Citations(pages);
        Tree.None("Name a page of this repository, its heading after a comma (docs/reference/oms.md, Failure of a host), or a standard:",
            from file in Tree.Files
            let text = Tree.Text(file)
            where file != "tests/tidy/CitationsTests.cs" && Citing().IsMatch(text)
            from comment in Comments.Of(file, text)
            from fault in citations.Faults(file, comment.Text)
            select $"{file}:{comment.Number}: {fault}");
    }

    [Theory]
    [InlineData("Moves work (reference, section 4).")]
    [InlineData("Decides it. Reference, section 4.2 to 4.5. Pure.")]
    [InlineData("Judges it (design, section 2b.3).")]
    [InlineData("The table of keys (section 3).")]
    [InlineData("As the facts have it, § 4.")]
    [InlineData("As the manual, section 4, says.")]
    [InlineData("As docs/rules.md, section 4, says.")]
    [InlineData("As docs/missing.md says.")]
    [InlineData("As missing/rules.md says.")]
    [InlineData("See docs/rules.md, Failure of a store.")]
    [InlineData("See docs/rules.md, Failure of a hostage.")]
    [InlineData("See docs/rules.md, Not one.")]
    [InlineData("See docs/rules.md, \"Failure\".")]
    [InlineData("See docs/rules.md#failure.")]
    [InlineData("Why: docs/decisions/0008.")]
    [InlineData("Why: decision 8.")]
    public void What_a_reader_does_not_have_is_named(string comment) => Assert.Single(Sample.Faults("contracts/Alerts.cs", comment));

    [Theory]
    [InlineData("The header of AMQP 0-9-1 (section 4.2.2).")]
    [InlineData("RFC 9457, section 3, and RFC 9110 section 5.")]
    [InlineData("As MariaDB's manual, section 4, says.")]
    [InlineData("As docs/rules.md says, Failure or not.")]
    [InlineData("See docs/rules.md, Failure of a host, and rules.md, Failure of a host.")]
    [InlineData("See docs/rules.md, \"key, and more\", or docs/rules.md#failure-of-a-host.")]
    [InlineData("The table of README.md.")]
    [InlineData("https://example.org/a/b.md is somebody else's.")]
    [InlineData("Why: docs/decisions/0007, decision 7.")]
    public void What_a_reader_has_is_not(string comment) => Assert.Empty(Sample.Faults("contracts/Alerts.cs", comment));

    [Theory]
    [InlineData("a.cs", "/// <summary>\n/// One,\n/// two.</summary>\nclass A; // three", "1: <summary> One, two.</summary>|4: three")]
    [InlineData("a.cs", "// One,\n// two.\n\n/* Three\n * four. */\nclass A { string s = \"// no\"; }", "1: One, two.|4: Three four.")]
    [InlineData("a.razor", "@* One\n   two. *@\n<a href=\"https://x\">y</a>\n@code { // three\n}", "1: One two.|4: three")]
    [InlineData("a.c", "/* One */\nint a; // two", "1: One|2: two")]
    [InlineData("a.sh", "#!/bin/sh\n# One,\n# two.\n\necho a#b # three", "1: !/bin/sh One, two.|5: three")]
    [InlineData("run", "# One", "1: One")]
    [InlineData("a.csproj", "<Project>\n<!-- One\n  two. -->\n</Project>", "2: One two.")]
    [InlineData("a.md", "# One", "")]
    public void Comments_are_read_as_their_reader_reads_them(string file, string text, string comments) =>
        Assert.Equal(comments, string.Join('|', Comments.Of(file, text).Select(c => $"{c.Number}: {c.Text}")));

    /// <summary>Text that may hold a citation: most files need no closer look.</summary>
    [GeneratedRegex(@"\.md\b|[Ss]ection|[Cc]hapter|§|[Dd]ecision")]
    private static partial Regex Citing();
}
