namespace Holdfast.Tidy.Tests;

/// <summary>Pages of docs/architecture tell a flow with where to read its code: as links, which a move of the code breaks.</summary>
public sealed partial class FlowPagesTests
{
    private const string Folder = "docs/architecture/";

    /// <summary>Its tables are of folders, and a test of their own reads them.</summary>
    private const string Rooms = Folder + "rooms.md";

    private static IReadOnlyList<string> Pages { get; } =
        [.. Tree.Files.Where(f => f.StartsWith(Folder, StringComparison.Ordinal) && f != Rooms)];

    [Fact]
    public void Every_flow_leads_to_its_code() => Tree.None(
        "A flow's page links the code to begin with ([Decider](../../rules/…/Decider.cs)):",
        Pages.Where(page => !CodeLink().IsMatch(Tree.Text(page))));

    [Fact]
    public void Code_that_a_flow_names_is_a_link()
    {
        var types = Tree.Sources.Where(f => !f.StartsWith("tests/", StringComparison.Ordinal))
            .ToLookup(f => Path.GetFileNameWithoutExtension(f), StringComparer.Ordinal);
        var folders = Tree.Files.SelectMany(Above).ToHashSet(StringComparer.Ordinal);
        Tree.None("Write these as links, so that they are followed and cannot rot:",
            from page in Pages
            from code in Code().Matches(Linked().Replace(Fenced().Replace(Tree.Text(page), ""), "")).Select(m => m.Groups[1].Value)
            where code.EndsWith(".cs", StringComparison.Ordinal) || code.EndsWith('/') || types.Contains(code) || folders.Contains(code)
            select $"{page}: {code}");
    }

    /// <summary>Folders that hold it, from the root on.</summary>
    private static IEnumerable<string> Above(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder?.Contains('/', StringComparison.Ordinal) == true;
            folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }

    [GeneratedRegex(@"\]\((?:\.\./)+[\w./-]+\.cs\)")]
    private static partial Regex CodeLink();

    [GeneratedRegex(@"\[[^\]]*\]\([^)]*\)")]
    private static partial Regex Linked();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
