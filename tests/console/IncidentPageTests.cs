using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>An incident from the kill to its close, in a real browser against a real fleet.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed class IncidentPageTests(ConsoleRun run)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task It_is_on_the_overview_until_its_host_is_back_and_its_report_only_grows()
    {
        await run.Revive();
        var running = (await run.Api.List("/api/v1/stores")).Where(s => (string?)s["state"] == "Running").ToList();
        // Of a subtopic with a Store elsewhere, which the test before may have left, none is made anew.
        var alone = running.GroupBy(s => (string)s["subtopic"]!, StringComparer.Ordinal).Where(g => g.Count() == 1)
            .SelectMany(g => g).ToList();
        var victim = (string)(alone.FirstOrDefault() ?? running[0])["host"]!;
        var lost = alone.Where(s => (string?)s["host"] == victim).Select(s => (string)s["subtopic"]!).ToList();
        await run.Kill(victim);
        var away = await Incident(victim, "Recovered");
        var id = (string)away["id"]!;
        Assert.NotNull(away["finishedAt"]);
        Assert.Null(away["closedAt"]);

        var page = await run.Open("/");
        var link = page.Locator($"a.incident[href='/incidents/{id}']");
        await Expect(link).ToBeVisibleAsync();
        await Expect(link.Locator("xpath=..").Locator(".badge")).ToHaveTextAsync("Recovered");
        await link.ClickAsync();
        await Expect(page.Locator(".sheet .badge").First).ToHaveTextAsync("Recovered");
        await Expect(page.Locator(".timeline .after").First).ToHaveTextAsync("+0.0 s");
        await Expect(page.Locator(".timeline .step").GetByText("recovered", new() { Exact = true })).ToBeVisibleAsync();
        var before = await Report(page, id);

        await run.Revive();
        var closed = await Incident(victim, "Closed", id);
        await Expect(page.Locator(".sheet .badge").First).ToHaveTextAsync("Closed");
        await Expect(page.Locator(".timeline .step").Last).ToHaveTextAsync("closed");
        var after = await Report(page, id);
        Assert.Equal(before, after.Intersect(before, StringComparer.Ordinal));
        Assert.Contains("| closed |", after[^1], StringComparison.Ordinal);
        var told = string.Join('\n', after);
        Assert.Contains($"oms_host_down: Host {victim} is down |", told, StringComparison.Ordinal);
        Assert.Matches(@"\| \+\d+\.\d s \| verdict \|", told);
        Assert.DoesNotMatch("epoch [^0-9]", told);
        Assert.Contains($"It had Stores of {string.Join(", ", closed["subtopics"]!.AsArray())}.", told, StringComparison.Ordinal);
        Assert.All(lost, subtopic => Assert.Contains($"| store | {subtopic} |", told, StringComparison.Ordinal));
        await NothingIsTooWide(page, id);
        await page.GotoAsync(run.Url + "/");
        await Expect(page.Locator(".dot").First).ToBeVisibleAsync();
        await Expect(page.Locator($"a.incident[href='/incidents/{id}']")).ToHaveCountAsync(0);
        await page.GotoAsync(run.Url + "/incidents?state=Closed");
        await Expect(page.Locator("tbody").GetByText(id)).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    /// <summary>The pages of single things, which this test has at hand; the others are looked at by <see cref="PageTests"/>.</summary>
    private async Task NothingIsTooWide(IPage page, string id)
    {
        var ticket = (await run.Api.Get($"/api/v1/tickets/{id}")).Body;
        // A host that had only Stores left has moved nothing.
        var part = (string?)ticket["subTasks"]!.AsArray().FirstOrDefault()?["component"]
            ?? (string)(await run.Api.List("/api/v1/components"))[0]["name"]!;
        var alert = (string)(await run.Api.List($"/api/v1/alerts?incident={id}&range=3m"))[0]["id"]!;
        foreach (var path in (string[])[$"/incidents/{id}", $"/tickets/{id}", $"/components/{part}", $"/alerts/{alert}"])
        {
            await page.GotoAsync(run.Url + path);
            await Expect(page.Locator("h1")).ToBeVisibleAsync();
            await LongText.BreaksNothing(page, path);
        }
    }

    private Task<JsonObject> Incident(string host, string state, string? id = null) => Eventually.Found(async () =>
        (await run.Api.List($"/api/v1/tickets?host={host}&incident={state}")).FirstOrDefault(t => id is null || (string?)t["id"] == id),
        Patience, $"a {state} incident of {host}");

    /// <summary>The whole one: on a busy machine a service may not answer in time, and the report says so.</summary>
    private Task<IReadOnlyList<string>> Report(IPage page, string id) => Eventually.Found(async () =>
    {
        var text = await (await page.APIRequest.GetAsync($"{run.Url}/incidents/{id}/export.md")).TextAsync();
        IReadOnlyList<string> lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return text.Contains("**not complete**", StringComparison.Ordinal) ? null : lines;
    }, Patience, $"a whole report of {id}");
}
