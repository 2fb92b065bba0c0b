using System.Reflection;

namespace Holdfast.Rules.HaScheduler.Config;

/// <summary>Lists the keys of ha.config, as the properties of <see cref="HaConfig"/> declare them.</summary>
internal static class HaConfigKeys
{
    /// <summary>Most overrides of regions, and of tasks: the whole of it travels in one message.</summary>
    internal const int OverridesMax = 1000;

    internal static IReadOnlyList<HaConfigKey> All { get; } =
    [
        .. typeof(HaConfig).GetProperties().OrderBy(property => property.MetadataToken)
            .Select(property => property.GetCustomAttribute<KeyAttribute>() is { } key ? HaConfigKey.Of(property, key) : null)
            .OfType<HaConfigKey>(),
    ];

    /// <summary>Names that a change may carry without effect, each with the reason, which a reader of the answer must be told.</summary>
    internal static IReadOnlyDictionary<string, string> Ignored { get; } = new Dictionary<string, string>(
        typeof(HaConfig).GetProperties().OrderBy(property => property.MetadataToken)
            .Where(property => property.IsDefined(typeof(PassedOverAttribute)))
            .Select(property => KeyValuePair.Create(
                HaConfigKey.NameOf(property), property.GetCustomAttribute<PassedOverAttribute>()!.Why)),
        StringComparer.Ordinal)
    {
        ["version"] = "said by the service; If-Match makes a change depend on it",
        ["changedBy"] = "said by the service, which notes X-Holdfast-User",
        ["changedAt"] = "said by the service",
    };

    private static readonly Dictionary<string, HaConfigKey> ByName = All.ToDictionary(k => k.Name, StringComparer.Ordinal);

    internal static HaConfigKey? Find(string name) => ByName.GetValueOrDefault(name);
}
