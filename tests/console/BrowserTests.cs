using System.Net;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>Work of people on duty at night, in a real browser against a real fleet.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed class BrowserTests(ConsoleRun run)
{
    [Fact]
    public async Task A_host_dies_and_its_work_moves_before_ones_eyes_without_reloading()
    {
        await run.Revive();
        var victim = (await run.Api.IncrSyncs()).First(c => c.Desired == "Running").Host;
        var page = await run.Open("/");
        await Expect(page.Locator(".verdict")).ToContainTextAsync("well");
        await page.EvaluateAsync("window.sameLife = true");

        await run.Kill(victim);

        await Expect(page.Locator($".dot.Down[href='/servers/{victim}']")).ToBeVisibleAsync();
        await Expect(page.Locator(".verdict")).ToContainTextAsync($"Down: {victim}");
        await Expect(page.Locator(".feed").GetByText($"moved from {victim}").First).ToBeVisibleAsync();
        await page.Locator(".verdict").GetByText($"Down: {victim}").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Servers");
        await Expect(page.Locator("tbody .name")).ToHaveTextAsync([victim]);
        await page.GoBackAsync();
        Assert.True(await page.EvaluateAsync<bool>("window.sameLife === true"), "the page was loaded again");
        var (exit, said) = await HoldfastProcess.Command(run.Data, "status", "--data", run.Data);
        Assert.Equal(3, exit);
        Assert.Contains($"1 host is Down: {victim}\n", said, StringComparison.Ordinal);

        await run.Revive();
        await Expect(page.Locator(".dot.Down")).ToHaveCountAsync(0);
        await page.CloseAsync();
    }

    [Fact]
    public async Task Why_a_component_did_not_move_is_read_on_its_page()
    {
        await run.Revive();
        var busy = (await run.Api.IncrSyncs()).First(c => c.Desired == "Running");
        Assert.Equal(HttpStatusCode.OK, (await run.Api.Put("/api/v1/ha/config", new JsonObject { ["enableHost"] = false })).Status);
        try
        {
            var page = await run.Open($"/why/{busy.Task}-incr_trans-1-0");
            await run.Kill(busy.Host);
            await Expect(page.Locator(".sheet").First).ToContainTextAsync("enableHost");
            await Expect(page.Locator(".sheet .tag").First).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("^HA-2"));
            await Expect(page.Locator(".verdict .tag")).ToContainTextAsync("enableHost");
            await page.CloseAsync();
        }
        finally
        {
            await run.Api.Put("/api/v1/ha/config", new JsonObject { ["enableHost"] = true });
            await run.Revive();
        }
    }

    [Fact]
    public async Task An_unsafe_configuration_is_refused_with_its_inequality_before_it_is_saved()
    {
        var page = await run.Open("/config");
        await page.FillAsync("#p-leaseSec", "60");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review 1 changes" }).ClickAsync();

        await Expect(page.Locator(".diff .before")).ToHaveTextAsync("4");
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("HA-102");
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("checkHostDownIntervalSec");
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("60");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToBeDisabledAsync();
        Assert.Equal(4.0, (double?)(await run.Api.Get("/api/v1/ha/config")).Body["leaseSec"]);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_safe_change_is_shown_with_what_it_would_do_then_saved_in_the_person_s_name()
    {
        var page = await run.Open("/config");
        await page.FillAsync("#p-restartsMax", "7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review 1 changes" }).ClickAsync();
        await Expect(page.GetByText("What it would do to the fleet now")).ToBeVisibleAsync();
        await page.GetByLabel("Reason").FillAsync("a patient night");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.GetByText("a patient night")).ToBeVisibleAsync();
        var newest = (await run.Api.List("/api/v1/ha/config/history"))[0];
        Assert.Equal(("admin", "a patient night"), ((string)newest["by"]!, (string)newest["reason"]!));
        await page.GotoAsync(run.Url + "/audit");
        await Expect(page.GetByText("change ha.config").First).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_alert_is_sent_again_and_its_ledger_shows_the_attempt()
    {
        await using var receiver = await Receiver.Start(200);
        await run.Revive();
        var added = await run.Api.Post("/api/v1/channels", new JsonObject
            { ["name"] = "night", ["kind"] = "webhook", ["webhook"] = new JsonObject { ["url"] = receiver.Url } });
        Assert.Equal(HttpStatusCode.Created, added.Status);
        await run.Kill("h3");
        var alert = await Eventually.Found(async () => (await run.Api.List("/api/v1/alerts?event=oms_host_down"))
            .FirstOrDefault(a => (string?)a["host"] == "h3" && (string?)a["condition"] == "firing"), TimeSpan.FromSeconds(40),
                "an alert about h3");
        await run.Revive();

        var page = await run.Open($"/alerts/{alert["id"]}");
        await Expect(page.Locator(".ledger h3").First).ToContainTextAsync("night");
        var told = receiver.Heard.Count;
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();

        await Eventually.Holds(() => Task.FromResult(receiver.Heard.Count > told ? null : "another message"), TimeSpan.FromSeconds(60));
        await run.Api.Send(HttpMethod.Delete, "/api/v1/channels/night");
        await page.CloseAsync();
    }

    [Fact]
    public async Task An_alert_is_silenced_from_its_page_and_the_silence_can_be_ended()
    {
        await run.Revive();
        await run.Kill("h1");
        var alert = await Eventually.Found(async () => (await run.Api.List("/api/v1/alerts?event=oms_host_down"))
            .FirstOrDefault(a => (string?)a["host"] == "h1" && (string?)a["condition"] == "firing"), TimeSpan.FromSeconds(40),
                "an alert about h1");
        await run.Revive();

        var page = await run.Open($"/alerts/{alert["id"]}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Silence" }).ClickAsync();
        await page.FillAsync("#field-reason", "its rack is rebuilt");
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Silence" }).ClickAsync();
        await Expect(page.Locator(".rz-dialog")).ToHaveCountAsync(0);
        await page.CloseAsync();

        var silences = await run.Open("/alerts?scope=silences");
        await Expect(silences.GetByText("its rack is rebuilt")).ToBeVisibleAsync();
        await silences.GetByRole(AriaRole.Button, new() { Name = "End silence" }).First.ClickAsync();
        await silences.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "End silence" }).ClickAsync();
        await Expect(silences.GetByText("its rack is rebuilt")).ToHaveCountAsync(0);
        await silences.CloseAsync();
    }

    [Fact]
    public async Task An_incident_is_one_line_of_time_and_leaves_as_markdown_and_json()
    {
        await run.Revive();
        await run.Kill("h2");
        var ticket = await Eventually.Found(async () => (await run.Api.List("/api/v1/tickets?kind=Host%20failover&host=h2"))
            .FirstOrDefault(t => t["finishedAt"] is not null), TimeSpan.FromSeconds(60), "a finished failover of h2");
        var page = await run.Open($"/incidents/{ticket["id"]}");
        foreach (var step in (string[])["missed beats", "fence", "verdict", "plan"])
        {
            await Expect(page.Locator(".timeline .step").GetByText(step, new() { Exact = true }).First).ToBeVisibleAsync();
        }

        var markdown = await page.APIRequest.GetAsync($"{run.Url}/incidents/{ticket["id"]}/export.md");
        Assert.Contains("| verdict |", await markdown.TextAsync(), StringComparison.Ordinal);
        var json = JsonNode.Parse(await (await page.APIRequest.GetAsync($"{run.Url}/incidents/{ticket["id"]}/export.json")).TextAsync())!;
        Assert.Equal((string)ticket["id"]!, (string)json["ticket"]!["id"]!);

        await page.Locator(".sheet input").FillAsync("""{"checkHostDownIntervalSec": 30}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await Expect(page.Locator(".note.ok")).ToContainTextAsync("decided alike, bit for bit");
        await Expect(page.GetByText("checkHostDownIntervalSec 8 → 30")).ToBeVisibleAsync();
        await page.CloseAsync();
        await run.Revive();
    }

    [Fact]
    public async Task What_a_supervisor_printed_is_read_on_its_servers_page()
    {
        await run.Revive();
        var page = await run.Open("/servers/h1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Read", Exact = true }).ClickAsync();
        await Expect(page.Locator("pre.log").First).ToContainTextAsync("h1");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_task_gets_a_value_of_its_own_through_the_review_and_loses_it_again()
    {
        var page = await run.Open("/config");
        await page.SelectOptionAsync("#override-kind", "tasks");
        await page.FillAsync("#override-name", "orders");
        await page.SelectOptionAsync("#override-key", "autonomy");
        await page.FillAsync("#override-value", "approve");
        await page.GetByRole(AriaRole.Button, new() { Name = "Review", Exact = true }).ClickAsync();
        await Expect(page.Locator(".diff")).ToContainTextAsync("tasks.orders.autonomy");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("autonomy = approve")).ToBeVisibleAsync();
        Assert.Equal("approve", (string?)(await run.Api.Get("/api/v1/ha/config")).Body["tasks"]?["orders"]?["autonomy"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove autonomy of orders" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("autonomy = approve")).ToHaveCountAsync(0);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_destructive_act_waits_for_the_typed_name_and_bad_input_is_answered_beside_its_field()
    {
        var page = await run.Open("/servers/h1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true }).ClickAsync();
        var send = page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Drain", Exact = true });
        await Expect(send).ToBeDisabledAsync();
        await page.FillAsync("#typed", "h1");
        await Expect(send).ToBeEnabledAsync();
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Quotas" }).ClickAsync();
        await page.FillAsync("#field-stores", "99999999");
        await page.Locator(".rz-dialog").GetByRole(AriaRole.Button, new() { Name = "Quotas" }).ClickAsync();
        await Expect(page.Locator("#field-stores-wrong")).ToContainTextAsync("10000");
        await page.CloseAsync();
    }
}
