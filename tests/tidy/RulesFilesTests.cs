namespace Holdfast.Tidy.Tests;

/// <summary>Each file of rules/ that decides has a test file of its name, so that whoever changes a rule finds its tests.</summary>
public sealed partial class RulesFilesTests
{
    /// <summary>Rooms of rules whose files have their tests by name; another one joins here once it has them.</summary>
    public static TheoryData<string> Named => ["ha-scheduler", "store-manager"];

    [Theory]
    [MemberData(nameof(Named))]
    public void Each_file_that_decides_has_a_test_file_of_its_name(string name)
    {
        var tests = Tree.Sources.Where(f => f.StartsWith($"tests/{name}/", StringComparison.Ordinal)).Select(Path.GetFileName).ToHashSet();
        Tree.None($"Write tests/{name}/…Tests.cs for these, with a table of the limits; try ./test mutants rules/{name} --only NAME:",
            Rules(name).Where(f => Decides(Tree.Text(f)) && !tests.Contains(Path.GetFileNameWithoutExtension(f) + "Tests.cs")));
    }

    [Theory]
    [InlineData("internal enum Kind { One, Two }", false)]
    [InlineData("/// <summary>One if it is so, or none.</summary>\ninternal sealed record Two(int Count, string? Name);", false)]
    [InlineData("internal const string Word = \"if (a < b)\";", false)]
    [InlineData("internal bool IsLate => At > Limit;", true)]
    [InlineData("internal string Word => Count == 1 ? \"one\" : \"many\";", true)]
    [InlineData("internal string Name => Given ?? Word;", true)]
    [InlineData("if (isLate) { return; }", true)]
    [InlineData("internal int Of(Kind kind) => kind switch { _ => 1 };", true)]
    public void What_declares_only_needs_no_test(string text, bool decides) => Assert.Equal(decides, Decides(text));

    private static IEnumerable<string> Rules(string name) =>
        Tree.Sources.Where(f => f.StartsWith($"rules/{name}/", StringComparison.Ordinal));

    /// <summary>There is a branch, a comparison or a choice in it, outside of comments and texts.</summary>
    private static bool Decides(string text) => Choice().IsMatch(Said().Replace(text, ""));

    [GeneratedRegex(@"//[^\n]*|""(?:\\.|[^""\\\n])*""")]
    private static partial Regex Said();

    [GeneratedRegex(@"\b(?:if|for|foreach|while)\s*\(|\bswitch\b|\s\?\s|&&|\|\||\?\?|[<>=!]=|\bis\b|\s[<>]\s")]
    private static partial Regex Choice();
}
