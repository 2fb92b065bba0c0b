using System.Text.RegularExpressions;

namespace Holdfast.Tidy.Tests;

/// <summary>The page of security names tests: that they hold something must be true.</summary>
public sealed partial class SecurityTests
{
    private const string Page = "docs/security.md";

    [Fact]
    public void Every_test_that_the_security_page_names_is_there()
    {
        var tests = Tree.Sources.Where(f => f.StartsWith("tests/", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f).Split('.')[0], Tree.Text, StringComparer.Ordinal);
        var named = Named().Matches(Tree.Text(Page)).Select(m => (Class: m.Groups[1].Value, Test: m.Groups[2].Value)).ToList();
        Assert.NotEmpty(named);
        Tree.None($"{Page} names tests that there are not (the file is called as its class):",
            named.Where(n => !tests[n.Class].Any(text => Regex.IsMatch(text, $@"\b(Task|void) {n.Test}\(")))
                .Select(n => $"{n.Class}.{n.Test}"));
    }

    [GeneratedRegex("`([A-Z][A-Za-z]+Tests)\\.([A-Z][A-Za-z_0-9]+)`")]
    private static partial Regex Named();
}
