using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>axe-core, in the page as it is now.</summary>
internal static class Axe
{
    internal static async Task FindsNothing(IPage page, string what)
    {
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
