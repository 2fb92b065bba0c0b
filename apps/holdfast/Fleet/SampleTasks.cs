using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Holdfast.App.Processes;
using Holdfast.Engine.Sqlite.Capture;

namespace Holdfast.App.Fleet;

/// <summary>
/// The tasks that a run shows: they move rows from SQLite to SQLite, with the protection levels and a stopped Incr-Sync; made through
/// the API, as an operator would.
/// </summary>
/// <param name="http">With a token.</param>
/// <param name="data">The run's data directory.</param>
/// <param name="api">Where Incr-Syncs ask for their Stores, with which token, and whom they believe.</param>
/// <param name="time">The clock.</param>
internal sealed class SampleTasks(HttpClient http, string data, JsonObject api, TimeProvider time)
{
    private const int KeepHours = 24;
    private const long QuotaBytes = 64 << 20;

    /// <summary>For how long SQLite's capture keeps what all have read.</summary>
    private const int RetentionSeconds = 3600;

    private readonly Dictionary<string, long> _made = new(StringComparer.Ordinal);

    /// <summary>Tasks of these names whose source and sink are not here: an older version made them, or somebody else did.</summary>
    internal IReadOnlyList<string> Others { get; private set; } = [];

    /// <summary>Sources that are to be written to.</summary>
    internal IReadOnlyList<string> BusySources => [.. SampleTask.All.Where(t => t.IsBusy && t.IsIn(data)).Select(t => t.Source(data))];

    /// <summary>Creates those that are not there; null, or why one could not be created.</summary>
    internal async Task<string?> CreateIfAbsent(CancellationToken cancel)
    {
        var others = new List<string>();
        foreach (var sample in SampleTask.All)
        {
            using var found = await http.GetAsync($"/api/v1/tasks/{sample.Id}", cancel);
            if (found.StatusCode != HttpStatusCode.NotFound)
            {
                if (!found.IsSuccessStatusCode)
                {
                    return $"GET /api/v1/tasks/{sample.Id}: {(int)found.StatusCode}";
                }

                if (sample.IsIn(data))
                {
                    // The address may be another one than in the run before.
                    Configure(sample);
                }
                else
                {
                    others.Add(sample.Id);
                }

                continue;
            }

            // What a deleted task of this name left is not this task's.
            if (!_made.TryGetValue(sample.Id, out var start))
            {
                _made[sample.Id] = start = await sample.Make(data, time, cancel);
            }

            Configure(sample);
            using var created = await http.PostAsJsonAsync("/api/v1/tasks", Body(sample, start), cancel);
            if (!created.IsSuccessStatusCode && created.StatusCode != HttpStatusCode.Conflict)
            {
                var problem = await created.Content.ReadAsStringAsync(cancel);
                return $"POST /api/v1/tasks ({sample.Id}): {(int)created.StatusCode} {problem}";
            }
        }

        Others = others;
        return null;
    }

    /// <summary>
    /// Stores that are gone for good read no source any more, and a source keeps its log for whoever has read it: those are forgotten, or
    /// it would grow until the workload rests.
    /// </summary>
    internal async Task ForgetStoresThatAreGone(CancellationToken cancel)
    {
        var page = await http.GetFromJsonAsync<JsonObject>("/api/v1/stores", cancel);
        if (page?["items"] is not JsonArray items || page["next"] is not null)
        {
            return; // not all are known
        }

        var known = items.Select(s => $"{s!["name"]}").ToHashSet(StringComparer.Ordinal);
        foreach (var source in BusySources)
        {
            foreach (var gone in SampleBank.Readers(source).Where(r => !known.Contains(r)))
            {
                await SqliteCapture.Forget(source, gone, cancel);
            }
        }
    }

    private JsonObject Body(SampleTask sample, long start) => new()
    {
        ["id"] = sample.Id,
        ["name"] = sample.Id,
        ["type"] = "synchronization",
        ["region"] = FleetHost.Region,
        ["protection"] = sample.Protection,
        ["source"] = new JsonObject
        {
            ["name"] = $"{sample.Id}-db",
            ["region"] = FleetHost.Region,
            ["log"] = sample.IsBusy ? new JsonObject { ["retentionSec"] = RetentionSeconds } : null,
        },
        ["startTimestamp"] = start,
        ["incrSync"] = new JsonObject
        {
            ["command"] = Command("incr-sync", ConfigFile(sample, "incr-sync")),
            ["desired"] = sample.Desired,
        },
        ["store"] = new JsonObject { ["command"] = Command("store", ConfigFile(sample, "store")) },
    };

    private void Configure(SampleTask sample)
    {
        Token.WritePrivately(ConfigFile(sample, "store"), new JsonObject
        {
            ["store"] = new JsonObject
            {
                ["source"] = SampleTask.Sqlite(sample.Source(data)),
                ["subtopic"] = $"{sample.Id}-db",
                ["keepHours"] = KeepHours,
                ["quotaBytes"] = QuotaBytes,
            },
        }.ToJsonString());
        var sync = (JsonObject)api.DeepClone();
        sync["subtopic"] = $"{sample.Id}-db";
        sync["sink"] = SampleTask.Sqlite(sample.Sink(data));
        Token.WritePrivately(ConfigFile(sample, "incr-sync"), new JsonObject { ["incrSync"] = sync }.ToJsonString());
    }

    private string ConfigFile(SampleTask sample, string role) => Path.Combine(sample.Folder(data), $"{role}.json");

    private static JsonArray Command(string role, string config) =>
        [.. Children.Program("data", "holdfast-data").Concat([role, "--config", config]).Select(argument => (JsonNode)argument)];
}
