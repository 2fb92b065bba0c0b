namespace Holdfast.Flow.Tests;

/// <summary>Stores over HTTP, from a task that asks for one to its deletion, with what is refused on the way.</summary>
[Trait("Category", "slow")]
public sealed class StoreApiTests(InMemoryServices services) : IClassFixture<InMemoryServices>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private Api Api => services.Api;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    [Fact]
    public async Task A_store_is_asked_for_resolved_operated_and_deleted()
    {
        await using var host = new FakeSupervisor(Api, "stores", "st1");
        await Eventually.Holds(async () => await Api.HostState("st1") is not "Online" and var state ? state : null, Soon);
        await Create("sync-1", share: null, HttpStatusCode.Created);
        await Create("sync-2", share: null, HttpStatusCode.Created);
        await Create("sync-3", share: false, HttpStatusCode.Created);
        await Create("copy-1", share: true, HttpStatusCode.BadRequest, "migration");
        await Eventually.Holds(
            async () => await Running("shared-db") + await Running("sync-3-shared-db") is not 2 and var n ? $"{n}" : null, Soon);
        var store = (await Api.List("/api/v1/stores?subtopic=shared-db")).Single();
        var name = (string)store["name"]!;
        Assert.Equal(["sync-1", "sync-2"], store["tasks"]!.AsArray().Select(t => (string)t!).Order());

        var resolved = await Api.Get($"/api/v1/stores/resolve?subtopic=shared-db&checkpoint={Now}");
        Assert.Equal((name, "st1"), ((string)resolved.Body["store"]!, (string)resolved.Body["host"]!));
        await Refused("ST-101", 400, HttpMethod.Get, "/api/v1/stores/resolve");
        await Refused("ST-111", 404, HttpMethod.Get, $"/api/v1/stores/resolve?subtopic=nonsense&checkpoint={Now}");
        await Refused("ST-112", 400, HttpMethod.Get, $"/api/v1/stores/resolve?subtopic=shared-db&checkpoint={Now + 1000}");
        await Refused("ST-101", 400, HttpMethod.Get, $"/api/v1/stores/resolve?subtopic=shared-db&checkpoint={Now}&position=here");
        // Its source's clock was ahead and is set back: who knows its exact position is served all the same.
        var exact = await Api.Get($"/api/v1/stores/resolve?subtopic=shared-db&checkpoint={Now + 1000}&position=1/2A&systemId=a&avoid=b");
        Assert.True(exact.Status == HttpStatusCode.OK, $"{exact.Body}");
        await Refused("ST-114", 409, HttpMethod.Get, $"/api/v1/stores/resolve?subtopic=sync-3-shared-db&checkpoint={Now - 90_000}");
        await Refused("ST-113", 400, HttpMethod.Get, $"/api/v1/stores/resolve?subtopic=shared-db&checkpoint={Now - 90_000}");
        await Refused("ST-111", 404, HttpMethod.Get, "/api/v1/stores/coverage?subtopic=nonsense");
        await Refused("PF-105", 400, HttpMethod.Get, "/api/v1/stores/tickets?limit=0");
        await Refused("PF-103", 400, HttpMethod.Get, "/api/v1/stores/resolve?subtopic=shared-db&checkpoint=soon");

        var path = $"/api/v1/stores/{Uri.EscapeDataString(name)}";
        await Refused("ST-117", 400, HttpMethod.Delete, path);
        await Refused("ST-110", 404, HttpMethod.Post, "/api/v1/stores/nonsense/start");
        await Refused("ST-101", 400, HttpMethod.Post, path + "/pause?reason=%07");
        await Refused("ST-119", 404, HttpMethod.Post, "/api/v1/stores/tickets/nonsense/approve");
        await Done(await Api.Send(HttpMethod.Post, path + "/pause?reason=disk"));
        var started = await Api.Send(HttpMethod.Post, path + "/start");
        await Done(started);
        var done = Uri.EscapeDataString((string)started.Body["id"]!);
        await Refused("ST-124", 409, HttpMethod.Post, $"/api/v1/stores/tickets/{done}/approve");
        await Done(await Api.Patch(path + "/configuration", new JsonObject { ["command"] = new JsonArray("store", "--fast") }));
        Assert.Equal("--fast", (string?)(await Api.Get(path)).Body["command"]![1]);
        await Done(await Api.Send(HttpMethod.Delete, $"{path}?confirm={Uri.EscapeDataString(name)}"));
        await Refused("ST-110", 404, HttpMethod.Get, path);
        Assert.Equal("ST-202", (string?)(await Api.Get("/api/v1/stores/why?subtopic=shared-db")).Body["code"]);
    }

    private async Task Create(string id, bool? share, HttpStatusCode status, string type = "synchronization")
    {
        var answer = await Api.Post("/api/v1/tasks", new JsonObject
        {
            ["name"] = id, ["type"] = type, ["region"] = "stores", ["shareStore"] = share,
            ["source"] = new JsonObject
            {
                ["name"] = "shared-db", ["log"] = share is null ? new JsonObject { ["retentionSec"] = 86_400 } : null,
            },
            ["incrSync"] = new JsonObject { ["command"] = new JsonArray("run") },
            ["store"] = new JsonObject { ["command"] = new JsonArray("store") },
        });
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Body}");
        Assert.Equal(status == HttpStatusCode.BadRequest ? ["shareStore"] : [], answer.Fields);
    }

    private async Task<int> Running(string subtopic) => (await Api.List($"/api/v1/stores?subtopic={subtopic}&state=Running")).Count;

    private async Task Refused(string code, int status, HttpMethod method, string path)
    {
        var answer = await Api.Send(method, path);
        Assert.True((answer.Code, (int)answer.Status) == (code, status), $"{path}: {answer.Status} {answer.Body}");
        Assert.NotEmpty((string?)answer.Body["workaround"] ?? "");
    }

    private async Task Done(Answer ticket)
    {
        Assert.True(ticket.Status == HttpStatusCode.Accepted, $"{ticket.Status} {ticket.Body}");
        var path = $"/api/v1/stores/tickets/{Uri.EscapeDataString((string)ticket.Body["id"]!)}";
        await Eventually.Holds(
            async () => (await Api.Get(path)).Body is var now && (string?)now["status"] == "Successful" ? null : $"{now}", Soon);
    }
}
