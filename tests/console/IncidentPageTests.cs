using System.Text.Json.Nodes;
using Holdfast.Tests;
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
        var stores = await run.Api.List("/api/v1/stores");
        var victim = (string)stores.First(s => (string?)s["state"] == "Running")["host"]!;
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
        Assert.Contains("| store |", told, StringComparison.Ordinal);
        await page.GotoAsync(run.Url + "/");
        await Expect(page.Locator(".dot").First).ToBeVisibleAsync();
        await Expect(page.Locator($"a.incident[href='/incidents/{id}']")).ToHaveCountAsync(0);
        await page.GotoAsync(run.Url + "/incidents?state=Closed");
        await Expect(page.Locator("tbody").GetByText(id)).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    private Task<JsonObject> Incident(string host, string state, string? id = null) => Eventually.Found(async () =>
        (await run.Api.List($"/api/v1/tickets?host={host}&incident={state}")).FirstOrDefault(t => id is null || (string?)t["id"] == id),
        Patience, $"a {state} incident of {host}");

    private async Task<IReadOnlyList<string>> Report(IPage page, string id) =>
        (await (await page.APIRequest.GetAsync($"{run.Url}/incidents/{id}/export.md")).TextAsync())
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
