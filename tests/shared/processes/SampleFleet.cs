using Holdfast.App.Fleet;

namespace Holdfast.Tests;

/// <summary>
/// Tasks of the sample components, whose sinks write down each attempt with its epoch and time: for what is about supervisors,
/// fencing and the scheduler, not about rows.
/// </summary>
internal static class SampleFleet
{
    private static readonly (string Id, string Protection)[] All =
        [("orders", "HIGH"), ("customers", "MEDIUM"), ("stock", "LOW"), ("archive", "LOW")];

    internal static int Count => All.Length;

    /// <summary>One of them stopped.</summary>
    /// <param name="api">Of the services.</param>
    /// <param name="data">The folder to which the components write.</param>
    internal static async Task CreateTasks(Api api, string data)
    {
        foreach (var (id, protection) in All)
        {
            var body = new JsonObject
            {
                ["id"] = id, ["name"] = id, ["type"] = "synchronization", ["region"] = FleetHost.Region, ["protection"] = protection,
                ["source"] = new JsonObject { ["name"] = $"{id}-db", ["region"] = FleetHost.Region },
                ["incrSync"] = new JsonObject
                {
                    ["command"] = Sample("incr-sync", "--sink", Path.Combine(data, "sinks", id)),
                    ["desired"] = id == "archive" ? "Stopped" : "Running",
                },
                ["store"] = new JsonObject { ["command"] = Sample("store") },
            };
            await Eventually.Holds(
                async () => (int)(await api.Post("/api/v1/tasks", body.DeepClone())).Status is 201 or 409 ? null : $"task {id}",
                TimeSpan.FromSeconds(30));
        }
    }

    private static JsonArray Sample(params string[] arguments) =>
        [.. new[] { "dotnet", HoldfastProcess.Beside("sample/holdfast-sample.dll") }.Concat(arguments).Select(a => (JsonNode)a)];
}
