using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>A night with three hundred alerts on one screen, in a real browser against a real fleet.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed class AlertsPageTests(ConsoleRun run)
{
    private const int Count = 300;

    [Fact]
    public async Task Three_hundred_alerts_are_ten_rows_at_most_and_are_found_ticked_silenced_and_sent_again()
    {
        await run.Revive();
        await Raise("firing");
        var page = await run.Open("/alerts?scope=task");
        var rows = page.Locator("table.groups > tbody > tr");
        var delays = page.Locator("tr.group").Filter(new() { HasText = "oms_sync_delay" });
        await Expect(page.Locator(".tabs a").First).ToHaveTextAsync(new Regex(@"^Task Alert Message \(3\d\d\)$"));
        await Expect(page.Locator(".tabs a[aria-current]")).ToContainTextAsync("Task");
        await Expect(delays).ToContainTextAsync("200");
        Assert.InRange(await rows.CountAsync(), 2, 10);
        await page.SelectOptionAsync("select >> nth=2", "host");
        await Expect(page.GetByText("291 further groups")).ToBeVisibleAsync();
        await Expect(rows).ToHaveCountAsync(10);
        await page.GetByText("291 further groups").ClickAsync();
        await Expect(rows).ToHaveCountAsync(Count);
        await page.SelectOptionAsync("select >> nth=2", "event");

        // Several events and several states at once.
        await Choose(page, "Alert Events", "oms_sync_delay", "oms_sync_status_inconsistent");
        await Expect(page.Locator("tr.group")).ToHaveCountAsync(1);
        await Choose(page, "Sending Status", "Successful", "Sent again");
        await Expect(page.Locator(".empty")).ToBeVisibleAsync();
        await Choose(page, "Sending Status", "Pending", "Failed");
        await Expect(delays).ToContainTextAsync("200");

        // A group opens, and one of it has its id and its page.
        await delays.Locator("button.fold").ClickAsync();
        await Expect(page.Locator("tr.alert")).ToHaveCountAsync(50);
        await Expect(page.Locator("tr.alert code.id").First).ToHaveTextAsync(new Regex("^[0-9a-f]{16}-[0-9]+$"));

        await delays.Locator("input[type=checkbox]").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).ClickAsync();
        await page.FillAsync("#field-reason", "the source is rebuilt");
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Silence" }).ClickAsync();
        await Expect(page.Locator(".rz-dialog")).ToHaveCountAsync(0);
        await Expect(page.Locator("tr.alert .silenced").First).ToContainTextAsync("silenced by admin until");
        await Expect(delays.Locator("td").Nth(5)).ToHaveTextAsync("200");
        Assert.Equal(3, (await run.Api.List("/api/v1/silences")).Count(s => (string?)s["reason"] == "the source is rebuilt"));

        await page.Locator("tr.alert input[type=checkbox]").First.CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(page.Locator(".rz-dialog .note.warn")).ToContainTextAsync("silenced by admin until");
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.Locator("tr.alert code.id").First.ClickAsync();
        await Expect(page.Locator(".runbook h3")).ToHaveTextAsync("oms_migration_delay, oms_sync_delay");
        await Expect(page.Locator(".runbook")).ToContainTextAsync("an Incr-Sync that has no Store to read from lags too");
        await Expect(page.Locator("dd.silenced")).ToContainTextAsync("silenced by admin until");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(page.Locator(".rz-dialog .note.warn")).ToContainTextAsync("the source is rebuilt");
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(page.Locator(".rz-dialog")).ToHaveCountAsync(0);

        await Raise("resolved");
        var silences = (await run.Api.List("/api/v1/silences")).Where(s => (string?)s["reason"] == "the source is rebuilt");
        foreach (var silence in silences)
        {
            await run.Api.Send(HttpMethod.Delete, $"/api/v1/silences/{silence["id"]}");
        }

        // Ended alerts are not shown unless they are asked for.
        await page.GotoAsync(run.Url + "/alerts?scope=task");
        await Expect(page.Locator(".tabs a").First).Not.ToHaveTextAsync(new Regex(@"\(3\d\d\)"));
        await page.GotoAsync(run.Url + "/alerts?scope=task&condition=ended");
        await Expect(delays).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    private async Task Raise(string condition) => Assert.Equal(HttpStatusCode.Accepted, (await run.Api.Post("/api/v1/alerts",
        new JsonArray([.. Enumerable.Range(0, Count).Select(i => (JsonNode)new JsonObject
        {
            ["event"] = i % 3 == 0 ? "oms_sync_failed" : "oms_sync_delay", ["target"] = $"night{i:d3}", ["task"] = $"night{i:d3}",
            ["host"] = $"away{i:d3}", ["region"] = "elsewhere", ["condition"] = condition, ["protection"] = "LOW",
        })]))).Status);

    private static async Task Choose(IPage page, string label, params string[] chosen)
    {
        var pick = page.Locator("details.pick").Filter(new() { HasText = label });
        await pick.Locator("summary").ClickAsync();
        while (await pick.Locator("input:checked").CountAsync() > 0)
        {
            await pick.Locator("input:checked").First.UncheckAsync();
        }

        foreach (var one in chosen)
        {
            await pick.GetByLabel(one, new() { Exact = true }).CheckAsync();
        }

        await pick.Locator("summary").ClickAsync();
    }
}
