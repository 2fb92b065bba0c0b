using Microsoft.Playwright;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>
/// axe-core, in a page in which nothing moves while it looks: a button half way to another colour is no finding.
/// </summary>
internal static class Axe
{
    /// <summary>A sheet of this kind is allowed under the page's content security policy; what moves is at its end at once.</summary>
    private const string AtRest = """
        () => {
            const still = new CSSStyleSheet();
            still.replaceSync('*, *::before, *::after { transition: none !important; animation: none !important; }');
            document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
            return true;
        }
        """;

    internal static async Task FindsNothing(IPage page, string what, params string[] rules)
    {
        await page.EvaluateAsync<bool>(AtRest);
        await page.EvaluateAsync(await File.ReadAllTextAsync(Script(), TestContext.Current.CancellationToken));
        var found = await page.EvaluateAsync<string>(
            "async rules => JSON.stringify((await axe.run(rules.length > 0 ? { runOnly: rules } : {})).violations"
            + ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
            + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | ')))", rules);
        Assert.True(JsonNode.Parse(found)!.AsArray().Count == 0, $"{what}: {found}");
    }

    private static string Script([CallerFilePath] string file = "")
    {
        var script = Path.Combine(Path.GetDirectoryName(file)!, "node_modules", "axe-core", "axe.min.js");
        Assert.True(File.Exists(script), "axe-core is missing: (cd tests/console && npm install --ignore-scripts), as ./test does");
        return script;
    }
}
