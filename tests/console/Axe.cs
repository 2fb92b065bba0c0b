using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>
/// axe-core, in the page as it stands once what moves has come to rest: a button half way to another colour is no finding.
/// </summary>
internal static class Axe
{
    private const string AtRest = """
        () => Promise.race([
            Promise.allSettled(document.getAnimations()
                .filter(a => a.effect && a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished)),
            new Promise(over => setTimeout(over, 3000))]).then(() => true)
        """;

    internal static async Task FindsNothing(IPage page, string what)
    {
        await page.EvaluateAsync<bool>(AtRest);
        await page.EvaluateAsync(await File.ReadAllTextAsync(Script(), TestContext.Current.CancellationToken));
        var found = await page.EvaluateAsync<string>(
            "async () => JSON.stringify((await axe.run()).violations.filter(v => v.impact === 'serious' || v.impact === 'critical')"
            + ".map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | ')))");
        Assert.True(JsonNode.Parse(found)!.AsArray().Count == 0, $"{what}: {found}");
    }

    private static string Script([CallerFilePath] string file = "")
    {
        var script = Path.Combine(Path.GetDirectoryName(file)!, "node_modules", "axe-core", "axe.min.js");
        Assert.True(File.Exists(script), "axe-core is missing: (cd tests/console && npm install --ignore-scripts), as ./test does");
        return script;
    }
}
