using System.Runtime.CompilerServices;
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

    private static string Page { get; } = File.ReadAllText(Path.Combine(Source(), "..", "..", "docs", "ha-config.md"));

    private static string Source([CallerFilePath] string file = "") =>
        File.Exists(file) ? Path.GetDirectoryName(file)! : AppContext.BaseDirectory;
}
