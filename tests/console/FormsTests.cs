using System.Net;
using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace Holdfast.ConsoleUi.Tests;

/// <summary>A task is edited and deleted, a host is deleted, by a person with a browser; what is refused is said in the form.</summary>
[Trait("Category", "process")]
[Collection(ConsoleRunCollection.Name)]
public sealed class FormsTests(ConsoleRun run)
{
    [Fact]
    public async Task A_task_is_edited_and_what_is_wrong_with_a_field_stands_beside_it()
    {
        await run.Api.CreateTask("paper-edit", "local", new JsonArray("/bin/sleep", "1000"));
        var page = await run.Open("/tasks/paper-edit");
        var form = await Form(page, "Edit");
        await page.FillAsync("#field-name", new string('n', 65));
        await page.FillAsync("#field-tags", "twice, twice");
        await form.Send("Edit task");
        await Expect(page.Locator("#field-name-wrong")).ToContainTextAsync("64");
        await Expect(page.Locator("#field-tags-wrong")).ToContainTextAsync("different tags");
        await Expect(page.Locator("#field-name")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(form.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("HA-116");
        await Axe.FindsNothing(page, "the form of a task, refused");
        Assert.Equal("paper-edit", (string?)(await Get("paper-edit"))["name"]);

        await page.FillAsync("#field-name", "纸质 orders");
        await page.SelectOptionAsync("#field-protection", "HIGH");
        await page.FillAsync("#field-tags", "");
        await page.FillAsync("#field-command", "/bin/sleep\n2000");
        await form.Send("Edit task");
        await Expect(form.Dialog).ToHaveCountAsync(0);
        await Expect(page.GetByText("纸质 orders")).ToBeVisibleAsync();
        var task = await Get("paper-edit");
        Assert.Equal(("纸质 orders", "HIGH"), ((string?)task["name"], (string?)task["protection"]));
        await Eventually.Holds(async () => (long?)(await Get("paper-edit"))["incrSync"]?["epoch"] > 1 ? null : "a higher epoch",
            TimeSpan.FromSeconds(20));
        await page.CloseAsync();
        await Gone("paper-edit");
    }

    [Fact]
    public async Task A_form_of_a_task_that_somebody_else_has_changed_meanwhile_changes_nothing_and_says_so()
    {
        await run.Api.CreateTask("paper-both", "local", new JsonArray("/bin/sleep", "1000"));
        var page = await run.Open("/tasks/paper-both");
        var form = await Form(page, "Edit");
        await page.FillAsync("#field-name", "mine");
        Assert.Equal(HttpStatusCode.OK, (await run.Api.Patch("/api/v1/tasks/paper-both", new JsonObject { ["name"] = "theirs" })).Status);
        await form.Send("Edit task");
        await Expect(form.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("HA-117");
        await Expect(page.Locator("#field-name")).ToHaveValueAsync("mine");
        Assert.Equal("theirs", (string?)(await Get("paper-both"))["name"]);
        await form.Cancel();
        await page.CloseAsync();
        await Gone("paper-both");
    }

    [Fact]
    public async Task A_released_task_is_deleted_once_its_name_was_typed_and_never_before()
    {
        await run.Api.CreateTask("paper-gone", "local", new JsonArray("/bin/sleep", "1000"));
        var page = await run.Open("/tasks/paper-gone");
        await Expect(Act(page, "Delete")).ToBeDisabledAsync();
        Assert.Equal(HttpStatusCode.OK, (await run.Api.Post("/api/v1/tasks/paper-gone/release", new JsonObject())).Status);
        await Expect(Act(page, "Delete")).ToBeEnabledAsync();
        var form = await Form(page, "Delete");
        await Axe.FindsNothing(page, "the form that deletes a task");
        foreach (var wrong in (string[])["paper", "paper-Gone", "paper-gone "])
        {
            await page.FillAsync("#typed", wrong);
            await Expect(form.Button("Delete task")).ToBeDisabledAsync();
        }

        await page.FillAsync("#typed", "paper-gone");
        await form.Send("Delete task");
        await Expect(form.Dialog).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.NotFound, (await run.Api.Get("/api/v1/tasks/paper-gone")).Status);
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("paper-gone");
        await page.GotoAsync(run.Url + "/audit");
        await Expect(page.GetByText("delete task").First).ToBeVisibleAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_task_that_somebody_else_has_deleted_is_not_deleted_twice_and_the_form_says_so()
    {
        await run.Api.CreateTask("paper-twice", "local", new JsonArray("/bin/sleep", "1000"));
        await run.Api.Post("/api/v1/tasks/paper-twice/release", new JsonObject());
        var page = await run.Open("/tasks/paper-twice");
        await Expect(Act(page, "Delete")).ToBeEnabledAsync();
        var form = await Form(page, "Delete");
        await Gone("paper-twice");
        await page.FillAsync("#typed", "paper-twice");
        await form.Send("Delete task");
        await Expect(form.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("paper-twice");
        await Expect(form.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("HA-11");
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_host_is_refused_while_it_runs_something_and_deleted_by_its_typed_name_once_it_is_Down()
    {
        var sequence = 0;
        await Reports();
        var page = await run.Open("/servers/h9");
        await Eventually.Holds(async () => (await run.Api.HostState("h9")) == "unknown" ? "h9 is known" : null, TimeSpan.FromSeconds(60));
        await Expect(Act(page, "Delete")).ToBeEnabledAsync();
        var form = await Form(page, "Delete");
        await Axe.FindsNothing(page, "the form that deletes a host");
        await page.FillAsync("#typed", "h1");
        await Expect(form.Button("Delete host")).ToBeDisabledAsync();
        await page.FillAsync("#typed", "h9");
        await Reports();
        await form.Send("Delete host");
        await Expect(form.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("HA-119");
        await Axe.FindsNothing(page, "the form that deletes a host, refused");
        Assert.NotEqual(HttpStatusCode.NotFound, (await run.Api.Get("/api/v1/hosts/h9")).Status);
        await form.Cancel();

        await Expect(page.Locator(".facts").First).ToContainTextAsync("Down");
        // Its last report is not its state, and there is nothing on it to drain.
        await Expect(page.Locator(".facts").First).ToContainTextAsync("10 % in its last report");
        Assert.Equal(0, await page.Locator(".facts .meter").CountAsync());
        await Expect(Act(page, "Drain")).ToHaveCountAsync(0);
        await Expect(Act(page, "Maintenance")).ToBeVisibleAsync();

        form = await Form(page, "Delete");
        await page.FillAsync("#typed", "h9");
        await form.Send("Delete host");
        await Expect(form.Dialog).ToHaveCountAsync(0);
        Assert.Equal(HttpStatusCode.NotFound, (await run.Api.Get("/api/v1/hosts/h9")).Status);
        await page.CloseAsync();

        async Task Reports() => Assert.Equal(HttpStatusCode.OK, (await run.Api.Post("/api/v1/heartbeats", new JsonObject
        {
            ["host"] = "h9", ["incarnation"] = 1, ["sequence"] = ++sequence, ["region"] = "aside", ["idc"] = "z",
            ["address"] = "10.9.9.9", ["usage"] = new JsonObject { ["cpu"] = 0.1, ["memory"] = 0.1, ["disk"] = 0.1 },
            ["inventory"] = 1,
            ["components"] = new JsonArray(new JsonObject
            {
                ["name"] = "stray", ["kind"] = "Incr-Sync", ["epoch"] = 1, ["state"] = "Running", ["pid"] = 4711,
            }),
        })).Status);
    }

    private async Task<JsonObject> Get(string id) => (await run.Api.Get($"/api/v1/tasks/{id}")).Body;

    private async Task Gone(string id)
    {
        await run.Api.Post($"/api/v1/tasks/{id}/release", new JsonObject());
        await Eventually.Holds(async () => (await run.Api.Send(HttpMethod.Delete, $"/api/v1/tasks/{id}")).Status
            is HttpStatusCode.OK or HttpStatusCode.NoContent or HttpStatusCode.NotFound 
                ? null : $"{id} is deleted", TimeSpan.FromSeconds(40));
    }

    private static ILocator Act(IPage page, string name) =>
        page.Locator(".acts").GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static async Task<OpenForm> Form(IPage page, string name)
    {
        await Act(page, name).ClickAsync();
        var form = new OpenForm(page.Locator(".rz-dialog"));
        await Expect(form.Dialog).ToBeVisibleAsync();
        return form;
    }

    private sealed record OpenForm(ILocator Dialog)
    {
        internal ILocator Button(string name) => Dialog.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

        internal Task Send(string name) => Button(name).ClickAsync();

        internal Task Cancel() => Button("Cancel").ClickAsync();
    }
}
