using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Each moment that a page shows is ISO 8601 with its zone: that of the one who looks, and UTC when pointed at.</summary>
internal static partial class Moments
{
    /// <returns>How many the page shows.</returns>
    internal static async Task<int> AreWhole(IPage page, string path)
    {
        var text = await page.InnerTextAsync("body");
        Assert.True(Bare().Match(text) is { Success: false }, $"{path}: {Bare().Match(text)}");
        // At once: the page lives.
        var times = await page.EvaluateAsync<string[][]>(
            "() => [...document.querySelectorAll('hf-time')].map(t => [t.textContent, t.title])");
        foreach (var time in times)
        {
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$", time[0]);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", time[1]);
            Assert.Equal(Read(time[1]), Read(time[0]));
        }

        return times.Length;
    }

    private static DateTimeOffset Read(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A day and a time with a blank between them, days as other countries write them, or a T without a zone.</summary>
    [GeneratedRegex(@"\d{4}-\d\d-\d\d \d\d:\d\d|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(?![\d:.Z+-])")]
    internal static partial Regex Bare();
}
