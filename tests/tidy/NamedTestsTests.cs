namespace Holdfast.Tidy.Tests;

/// <summary>Pages that name tests: that they hold something must be true.</summary>
public sealed partial class NamedTestsTests
{
    [Theory]
    [InlineData("docs/security.md")]
    [InlineData("docs/reports.md")]
    public void Every_test_that_a_page_names_is_there(string page)
    {
        var tests = Tree.Sources.Where(f => f.StartsWith("tests/", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f).Split('.')[0], Tree.Text, StringComparer.Ordinal);
        var named = Named().Matches(Tree.Text(page)).Select(m => (Class: m.Groups[1].Value, Test: m.Groups[2].Value)).ToList();
        Assert.NotEmpty(named);
        Tree.None($"{page} names tests that there are not (the file is called as its class):",
            named.Where(n => !tests[n.Class].Any(text => Regex.IsMatch(text, $@"\b(Task|void) {n.Test}\(")))
                .Select(n => $"{n.Class}.{n.Test}"));
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+(?:Tests|Exam))\\.([A-Z][A-Za-z_0-9]+)`")]
    private static partial Regex Named();
}
