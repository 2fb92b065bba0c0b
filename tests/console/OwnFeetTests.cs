using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>The console's own matters: its token, its addresses, edits, names, times and widths.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed class OwnFeetTests(ConsoleRun run)
{
    [Fact]
    public async Task A_page_that_there_is_not_is_one_of_the_console_s_and_programs_get_their_line()
    {
        var page = await run.Inside.NewPageAsync();
        var answer = await page.GotoAsync(run.Url + "/no/such?page=1");
        Assert.Equal(404, answer!.Status);
        await ConsoleRun.Lives(page);
        await Expect(page.Locator("h1")).ToHaveTextAsync("No such page");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("CO-113");
        await Axe.FindsNothing(page, "a page that there is not");
        await LongText.BreaksNothing(page, "a page that there is not");
        await page.GetByRole(AriaRole.Link, new() { Name = "Servers" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Servers");

        Assert.Equal("PF-404", (await run.Api.Get("/no/such")).Code);
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/no-such") { Headers = { { "Accept", "text/html" } } };
        using var said = await run.Api.Http.SendAsync(asked, TestContext.Current.CancellationToken);
        Assert.Contains("PF-404", await said.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    /// <summary>On a slow way or a busy machine a choice was lost that was made as soon as it could be seen.</summary>
    [Fact]
    public async Task Before_a_page_lives_it_can_be_read_and_nothing_can_be_typed_or_chosen()
    {
        var page = await run.Inside.NewPageAsync();
        await page.RouteWebSocketAsync(new Regex("_blazor"), _ => { }); // Nobody answers at the other end.
        await page.GotoAsync(run.Url + "/alerts");
        await Expect(page.Locator("main select").First).ToBeDisabledAsync();
        await Expect(page.Locator("main input").First).ToBeDisabledAsync();
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await page.CloseAsync();
        page = await run.Open("/alerts");
        await Expect(page.Locator("main select").First).ToBeEnabledAsync();
        await page.CloseAsync();
    }

    /// <summary>Half an hour of thresholds was gone with one click in the menu.</summary>
    [Fact]
    public async Task Edits_that_are_not_saved_are_not_left_without_a_question_and_saved_ones_are_in_the_person_s_name()
    {
        var page = await run.Open("/thresholds");
        var field = page.GetByLabel("HIGH Latency, seconds");
        var before = await field.InputValueAsync();
        await field.FillAsync("11");
        await Expect(page.GetByText("Not saved yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Servers" }).ClickAsync();
        var question = page.Locator(".rz-dialog");
        await Expect(question).ToContainTextAsync("not saved");
        await page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().filter(a => a.effect.getTiming().iterations === 1)"
            + ".map(a => a.finished))");
        await Axe.FindsNothing(page, "the question before a page is left");
        await question.GetByRole(AriaRole.Button, new() { Name = "Stay" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Thresholds");
        await Expect(field).ToHaveValueAsync("11");
        var asked = new List<string>();
        page.Dialog += async (_, dialog) =>
        {
            asked.Add(dialog.Type);
            await dialog.DismissAsync();
        };
        await page.EvaluateAsync("setTimeout(() => location.reload(), 0)");
        await Eventually.Holds(() => Task.FromResult(asked is ["beforeunload"] ? null : "a question of the browser"),
            TimeSpan.FromSeconds(20));

        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.GetByText("changed by admin")).ToBeVisibleAsync();
        var newest = (await run.Api.List("/api/v1/alerts/thresholds/history"))[0];
        Assert.Equal(("admin", 11), ((string?)newest["by"], (int)newest["after"]!["delayThreshold"]!["HIGH"]!));
        Assert.Contains(await run.Api.List("/api/v1/audit"), a => ((string?)a["by"], (string?)a["what"]) == ("admin", "change thresholds"));

        await field.FillAsync("12");
        await page.GetByRole(AriaRole.Link, new() { Name = "Servers" }).ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Leave without saving" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Servers");
        await run.Api.Put("/api/v1/alerts/thresholds", new JsonObject { ["delayThreshold"] = new JsonObject { ["HIGH"] = int.Parse(before,
            CultureInfo.InvariantCulture) } });
        await page.CloseAsync();
    }

    [Fact]
    public async Task Ha_config_and_channels_ask_before_their_edits_are_left_too()
    {
        var page = await run.Open("/config");
        await page.FillAsync("#p-restartsMax", "8");
        await page.GetByRole(AriaRole.Link, new() { Name = "Channels" }).ClickAsync();
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Leave without saving" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Channels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add webhook" }).ClickAsync();
        // A form in which nothing was typed has nothing to lose.
        await page.GetByRole(AriaRole.Link, new() { Name = "Tickets" }).ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Tickets");
        await page.GetByRole(AriaRole.Link, new() { Name = "Channels" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add webhook" }).ClickAsync();
        await page.FillAsync("#c-name", "half");
        await page.GetByRole(AriaRole.Link, new() { Name = "Tickets" }).ClickAsync();
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Stay" }).ClickAsync();
        await Expect(page.Locator("#c-name")).ToHaveValueAsync("half");
        await page.CloseAsync();
    }

    /// <summary>The end was asked for in UTC: a silence that was meant for two hours ended eight hours early in Shanghai.</summary>
    [Fact]
    public async Task The_end_of_a_silence_is_read_and_typed_in_the_viewer_s_time_and_a_long_summary_breaks_no_page()
    {
        var name = new string('w', 200);
        var raised = await run.Api.Post("/api/v1/alerts", new JsonObject
        {
            ["event"] = "oms_host_down", ["target"] = name, ["summary"] = string.Concat(Enumerable.Repeat(name, 2)), ["region"] = name,
            ["task"] = name, ["taskName"] = name, ["level"] = 1,
        });
        var id = (string)raised.Body["items"]![0]!["alert"]!;
        var page = await run.Open($"/alerts/{id}");
        await LongText.BreaksNothing(page, "an alert");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence", Exact = true }).First.ClickAsync();
        await Expect(page.Locator(".rz-dialog")).ToContainTextAsync("UTC+08:00");
        var shown = DateTimeOffset.Parse(await page.InputValueAsync("#field-endsAt") + "+08:00", CultureInfo.InvariantCulture);
        Assert.InRange(shown - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(110), TimeSpan.FromMinutes(121));
        await LongText.BreaksNothing(page, "the form of a silence");
        await page.FillAsync("#field-reason", name);
        var end = TimeProvider.System.GetUtcNow().AddDays(1).ToOffset(TimeSpan.FromHours(8));
        await page.FillAsync("#field-endsAt", end.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Silence" }).ClickAsync();
        await Expect(page.Locator(".rz-dialog")).ToHaveCountAsync(0);
        var silence = (await run.Api.List("/api/v1/silences")).Single(s => (string?)s["reason"] == name);
        var until = DateTimeOffset.Parse((string)silence["endsAt"]!, CultureInfo.InvariantCulture).ToOffset(end.Offset);
        Assert.Equal(end.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            until.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        await page.CloseAsync();

        foreach (var path in (string[])["/", "/alerts?scope=silences", "/alerts"])
        {
            page = await run.Open(path);
            await LongText.BreaksNothing(page, path);
            await page.CloseAsync();
        }

        await run.Api.Send(HttpMethod.Delete, $"/api/v1/silences/{silence["id"]}");
        await run.Api.Post("/api/v1/alerts", new JsonObject
            { ["event"] = "oms_host_down", ["target"] = name, ["task"] = name, ["region"] = name, ["condition"] = "resolved" });
    }

    [Fact]
    public async Task What_if_an_IDC_were_lost_ticks_its_hosts_and_lists_their_Stores()
    {
        await run.Revive();
        var store = (await run.Api.List("/api/v1/stores")).First(s => (string?)s["state"] == "Running");
        var host = (await run.Api.Get($"/api/v1/hosts/{store["host"]}")).Body;
        var page = await run.Open("/what-if");
        var choice = page.GetByLabel($"What happens to {store["host"]}");
        await Expect(choice).ToHaveValueAsync("");
        var idc = page.GetByLabel($"lose all of IDC {host["idc"]}");
        await idc.CheckAsync();
        await Expect(choice).ToHaveValueAsync("lose");
        await Expect(choice).ToBeDisabledAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "What would happen?" }).ClickAsync();
        var answer = page.GetByRole(AriaRole.Region, new() { Name = "Stores", Exact = true });
        await Expect(answer).ToContainTextAsync((string)store["name"]!);
        await Expect(answer).ToContainTextAsync((string)store["host"]!);
        await idc.UncheckAsync();
        await Expect(choice).ToHaveValueAsync("");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_console_whose_token_was_revoked_makes_itself_another_one_and_the_list_does_not_show_it()
    {
        var page = await run.Open("/users");
        await Expect(page.Locator("h2").GetByText("API tokens")).ToBeVisibleAsync();
        Assert.DoesNotContain("console@", await page.InnerTextAsync("#content"), StringComparison.Ordinal);
        Assert.DoesNotContain(await run.Api.List("/api/v1/tokens"),
            t => ((string)t["name"]!).StartsWith("console@", StringComparison.Ordinal));
        // The run was told to take any port that is free.
        var name = $"console@{Environment.MachineName}:0";
        Assert.Equal(HttpStatusCode.NoContent, (await run.Api.Send(HttpMethod.Delete, Ids.Path("/api/v1/tokens/", name, "name"))).Status);
        await page.WaitForTimeoutAsync(2500); // every service has heard of it by then
        await page.GotoAsync(run.Url + "/servers");
        await Expect(page.Locator("tbody .name").First).ToBeVisibleAsync();
        await Expect(page.Locator(".note.bad")).ToHaveCountAsync(0);
        await page.CloseAsync();
    }
}
