using System.Net;
using System.Net.Http.Json;
using Holdfast.App.Processes;
using Holdfast.Engine.Seams;
using Microsoft.Data.Sqlite;

namespace Holdfast.App.Fleet;

/// <summary>Tasks that a run shows, with the protection levels, made through the API, as an operator would.</summary>
/// <param name="tasks">Which ones.</param>
/// <param name="http">With a token.</param>
/// <param name="data">The run's data directory.</param>
/// <param name="api">The API at which Incr-Syncs resolve their Stores, with token and authorities.</param>
/// <param name="time">The clock.</param>
internal sealed class SampleTasks(IReadOnlyList<DemoTask> tasks, HttpClient http, string data, JsonObject api, TimeProvider time)
{
    private const int KeepHours = 24;
    private const long QuotaBytes = 64 << 20;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Max = TimeSpan.FromSeconds(30);

    /// <summary>Tasks of these names whose source and sink are not here: an older version made them, or somebody else did.</summary>
    internal IReadOnlyList<string> Others { get; private set; } = [];

    /// <summary>Creates those that are not there, and tells the others where source and sink are now; tries again for a while.</summary>
    /// <param name="start">From when on a task's source is captured, which it may make: unix seconds. Null: it is not made.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>Null, or why not all are there.</returns>
    internal async Task<string?> CreateAll(Func<DemoTask, CancellationToken, Task<long?>> start, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Max, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        string? fault = null;
        try
        {
            // A task is refused until a host of its region has reported.
            while ((fault = await CreateIfAbsent(start, either.Token)) is not null)
            {
                await Task.Delay(Interval, time, either.Token);
            }

            return null;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or SourceFaultException
            or SqliteException or IOException)
        {
            return fault ?? error.Message;
        }
    }

    /// <summary>The same, of tasks whose sources were all made at once; null: those that are not there are not to be made.</summary>
    internal Task<string?> CreateAll(long? start, CancellationToken cancel) => CreateAll((_, _) => Task.FromResult(start), cancel);

    /// <summary>Names of all Stores; null: not all are known.</summary>
    internal static async Task<IReadOnlyCollection<string>?> Stores(HttpClient http, CancellationToken cancel)
    {
        var page = await http.GetFromJsonAsync<JsonObject>("/api/v1/stores", cancel);
        return page?["items"] is JsonArray items && page["next"] is null
            ? items.Select(s => $"{s!["name"]}").ToHashSet(StringComparer.Ordinal) : null;
    }

    private async Task<string?> CreateIfAbsent(Func<DemoTask, CancellationToken, Task<long?>> start, CancellationToken cancel)
    {
        var others = new List<string>();
        foreach (var sample in tasks)
        {
            using var found = await http.GetAsync(Path(sample), cancel);
            var fault = found.StatusCode == HttpStatusCode.NotFound ? await Create(sample, start, cancel)
                : !found.IsSuccessStatusCode ? $"GET {Path(sample)}: {(int)found.StatusCode}"
                : sample.IsIn(data) ? await Refresh(sample, cancel)
                : null;
            if (fault is not null)
            {
                return fault;
            }

            if (found.IsSuccessStatusCode && !sample.IsIn(data))
            {
                others.Add(sample.Id);
            }
        }

        Others = others;
        return null;
    }

    private async Task<string?> Create(
        DemoTask sample, Func<DemoTask, CancellationToken, Task<long?>> start, CancellationToken cancel)
    {
        // A task must be in a region that has hosts; none has reported yet when services and supervisors have only just started.
        if (await http.GetFromJsonAsync<JsonObject>("/api/v1/hosts?limit=1", cancel) is not { } hosts
            || hosts["items"] is not JsonArray { Count: > 0 })
        {
            return "GET /api/v1/hosts: no host has reported yet";
        }

        if (await start(sample, cancel) is not { } begins)
        {
            return null;
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
            ["log"] = sample.KeptSeconds is { } kept ? new JsonObject { ["retentionSec"] = kept } : null,
        };
        body["startTimestamp"] = begins;
        using var created = await http.PostAsJsonAsync("/api/v1/tasks", body, cancel);
        return created.IsSuccessStatusCode || created.StatusCode == HttpStatusCode.Conflict ? null
            : $"POST /api/v1/tasks ({sample.Id}): {(int)created.StatusCode} {await created.Content.ReadAsStringAsync(cancel)}";
    }

    /// <summary>Address and folders may be others than in the run before; what is the same already changes nothing.</summary>
    private async Task<string?> Refresh(DemoTask sample, CancellationToken cancel)
    {
        using var changed = await http.PatchAsJsonAsync(Path(sample), Components(sample), cancel);
        return changed.IsSuccessStatusCode ? null
            : $"PATCH {Path(sample)}: {(int)changed.StatusCode} {await changed.Content.ReadAsStringAsync(cancel)}";
    }

    private JsonObject Components(DemoTask sample)
    {
        var sync = (JsonObject)api.DeepClone();
        sync["subtopic"] = sample.Subtopic;
        sync["sink"] = sample.SinkIn(data);
        var store = new JsonObject
        {
            ["source"] = sample.SourceIn(data),
            ["subtopic"] = sample.Subtopic,
            ["keepHours"] = KeepHours,
            ["quotaBytes"] = QuotaBytes,
        };
        if (sample.Tables.Count > 0)
        {
            store["tables"] = new JsonArray([.. sample.Tables.Select(t => (JsonNode)t)]);
        }

        return new JsonObject
        {
            ["incrSync"] = new JsonObject { ["command"] = Command("incr-sync"), ["config"] = new JsonObject { ["incrSync"] = sync } },
            ["store"] = new JsonObject { ["command"] = Command("store"), ["config"] = new JsonObject { ["store"] = store } },
        };
    }

    private static string Path(DemoTask sample) => $"/api/v1/tasks/{sample.Id}";

    private static JsonArray Command(string role) =>
        [.. Children.CommandOf("data", "holdfast-data").Append(role).Select(argument => (JsonNode)argument)];
}
