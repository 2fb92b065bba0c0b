using System.Text.Json;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.HaScheduler;

/// <summary>Configurations of a task's components, as people give them. Pure.</summary>
internal static class TaskConfigs
{
    /// <summary>Nothing of the value is told: it may be a secret.</summary>
    internal static FieldFault? WhyNot(string component, JsonElement? given)
    {
        if (given is not { } config || ComponentConfig.Broken(config) is not { } broken)
        {
            return null;
        }

        var field = component + ".config";
        return new FieldFault(broken.Member.Length == 0 ? field : $"{field}.{broken.Member}",
            config.ValueKind == JsonValueKind.Object ? "not shown" : $"a JSON {config.ValueKind}", broken.Rule);
    }

    internal static string? TextOf(JsonElement? given) => given is { } config ? ComponentConfig.TextOf(config) : null;
}
