using Microsoft.Playwright;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>
/// Whatever something is called, no page is wider than its window: every text of the page is taken for one of 200 letters without a
/// space. One summary once made all pages 7,743 px wide.
/// </summary>
internal static class LongText
{
    /// <summary>Script that finds what is too wide: nothing, or the width and the elements that make it.</summary>
    private const string Measure = """
        () => {
          const root = document.documentElement, held = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const node = walk.currentNode;
            if (node.data.trim() && !node.parentElement.closest("script, style, hf-time, hf-fresh, nav, .brand, .skip, .meter"))
              held.push([node, node.data]);
          }
          const wide = what => root.scrollWidth === root.clientWidth ? [] : [`${what}: ${root.scrollWidth} of ${root.clientWidth} px`,
            ...[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1
              && !e.parentElement.closest(".scroll")).slice(0, 9).map(e => `${e.tagName}.${e.className}`)];
          const found = wide("as it is");
          for (const [node] of held) node.data = "W".repeat(200);
          found.push(...wide("with long names"));
          for (const [node, text] of held) node.data = text;
          return found;
        }
        """;

    internal static async Task BreaksNothing(IPage page, string path)
    {
        foreach (var width in (int[])[1280, 390])
        {
            await page.SetViewportSizeAsync(width, 844);
            var found = await page.EvaluateAsync<string[]>(Measure);
            Assert.True(found.Length == 0, $"{path} at {width} px: {string.Join(", ", found)}");
        }

        await page.SetViewportSizeAsync(1280, 800);
    }
}
