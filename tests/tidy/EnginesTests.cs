namespace Holdfast.Tidy.Tests;

/// <summary>An engine is wherever people and builds look for it, as CONTRIBUTING.md says.</summary>
public sealed partial class EnginesTests
{
    private const string Databases = "components/data/Databases/";

    private static IReadOnlyList<(string Kind, string File)> Engines { get; } =
    [
        .. from file in Tree.Files
           where file.StartsWith(Databases, StringComparison.Ordinal) && file.EndsWith("Engine.cs", StringComparison.Ordinal)
           from kind in Kind().Matches(Tree.Text(file))
           select (kind.Groups["kind"].Value, file),
    ];

    [Fact]
    public void Every_engine_has_its_project_its_tests_its_page_and_its_address()
    {
        Assert.NotEmpty(Engines);
        Tree.None("These engines are not everywhere where they must be:",
            from engine in Engines
            from missing in Missing(engine.Kind).Concat(Unlisted(engine.File))
            select $"{engine.Kind} ({engine.File}): {missing}");
    }

    [Fact]
    public void Every_project_of_the_tree_is_built_with_the_solution() => Tree.None(
        "Add these to Holdfast.slnx:",
        Tree.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)
            && !Tree.Text("Holdfast.slnx").Contains($"\"{f}\"", StringComparison.Ordinal)));

    private static IEnumerable<string> Missing(string kind)
    {
        // SQLite's page is the one that says how rows move.
        var page = kind == "sqlite" ? "docs/data.md" : $"docs/engines/{kind}.md";
        var link = Path.GetRelativePath("docs", page);
        return new (string What, bool IsThere)[]
        {
            ($"components/engine/{kind} has no project", Has($"components/engine/{kind}/", ".csproj")),
            ($"tests/engines/{kind} has no test", Has($"tests/engines/{kind}/", "s.cs")),
            ($"there is no {page}", Tree.Files.Contains(page)),
            ($"neither {page} nor docs/data.md has a configuration of it", new[] { page, "docs/data.md" }.Any(
                p => Tree.Files.Contains(p) && Tree.Text(p).Contains($"\"kind\": \"{kind}\"", StringComparison.Ordinal))),
            ("README.md does not name its page", Tree.Text("README.md").Contains($"({page})", StringComparison.Ordinal)),
            ("docs/data.md does not name its page", page == "docs/data.md"
                || Tree.Text("docs/data.md").Contains($"({link})", StringComparison.Ordinal)),
            ("apps/holdfast/Operator/DatabaseAddress.cs knows no address of it",
                Tree.Text("apps/holdfast/Operator/DatabaseAddress.cs").Contains($"new(\"{kind}\", ", StringComparison.Ordinal)),
        }.Where(m => !m.IsThere).Select(m => m.What);
    }

    private static IEnumerable<string> Unlisted(string file)
    {
        var parts = $"{Path.GetFileNameWithoutExtension(file)}.Parts";
        return Tree.Text($"{Databases}Engines.cs").Contains(parts, StringComparison.Ordinal) ? [] : [$"Engines.All does not list {parts}"];
    }

    private static bool Has(string folder, string ending) => Tree.Files.Any(
        f => f.StartsWith(folder, StringComparison.Ordinal) && f.EndsWith(ending, StringComparison.Ordinal));

    [GeneratedRegex(@"const string Kind = ""(?<kind>\w+)"";")]
    private static partial Regex Kind();
}
