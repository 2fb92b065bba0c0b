using System.Reflection;

namespace Holdfast.Contracts;

/// <summary>Marks a key of ha.config with which people switch HA off, as a whole or for one kind of thing.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class HaSwitchAttribute : Attribute;

/// <summary>Keys of ha.config that switch HA off, as <see cref="HaConfig"/> marks them.</summary>
public static class HaSwitches
{
    /// <summary>By their names in JSON, in their order there.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(HaConfig).GetProperties().Where(property => property.IsDefined(typeof(HaSwitchAttribute)))
            .OrderBy(property => property.MetadataToken).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)),
    ];
}
