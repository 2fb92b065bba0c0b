using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Holdfast.Rules.HaScheduler.Config;

namespace Holdfast.HaScheduler.Tests;

/// <summary>The page of the keys is made, and only its made parts.</summary>
public sealed class HaConfigPageTests
{
    [Fact]
    public void The_page_is_what_the_command_makes_of_it()
    {
        Assert.Empty(HaConfigPage.Missing(Page));
        Assert.True(HaConfigPage.Of(Page) == Page,
            "docs/ha-config.md is not as the keys are declared: holdfast config page docs/ha-config.md");
        var edited = Page.Replace("| `leaseSec` |", "| `leasesSec` |", StringComparison.Ordinal);
        Assert.NotEqual(Page, edited);
        Assert.Equal(Page, HaConfigPage.Of(edited));
        Assert.Contains($"At most {HaConfigKeys.OverridesMax} of each", Page, StringComparison.Ordinal);
    }

    /// <summary>Figures of a profile stand in one made table: a new profile is its entry alone. Decisions are of their day.</summary>
    [Fact]
    public void No_other_page_has_figures_by_profile()
    {
        var name = $@"\b(?:{string.Join('|', Profile.Names)})\b";
        var list = new Regex($@"{name}(?:[^a-zA-Z\n]*\b(?:s|and|or|in)\b)*[^a-zA-Z\n]*{name}");
        Assert.Matches(list, Page);
        Assert.Matches(list, "(12 s fast, 34 s standard; 30 s in profile `oms`, 9 s in `standard`)");
        Assert.Empty(
            from file in Directory.GetFiles(Root, "*.md").Concat(
                Directory.GetFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories))
            where Path.GetFileName(file) != "ha-config.md" && !file.Contains("decisions", StringComparison.Ordinal)
            from Match found in list.Matches(File.ReadAllText(file))
            select $"{Path.GetRelativePath(Root, file)}: '{found.Value}'; link docs/ha-config.md#profiles");
    }

    private static string Root { get; } = Path.GetFullPath(Path.Combine(Source(), "..", ".."));

    private static string Page { get; } = File.ReadAllText(Path.Combine(Root, "docs", "ha-config.md"));

    private static string Source([CallerFilePath] string file = "") =>
        File.Exists(file) ? Path.GetDirectoryName(file)! : AppContext.BaseDirectory;
}
