namespace Holdfast.DataPlane.Tests.Fleet;

/// <summary>The task that moves the bank's rows: configurations of its Store and its Incr-Sync, and the request that makes it.</summary>
internal sealed class FleetTask(FleetScene scene, TempDirectory folder, int port)
{
    internal async Task Create()
    {
        Write("store.json", new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = Sqlite("source.db"),
                ["subtopic"] = FleetScene.Task,
                ["api"] = $"http://127.0.0.1:{port}",
                ["tokenFile"] = folder.File("token"),
                ["tables"] = new JsonArray([.. Bank.Collected.Select(t => (JsonNode)t)]),
            },
        });
        Write("sync.json", new JsonObject
        {
            ["incrSync"] = new JsonObject
            {
                ["api"] = $"http://127.0.0.1:{port}", ["subtopic"] = FleetScene.Task, ["sink"] = Sqlite("sink.db"),
            },
        });
        foreach (var host in FleetScene.Hosts)
        {
            await Eventually.Holds(
                async () => await scene.Api.HostState(host) is not "Online" and var state ? $"{host} is {state}" : null,
                FleetScene.StartMax);
        }

        await Eventually.Holds(async () => (await scene.Api.Put("/api/v1/ha/config", new JsonObject
        {
            ["checkRequestIntervalSec"] = 0, ["restartBackoffUnitSec"] = 0.1,
        })) is { Status: not HttpStatusCode.OK } refused ? $"{refused}" : null, FleetScene.StartMax);
        var made = await scene.Api.Post("/api/v1/tasks", new JsonObject
        {
            ["id"] = FleetScene.Task,
            ["name"] = FleetScene.Task,
            ["type"] = "synchronization",
            ["region"] = "local",
            ["source"] = new JsonObject { ["name"] = FleetScene.Task, ["region"] = "local" },
            ["incrSync"] = new JsonObject { ["command"] = Command("incr-sync", "sync.json"), ["desired"] = "Running" },
            ["store"] = new JsonObject { ["command"] = Command("store", "store.json") },
        });
        Assert.True(made.Status == HttpStatusCode.Created, $"{made}");
        await Eventually.Holds(
            async () => scene.Components().Any(c => c.Kind == "Incr-Sync") ? null : await scene.Told(), FleetScene.StartMax);
    }

    private JsonArray Command(string role, string config) =>
        [Path.Combine(AppContext.BaseDirectory, PointRequests.Program), scene.Points.Folder, role, "--config", folder.File(config)];

    private JsonObject Sqlite(string file) => new() { ["kind"] = "sqlite", ["path"] = folder.File(file) };

    private void Write(string name, JsonObject config)
    {
        File.WriteAllText(folder.File(name), config.ToJsonString());
        File.SetUnixFileMode(folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
