using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>A person makes, tests and looks at channels in the browser; the command line says the same.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed partial class ChannelTests(ConsoleRun run)
{
    private const string Taken = """{"successful":true,"status":200,"server":"ocp-1"}""";

    [Fact]
    public async Task OCP_is_added_with_its_levels_tested_saved_and_edited_and_nothing_of_it_is_lost()
    {
        await using var receiver = await Receiver.Start(200, Taken);
        var page = await run.Open("/channels");
        await Act(page, "Add ocp").ClickAsync();
        await page.FillAsync("#c-name", "ocp_ops");
        await page.FillAsync("#c-clusterName", "ob");
        await page.FillAsync("#c-endpoint", new Uri(receiver.Url).Authority);
        await page.FillAsync("#c-username", "admin");
        await page.FillAsync("#c-password", "pass-word");
        await Act(page, "Test Connection").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("AL-201");
        await Expect(page.Locator("#c-clusterName + .wrong")).ToContainTextAsync("3 to 32");

        await page.FillAsync("#c-clusterName", "obcluster");
        await page.Locator(".levels").GetByLabel("1 Stopped").CheckAsync();
        await page.Locator(".levels").GetByLabel("2 Critical").CheckAsync();
        await Act(page, "Test Connection").ClickAsync();
        await Expect(page.Locator(".note.ok")).ToContainTextAsync(Delivered());
        await Expect(page.Locator(".note.ok pre")).ToHaveTextAsync(Taken);
        await Axe.FindsNothing(page, "the form of a channel");
        await LongText.BreaksNothing(page, "the form of a channel");
        await Act(page, "Save").ClickAsync();
        await Expect(page.Locator("form.sheet")).ToHaveCountAsync(0);
        var saved = (await run.Api.Get("/api/v1/channels/ocp_ops")).Body;
        Assert.Equal(("ocp", "obcluster", "[1,2]"),
            ((string?)saved["kind"], (string?)saved["ocp"]!["clusterName"], saved["levels"]!.ToJsonString()));

        // The form once dropped it: a channel for the gravest levels of one region became one for everything.
        Assert.Equal(HttpStatusCode.OK, (await run.Api.Put("/api/v1/channels/ocp_ops", new JsonObject
        {
            ["kind"] = "ocp", ["levels"] = new JsonArray(1, 2), ["regions"] = new JsonArray("north"), ["concurrency"] = 3,
            ["messagesPerMinute"] = 30, ["ocp"] = saved["ocp"]!.DeepClone(),
        })).Status);
        await Expect(page.Locator("tr", new() { HasText = "ocp_ops" })).ToContainTextAsync("north");
        await Act(page, "Edit").ClickAsync();
        Assert.Equal((true, true), (await page.Locator("#c-clusterName").GetAttributeAsync("readonly") is not null,
            await page.Locator("#c-endpoint").GetAttributeAsync("readonly") is not null));
        await page.FillAsync("#c-clearanceMinutes", "7");
        await Act(page, "Save").ClickAsync();
        await Expect(page.Locator("form.sheet")).ToHaveCountAsync(0);
        var after = (await run.Api.Get("/api/v1/channels/ocp_ops")).Body;
        Assert.Equal(("[1,2]", """["north"]""", 3, 30, 7), (after["levels"]!.ToJsonString(), after["regions"]!.ToJsonString(),
            (int)after["concurrency"]!, (int)after["messagesPerMinute"]!, (int)after["ocp"]!["clearanceMinutes"]!));

        await Act(page, "Test").ClickAsync();
        await Expect(page.Locator(".note.ok")).ToContainTextAsync("ocp_ops: Delivered: HTTP 200 in ");
        var (exit, said) = await HoldfastProcess.Command(run.Data, "channels", "test", "ocp_ops", "--data", run.Data);
        Assert.Equal(0, exit);
        Assert.Matches(Delivered(), said);
        Assert.Contains("\n  " + Taken, said, StringComparison.Ordinal);
        await run.Api.Send(HttpMethod.Delete, "/api/v1/channels/ocp_ops?force=true");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_preset_is_chosen_a_failed_test_says_why_and_the_channel_s_health_is_beside_it()
    {
        var isWell = false;
        await using var receiver = await Receiver.Start(async (context, _) =>
        {
            context.Response.StatusCode = isWell ? 200 : 500;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, isWell ? """{"errcode":0}""" : "out of order");
        });
        var page = await run.Open("/channels");
        await Act(page, "Add webhook").ClickAsync();
        await page.FillAsync("#c-name", "robot");
        await page.FillAsync("#c-url", receiver.Url);
        await page.SelectOptionAsync("#c-preset", "dingtalk");
        await Expect(page.Locator("form.sheet")).ToContainTextAsync("20 messages a minute.");
        await Act(page, "Test Connection").ClickAsync();
        await Expect(page.Locator(".note.bad")).ToContainTextAsync(NotDelivered());
        await Expect(page.Locator(".note.bad")).ToContainTextAsync("AL-304");
        await Expect(page.Locator(".note.bad pre")).ToHaveTextAsync("out of order");
        await Act(page, "Save").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("AL-205");
        await Act(page, "Save all the same").ClickAsync();
        await Expect(page.Locator("form.sheet")).ToHaveCountAsync(0);
        var saved = (await run.Api.Get("/api/v1/channels/robot")).Body["webhook"]!;
        Assert.Equal(("dingtalk", null), ((string?)saved["preset"], saved["responseCheck"]));

        // A script that asks for a test is told by the exit code.
        var (exit, said) = await HoldfastProcess.Command(run.Data, "channels", "test", "robot", "--data", run.Data);
        Assert.Equal(3, exit);
        Assert.Matches(NotDelivered(), said);

        await Raise("firing");
        var row = page.Locator("tr", new() { HasText = "robot" });
        await Expect(row).ToContainTextAsync("dingtalk");
        await Expect(row).ToContainTextAsync("AL-304");
        await Expect(row.Locator("td").Nth(5)).Not.ToHaveTextAsync("0");
        await Expect(row.Locator("td").Nth(4)).ToHaveTextAsync("–");
        isWell = true;
        await Expect(row.Locator("td").Nth(4).Locator("hf-time")).ToBeVisibleAsync();
        await Expect(row.Locator("td").Nth(3)).ToContainTextAsync("Closed");
        await Axe.FindsNothing(page, "channels with their health");
        await Moments.AreWhole(page, "channels with their health");
        await Raise("resolved");
        await run.Api.Send(HttpMethod.Delete, "/api/v1/channels/robot?force=true");
        await page.CloseAsync();

        Task<Answer> Raise(string condition) => run.Api.Post("/api/v1/alerts", new JsonObject
        {
            ["event"] = "oms_host_down", ["target"] = "far-away", ["level"] = 5, ["condition"] = condition,
        });
    }

    [Fact]
    public async Task Each_kind_that_the_service_describes_has_a_form_and_its_rules_stand_beside_its_fields()
    {
        var kinds = (await run.Api.Get("/api/v1/channels/schema")).Body["items"]!.AsArray();
        var page = await run.Open("/channels");
        foreach (var kind in kinds)
        {
            await Act(page, $"Add {kind!["kind"]}").ClickAsync();
            foreach (var field in kind["fields"]!.AsArray())
            {
                await Expect(page.Locator($"#c-{field!["name"]}")).ToBeVisibleAsync();
            }

            await Axe.FindsNothing(page, $"the form of {kind["kind"]}");
            await LongText.BreaksNothing(page, $"the form of {kind["kind"]}");
            await Act(page, "Cancel").ClickAsync();
        }

        await Act(page, "Add email").ClickAsync();
        await page.FillAsync("#c-name", "mail");
        await page.FillAsync("#c-host", "mail.example.com");
        await page.FillAsync("#c-from", "holdfast@example.com");
        await page.FillAsync("#c-to", "oncall@example.com, ops");
        await page.SelectOptionAsync("#c-security", "none");
        await Act(page, "Test Connection").ClickAsync();
        await Expect(page.Locator("#c-to + .wrong")).ToContainTextAsync("must be an address");
        await Expect(page.Locator("#c-security + .wrong")).ToContainTextAsync("must be starttls or tls");
        await Axe.FindsNothing(page, "the form of email with what is wrong in it");
        await Act(page, "Cancel").ClickAsync();
        await page.CloseAsync();
    }

    private static ILocator Act(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    [GeneratedRegex(@"Delivered: HTTP 200 in \d+ ms")]
    private static partial Regex Delivered();

    [GeneratedRegex(@"Not delivered: HTTP 500 in \d+ ms")]
    private static partial Regex NotDelivered();
}
