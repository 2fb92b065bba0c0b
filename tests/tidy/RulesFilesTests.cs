namespace Holdfast.Tidy.Tests;

/// <summary>Each file of rules/ and fleet/ that decides has a test file of its name: whoever changes a rule finds its tests.</summary>
public sealed partial class RulesFilesTests
{
    /// <summary>Each folder of rules, and where its tests are: fleet's are with those of the services that it is made for.</summary>
    public static TheoryData<string, string[]> Named
    {
        get
        {
            var named = new TheoryData<string, string[]> { { "fleet", ["ha-scheduler", "store-manager"] } };
            foreach (var rules in Below("rules").Select(f => f.Split('/')[1]).Distinct())
            {
                named.Add($"rules/{rules}", [rules]);
            }

            return named;
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void Each_file_that_decides_has_a_test_file_of_its_name(string rules, string[] testedBy)
    {
        var tests = testedBy.SelectMany(t => Below($"tests/{t}")).Select(Path.GetFileName).ToHashSet();
        var deciding = Below(rules).Where(f => Decides(Tree.Text(f))).ToList();
        Assert.NotEmpty(deciding);
        Tree.None($"Write tests/{testedBy[0]}/…Tests.cs for these, with a table of the limits; try ./test mutants {rules} --only NAME:",
            deciding.Where(f => !tests.Contains(Path.GetFileNameWithoutExtension(f) + "Tests.cs")));
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

    private static IEnumerable<string> Below(string folder) =>
        Tree.Sources.Where(f => f.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>There is a branch, a comparison or a choice in it, outside of comments and texts.</summary>
    private static bool Decides(string text) => Choice().IsMatch(Said().Replace(text, ""));

    [GeneratedRegex(@"//[^\n]*|""(?:\\.|[^""\\\n])*""")]
    private static partial Regex Said();

    [GeneratedRegex(@"\b(?:if|for|foreach|while)\s*\(|\bswitch\b|\s\?\s|&&|\|\||\?\?|[<>=!]=|\bis\b|\s[<>]\s")]
    private static partial Regex Choice();
}
