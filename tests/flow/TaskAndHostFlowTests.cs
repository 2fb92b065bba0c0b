using System.Net.Http.Json;

namespace Holdfast.Flow.Tests;

/// <summary>Tasks and hosts that come, change and go, through the gateway and all services.</summary>
[Trait("Category", "slow")]
public sealed class TaskAndHostFlowTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private Api Api => services.Api;

    [Fact]
    public async Task A_task_is_changed_released_deleted_and_made_again_under_its_id()
    {
        await using var host = await Host("tasks", "k1");
        await Api.CreateTask("again", "tasks", ["run"]);
        await Is("again", "RUNNING");
        await Refused(400, "HA-116", HttpMethod.Patch, "/api/v1/tasks/again", new JsonObject { ["region"] = "tasks" });
        await Refused(409, "HA-118", HttpMethod.Delete, "/api/v1/tasks/again", null);
        var changed = await Api.Patch("/api/v1/tasks/again", new JsonObject
        {
            ["name"] = "再来", ["incrSync"] = new JsonObject { ["command"] = new JsonArray("run", "faster") },
        });
        Assert.Equal((HttpStatusCode.OK, "再来", "RUNNING_MODIFYING"),
            (changed.Status, (string?)changed.Body["name"], (string?)changed.Body["status"]));
        await Is("again", "RUNNING");
        Assert.Equal((2L, "faster"), (Assert.Single(host.Desired).Epoch, Assert.Single(host.Desired).Command[1]));

        await Api.Send(HttpMethod.Post, "/api/v1/tasks/again/release");
        await Is("again", "RELEASED");
        Assert.Equal("DELETED", (string?)(await Api.Send(HttpMethod.Delete, "/api/v1/tasks/again")).Body["status"]);
        await Refused(404, "HA-112", HttpMethod.Delete, "/api/v1/tasks/again", null);
        await Api.CreateTask("again", "tasks", ["run"]);
        await Is("again", "RUNNING");
        // Above all that the id ever had.
        await Eventually.Holds(() => Task.FromResult(host.Desired is [{ Epoch: 3 }] ? null : $"{host.Desired.Count} components"), Soon);
    }

    [Fact]
    public async Task A_host_that_is_gone_is_forgotten_and_comes_back_as_a_new_one()
    {
        await using var other = await Host("gone", "g1");
        var host = await Host("gone", "g2");
        await Api.Patch("/api/v1/hosts/g2", new JsonObject { ["tags"] = new JsonArray("ssd") });
        await Refused(400, "HA-120", HttpMethod.Delete, "/api/v1/hosts/g2?confirm=g1", null);
        await host.FallSilent();
        await Eventually.Holds(async () => await Api.HostState("g2") is not "Down" and var state ? $"{state}" : null, Soon);
        var deleted = await Api.Send(HttpMethod.Delete, "/api/v1/hosts/g2?confirm=g2");
        Assert.Equal((HttpStatusCode.OK, "Down"), (deleted.Status, (string?)deleted.Body["was"]));
        Assert.Equal("HA-110", (await Api.Get("/api/v1/hosts/g2")).Code);
        await using var next = await Host("gone", "g2", incarnation: 2);
        Assert.Empty((await Api.Get("/api/v1/hosts/g2")).Body["tags"]!.AsArray());
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a\u200b")]
    public async Task Nothing_is_made_under_an_id_that_a_path_cannot_carry(string id)
    {
        var task = await Api.Post("/api/v1/tasks", new JsonObject { ["id"] = id, ["name"] = "n" });
        Assert.Contains("id", task.Fields);
        var token = new JsonObject { ["name"] = id, ["scopes"] = new JsonArray("read") };
        Assert.Equal("CO-106", (await Api.Post("/api/v1/tokens", token)).Code);
        Assert.Equal("HB-404", (await Api.Send(HttpMethod.Post, $"/api/v1/hosts/-/tokens?id={Uri.EscapeDataString(id)}")).Code);
        var report = new JsonObject
        {
            ["host"] = id, ["incarnation"] = 1, ["sequence"] = 1, ["region"] = "r", ["idc"] = "i", ["address"] = "a",
            ["usage"] = new JsonObject { ["cpu"] = 0, ["memory"] = 0, ["disk"] = 0 },
        };
        var heard = await Api.Post("/api/v1/heartbeats", report);
        Assert.Equal(("HB-103", "host"), (heard.Code, Assert.Single(heard.Fields)));
    }

    private async Task Refused(int status, string code, HttpMethod method, string path, JsonObject? body)
    {
        var answer = await Api.Send(method, path, body is null ? null : JsonContent.Create<JsonNode>(body));
        Assert.Equal((status, code), ((int)answer.Status, answer.Code));
        Assert.NotEmpty((string)answer.Body["workaround"]!);
    }

    private Task<TimeSpan> Is(string task, string status) => Eventually.Holds(async () =>
        (await Api.Get($"/api/v1/tasks/{task}")).Body is var now && (string?)now["status"] == status ? null : $"{now}", Soon);

    private async Task<FakeSupervisor> Host(string region, string name, long incarnation = 1)
    {
        var host = new FakeSupervisor(Api, region, name, incarnation);
        await Eventually.Holds(
            async () => await Api.HostState(name) is not "Online" and var state ? $"{name} is {state}" : null, Soon);
        return host;
    }
}
