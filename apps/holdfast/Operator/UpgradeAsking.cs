using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Holdfast.App.Operator;

/// <summary>What an upgrade asks of the running services, and tells them.</summary>
internal static class UpgradeAsking
{
    internal const string Config = "/api/v1/ha/config";

    internal static async Task<JsonObject> Get(HttpClient http, string path, CancellationToken cancel) =>
        await http.GetFromJsonAsync<JsonObject>(path, cancel) ?? [];

    internal static async Task<List<(string Host, string State)>> Hosts(HttpClient http, CancellationToken cancel)
    {
        var hosts = new List<(string, string)>();
        string? next = null;
        do
        {
            var page = await Get(http, "/api/v1/hosts?limit=1000" + (next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}"), cancel);
            hosts.AddRange(page["items"]!.AsArray().Select(h => ((string)h!["host"]!, (string)h["state"]!)));
            next = (string?)page["next"];
        }
        while (next is not null);
        return hosts;
    }

    internal static async Task<List<string>> Missing(HttpClient http, UpgradeRecord record, CancellationToken cancel)
    {
        var online = (await Hosts(http, cancel)).Where(h => h.State == "Online").Select(h => h.Host);
        return [.. record.Hosts.Except(online, StringComparer.Ordinal)];
    }

    internal static async Task Switch(HttpClient http, bool on, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Config}?reason=upgrade")
        {
            Content = JsonContent.Create(new JsonObject { ["enable"] = on }),
        };
        request.Headers.Add("X-Holdfast-User", "upgrade");
        using var answer = await http.SendAsync(request, cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Regions and tasks for which HA is on by an override of their own.</summary>
    internal static IEnumerable<string> Overrides(JsonObject config) =>
        from scope in config
        where scope.Value is JsonObject
        from one in scope.Value!.AsObject()
        where one.Value is JsonObject keys && keys["enable"]?.GetValueKind() == System.Text.Json.JsonValueKind.True
        select $"{scope.Key} {one.Key}";
}
