using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>Asks the running services what an upgrade needs to know, and switches HA for it.</summary>
internal static class UpgradeAsking
{
    internal const string Config = "/api/v1/ha/config";

    internal static async Task<JsonObject> Get(Asking api, string path) => (JsonObject)await api.Get(path);

    internal static Task<IReadOnlyList<HostView>> Hosts(Asking api) => api.All<HostView>("/api/v1/hosts?components=false");

    internal static async Task<List<string>> Missing(Asking api, UpgradeRecord record)
    {
        var online = (await Hosts(api)).Where(h => h.State == HostState.Online).Select(h => h.Host);
        return [.. record.Hosts.Except(online, StringComparer.Ordinal)];
    }

    internal static Task Switch(Asking api, bool on) =>
        api.Send(HttpMethod.Put, $"{Config}?reason=upgrade", new JsonObject { ["enable"] = on }, by: "upgrade");

    /// <summary>Regions and tasks for which HA is on by an override of their own.</summary>
    internal static IEnumerable<string> Overrides(JsonObject config) =>
        from scope in config
        where scope.Value is JsonObject
        from one in scope.Value!.AsObject()
        where one.Value is JsonObject keys && keys["enable"]?.GetValueKind() == System.Text.Json.JsonValueKind.True
        select $"{scope.Key} {one.Key}";
}
