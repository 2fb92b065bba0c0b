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
/// <param name="api">Where Incr-Syncs resolve their Stores, and with which token and authorities.</param>
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
            using var found = await http.GetAsync(Path(sample), cancel);
            var fault = found.StatusCode == HttpStatusCode.NotFound ? await Create(sample, cancel)
                : !found.IsSuccessStatusCode ? $"GET {Path(sample)}: {(int)found.StatusCode}"
                : sample.IsIn(data) ? await Refresh(sample, cancel)
                : null;
            if (fault is not null)
            {
                return fault;
            }

            if (!sample.IsIn(data))
            {
                others.Add(sample.Id);
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

    private async Task<string?> Create(SampleTask sample, CancellationToken cancel)
    {
        // A task must be in a region that has hosts; none has reported yet when services and supervisors have only just started.
        if (await http.GetFromJsonAsync<JsonObject>("/api/v1/hosts?limit=1", cancel) is not { } hosts
            || hosts["items"] is not JsonArray { Count: > 0 })
        {
            return "GET /api/v1/hosts: no host has reported yet";
        }

        // What a deleted task of this name left is not this task's.
        if (!_made.TryGetValue(sample.Id, out var start))
        {
            _made[sample.Id] = start = await sample.Make(data, time, cancel);
        }

        var body = Components(sample);
        body["incrSync"]!["desired"] = sample.Desired;
        body["id"] = sample.Id;
        body["name"] = sample.Id;
        body["type"] = "synchronization";
        body["region"] = FleetHost.Region;
        body["protection"] = sample.Protection;
        body["source"] = new JsonObject
        {
            ["name"] = sample.Subtopic,
            ["region"] = FleetHost.Region,
            ["log"] = sample.IsBusy ? new JsonObject { ["retentionSec"] = RetentionSeconds } : null,
        };
        body["startTimestamp"] = start;
        using var created = await http.PostAsJsonAsync("/api/v1/tasks", body, cancel);
        return created.IsSuccessStatusCode || created.StatusCode == HttpStatusCode.Conflict ? null
            : $"POST /api/v1/tasks ({sample.Id}): {(int)created.StatusCode} {await created.Content.ReadAsStringAsync(cancel)}";
    }

    /// <summary>Address and folders may be others than in the run before; what is the same already changes nothing.</summary>
    private async Task<string?> Refresh(SampleTask sample, CancellationToken cancel)
    {
        using var changed = await http.PatchAsJsonAsync(Path(sample), Components(sample), cancel);
        return changed.IsSuccessStatusCode ? null
            : $"PATCH {Path(sample)}: {(int)changed.StatusCode} {await changed.Content.ReadAsStringAsync(cancel)}";
    }

    private JsonObject Components(SampleTask sample)
    {
        var sync = (JsonObject)api.DeepClone();
        sync["subtopic"] = sample.Subtopic;
        sync["sink"] = SampleTask.Sqlite(sample.Sink(data));
        var store = new JsonObject
        {
            ["source"] = SampleTask.Sqlite(sample.Source(data)),
            ["subtopic"] = sample.Subtopic,
            ["keepHours"] = KeepHours,
            ["quotaBytes"] = QuotaBytes,
        };
        return new JsonObject
        {
            ["incrSync"] = new JsonObject { ["command"] = Command("incr-sync"), ["config"] = new JsonObject { ["incrSync"] = sync } },
            ["store"] = new JsonObject { ["command"] = Command("store"), ["config"] = new JsonObject { ["store"] = store } },
        };
    }

    private static string Path(SampleTask sample) => $"/api/v1/tasks/{sample.Id}";

    private static JsonArray Command(string role) =>
        [.. Children.Program("data", "holdfast-data").Append(role).Select(argument => (JsonNode)argument)];
}
