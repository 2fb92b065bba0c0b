using Holdfast.Platform.State;

namespace Holdfast.HaScheduler.State;

/// <summary>One change of ha.config, kept for good: who, when, why, what it was before and after. Key: version.</summary>
internal sealed record HaConfigChange
{
    public required string Id { get; init; }
    public required int Version { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? Reason { get; init; }
    public required HaConfig Before { get; init; }
    public required HaConfig After { get; init; }

    /// <summary>Makes the entry from the current document alone, so that any replica that finds it missing can write it.</summary>
    internal static HaConfigChange Of(HaConfigDocument current) => new()
    {
        Id = $"v{current.Version:d9}",
        Version = current.Version,
        By = current.By,
        At = current.At,
        Reason = current.Reason,
        Before = current.Before,
        After = current.Config,
    };
}

/// <summary>Compares ha.config before and after a change.</summary>
internal static class HaConfigDifference
{
    internal static HaConfigChangeView Of(HaConfigChange change) =>
        new(change.Version, change.By, change.At, change.Reason, Changes(change.Before, change.After));

    internal static IReadOnlyList<ChangedKey> Changes(HaConfig before, HaConfig after)
    {
        var (were, are) = (Keys(before), Keys(after));
        return [.. were.Keys.Union(are.Keys, StringComparer.Ordinal)
            .Select(key => new ChangedKey(key, were.GetValueOrDefault(key), are.GetValueOrDefault(key)))
            .Where(c => !JsonNode.DeepEquals(c.Before, c.After))];
    }

    /// <summary>Every value by its path.</summary>
    private static Dictionary<string, JsonNode> Keys(HaConfig config)
    {
        var keys = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        Walk("", JsonSerializer.SerializeToNode(config, StateJson.Options)!);
        return keys;

        void Walk(string path, JsonNode node)
        {
            foreach (var (name, value) in node.AsObject())
            {
                if (value is JsonObject)
                {
                    Walk($"{path}{name}.", value);
                }
                else if (value is not null)
                {
                    keys[path + name] = value;
                }
            }
        }
    }
}
