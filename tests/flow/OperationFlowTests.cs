namespace Holdfast.Flow.Tests;

/// <summary>Orders of operators through the gateway: heartbeat, scheduler and hosts that do as they are told.</summary>
[Trait("Category", "slow")]
public sealed class OperationFlowTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private Api Api => services.Api;

    [Fact]
    public async Task A_component_is_stopped_moved_started_and_deleted_each_with_a_ticket()
    {
        await using var one = await Host("ops", "o1");
        await Api.CreateTask("ops-1", "ops", ["run"]);
        await Is("ops-1", "Running");
        await using var two = await Host("ops", "o2");
        await Done(await Api.Send(HttpMethod.Post, $"/api/v1/components/{await Name("ops-1")}/stop"));
        await Is("ops-1", "Stopped");
        await Done(await Api.Post($"/api/v1/components/{await Name("ops-1")}/migrate",
            new JsonObject { ["targetHost"] = "o2", ["by"] = "ann" }));
        var moved = (await Api.IncrSyncs()).Single(c => c.Task == "ops-1");
        Assert.Equal(("o2", "Stopped"), (moved.Host, moved.State));
        await Done(await Api.Post("/api/v1/operations", new JsonObject { ["action"] = "start", ["task"] = "ops-1", ["reason"] = "go on" }));
        await Is("ops-1", "Running");
        await Done(await Api.Post("/api/v1/operations", new JsonObject { ["action"] = "stop", ["host"] = "o2" }));
        await Done(await Api.Post($"/api/v1/components/{moved.Name}/delete", new JsonObject { ["confirm"] = moved.Name }));
        Assert.DoesNotContain(await Api.IncrSyncs(), c => c.Task == "ops-1");
        Assert.DoesNotContain(two.Desired, c => c.Task == "ops-1");

        var tickets = await Api.List("/api/v1/tickets?component=ops-1-incr_trans-1-0");
        Assert.Equal(["Delete", "Stop", "Start", "Migrate", "Stop"], tickets.Select(t => (string?)t["kind"]));
        var first = (await Api.Get("/api/v1/tickets?kind=stop&status=successful&host=o2&limit=1")).Body;
        Assert.Equal((string?)tickets[1]["id"], (string?)Assert.Single(first["items"]!.AsArray())!["id"]);
        Assert.Null(first["next"]);
        var page = (await Api.Get("/api/v1/tickets?component=ops-1-incr_trans-1-0&limit=2")).Body;
        var rest = (await Api.Get($"/api/v1/tickets?component=ops-1-incr_trans-1-0&limit=9&cursor={page["next"]}")).Body;
        Assert.Equal([2, 3], new[] { page, rest }.Select(p => p["items"]!.AsArray().Count));
        var migrate = (await Api.Get((string)tickets[3]["url"]!)).Body;
        var part = Assert.Single(migrate["subTasks"]!.AsArray())!;
        Assert.Equal(("ann", "o1", "o2"), ((string?)migrate["by"], (string?)part["from"], (string?)part["target"]));
    }

    [Fact]
    public async Task What_cannot_be_done_is_refused_with_its_code_and_begins_nothing()
    {
        await using var one = await Host("refused", "r1");
        await Api.CreateTask("refused-1", "refused", ["run"]);
        await Is("refused-1", "Running");
        var name = await Name("refused-1");
        await Refused(409, "HA-135", $"/api/v1/components/{name}/migrate", []);
        await Refused(400, "HA-131", $"/api/v1/components/{name}/migrate", new JsonObject { ["targetHost"] = "r1" }, "targetHost");
        await Refused(400, "HA-131", $"/api/v1/components/{name}/delete", [], "confirm");
        await Refused(409, "HA-133", $"/api/v1/components/{name}/delete", new JsonObject { ["confirm"] = name });
        await Refused(404, "HA-111", "/api/v1/components/nobody/stop", []);
        await Refused(400, "HA-131", "/api/v1/operations", new JsonObject { ["action"] = "explode", ["host"] = "r1" }, "action");
        await Refused(400, "HA-131", "/api/v1/operations", new JsonObject { ["action"] = "stop" }, "host, task, components");
        await Refused(404, "HA-136", "/api/v1/tickets/none/retry", []);
        Assert.Equal("HA-136", (await Api.Get("/api/v1/tickets/none")).Code);
        var bad = await Api.Get("/api/v1/tickets?status=Done&kind=Party");
        Assert.Equal(("HA-140", "status kind"), (bad.Code, string.Join(' ', bad.Fields)));

        var stop = await Api.Send(HttpMethod.Post, $"/api/v1/components/{name}/stop");
        var url = (string)stop.Body["url"]!;
        await Done(stop);
        await Refused(409, "HA-138", url + "/retry", []);
        await Refused(409, "HA-139", url + "/approve", []);
        await Refused(404, "HA-137", url + "/subtasks/nobody/skip", []);
        Assert.Equal("HA-140", (await Api.Get(url + "/subtasks?cursor=nonsense")).Code);
        Assert.Empty((await Api.Get(url + "/subtasks?status=failed")).Body["items"]!.AsArray());
        Assert.Single((await Api.Get(url + "/subtasks?status=successful")).Body["items"]!.AsArray());
        Assert.Single(await Api.List("/api/v1/tickets?host=r1"));
    }

    private async Task Refused(int status, string code, string path, JsonObject body, params string[] fields)
    {
        var answer = await Api.Post(path, body);
        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.Equal(fields, answer.Fields);
        Assert.NotEmpty((string)answer.Body["workaround"]!);
    }

    /// <summary>Accepted as a ticket, and then carried out.</summary>
    private async Task Done(Answer accepted)
    {
        Assert.True(accepted.Status == HttpStatusCode.Accepted, $"{accepted.Status} {accepted.Body}");
        await Eventually.Holds(async () =>
            (await Api.Get((string)accepted.Body["url"]!)).Body is var ticket && (string?)ticket["status"] == "Successful"
                ? null
                : $"{ticket}",
            Soon);
    }

    private async Task<string> Name(string task) => (await Api.IncrSyncs()).Single(c => c.Task == task).Name;

    private Task<TimeSpan> Is(string task, string state) => Eventually.Holds(async () =>
        (await Api.IncrSyncs()).FirstOrDefault(c => c.Task == task) is var now && now?.State == state ? null : $"{now}", Soon);

    private async Task<FakeSupervisor> Host(string region, string name)
    {
        var host = new FakeSupervisor(Api, region, name);
        await Eventually.Holds(
            async () => await Api.HostState(name) is not "Online" and var state ? $"{name} is {state}" : null, Soon);
        return host;
    }
}
