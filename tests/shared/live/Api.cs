using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Holdfast.Tests;

/// <summary>An answer of the HTTP API.</summary>
internal sealed record Answer(HttpStatusCode Status, JsonObject Body)
{
    internal string Code => (string?)Body["code"] ?? "";

    /// <summary>Names of the fields that a refusal complains of.</summary>
    internal IEnumerable<string> Fields => (Body["errors"] as JsonArray ?? []).Select(e => (string?)e?["field"] ?? "");
}

/// <summary>A component as the API lists it.</summary>
internal sealed record Listed(
    string Name, string Kind, string Task, string Host, long Epoch, string Desired, string State, int? Pid)
{
    internal static Listed Of(JsonObject json) => new(
        (string)json["name"]!, (string)json["kind"]!, (string?)json["task"] ?? "", (string?)json["host"] ?? "",
        (long?)json["epoch"] ?? 0, (string)json["desired"]!, (string)json["state"]!, (int?)json["pid"]);
}

/// <summary>The HTTP API as an operator uses it.</summary>
internal sealed class Api : IDisposable
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal Api(string url, string token)
    {
        Http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(20) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    internal HttpClient Http { get; }

    /// <param name="version">For If-Match; null: none is sent.</param>
    internal async Task<Answer> Send(HttpMethod method, string path, HttpContent? body = null, string? version = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        if (version is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", version);
        }

        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        return new Answer(response.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }

    internal Task<Answer> Get(string path) => Send(HttpMethod.Get, path);

    internal Task<Answer> Post(string path, JsonNode body) => Send(HttpMethod.Post, path, JsonContent.Create(body));

    internal Task<Answer> Put(string path, JsonNode body) => Send(HttpMethod.Put, path, JsonContent.Create(body));

    internal Task<Answer> Patch(string path, JsonNode body, string? version = null) =>
        Send(HttpMethod.Patch, path, JsonContent.Create(body), version);

    /// <summary>The first page, as long as a page may be.</summary>
    internal async Task<IReadOnlyList<JsonObject>> List(string path)
    {
        var answer = await Get($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=500");
        Assert.True(answer.Status == HttpStatusCode.OK, $"GET {path}: {answer.Status} {answer.Body}");
        return [.. answer.Body["items"]!.AsArray().Select(i => i!.AsObject())];
    }

    internal async Task<IReadOnlyList<Listed>> Components() =>
        [.. (await List("/api/v1/components")).Select(Listed.Of)];

    internal async Task<IReadOnlyList<Listed>> IncrSyncs() =>
        [.. (await Components()).Where(c => c.Kind == "Incr-Sync")];

    /// <summary>
    /// Forgets the falls of hosts. Tests fell one host after the other: those flap, so that single falls are not told any more. Incr-Syncs
    /// and Stores that they move become suspects of it, and are held in the end. So no test remembers what the one before it has felled.
    /// </summary>
    internal async Task ForgetFalls()
    {
        foreach (var host in await List("/api/v1/hosts?components=false"))
        {
            var released = await Post($"/api/v1/hosts/{host["host"]}/release", new JsonObject());
            Assert.True(released.Status == HttpStatusCode.NoContent, $"{host["host"]}: {released.Status} {released.Body}");
        }

        foreach (var component in await List("/api/v1/components"))
        {
            var released = await Post($"/api/v1/ha/suspects/{component["name"]}/release", new JsonObject());
            // A redundant Store may be gone by now.
            Assert.True(released is { Status: HttpStatusCode.NoContent } or { Status: HttpStatusCode.NotFound, Code: "HA-111" },
                $"{component["name"]}: {released.Status} {released.Body}");
        }
    }

    internal async Task<string> HostState(string host) =>
        (string?)(await Get($"/api/v1/hosts/{host}")).Body["state"] ?? "unknown";

    internal async Task CreateTask(string id, string region, JsonArray command, string desired = "Running")
    {
        var answer = await Post("/api/v1/tasks", new JsonObject
        {
            ["name"] = id,
            ["type"] = "synchronization",
            ["region"] = region,
            ["source"] = new JsonObject { ["name"] = $"{id}-db" },
            ["incrSync"] = new JsonObject { ["command"] = command, ["desired"] = desired },
        });
        Assert.True(answer.Status == HttpStatusCode.Created, $"task {id}: {answer.Status} {answer.Body}");
    }

    public void Dispose() => Http.Dispose();
}
