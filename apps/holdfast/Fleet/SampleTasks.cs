using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Holdfast.App.Processes;

namespace Holdfast.App.Fleet;

/// <summary>
/// Four tasks that show the protection levels and a stopped Incr-Sync; made through the API, as an operator
/// would.
/// </summary>
internal sealed class SampleTasks(HttpClient http, string data)
{
    private static readonly Sample[] Samples =
    [
        new("orders", "HIGH", "Running"), new("customers", "MEDIUM", "Running"), new("stock", "LOW", "Running"),
        new("archive", "LOW", "Stopped"),
    ];

    private sealed record Sample(string Id, string Protection, string Desired);

    /// <summary>Creates those that are not there; null, or why one could not be created.</summary>
    internal async Task<string?> CreateIfAbsent(CancellationToken cancel)
    {
        foreach (var sample in Samples)
        {
            using var found = await http.GetAsync($"/api/v1/tasks/{sample.Id}", cancel);
            if (found.StatusCode != HttpStatusCode.NotFound)
            {
                continue;
            }

            using var created = await http.PostAsJsonAsync("/api/v1/tasks", Body(sample), cancel);
            if (!created.IsSuccessStatusCode && created.StatusCode != HttpStatusCode.Conflict)
            {
                var problem = await created.Content.ReadAsStringAsync(cancel);
                return $"POST /api/v1/tasks ({sample.Id}): {(int)created.StatusCode} {problem}";
            }
        }

        return null;
    }

    private JsonObject Body(Sample sample) => new()
    {
        ["id"] = sample.Id,
        ["name"] = sample.Id,
        ["type"] = "synchronization",
        ["region"] = FleetHost.Region,
        ["protection"] = sample.Protection,
        ["source"] = new JsonObject { ["name"] = $"{sample.Id}-db", ["region"] = FleetHost.Region },
        ["incrSync"] = new JsonObject
        {
            ["command"] = Command("incr-sync", "--sink", Path.Combine(data, "sinks", sample.Id)),
            ["desired"] = sample.Desired,
        },
        ["store"] = new JsonObject { ["command"] = Command("store") },
    };

    private static JsonArray Command(params string[] arguments) =>
        [.. Children.Program("sample", "holdfast-sample").Concat(arguments).Select(argument => (JsonNode)argument)];
}
