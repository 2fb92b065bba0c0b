using System.Reflection;
using System.Text.Json.Serialization;

namespace Holdfast.Rules.HaScheduler.Config;

internal enum KeyKind
{
    Switch,
    Whole,
    Number,
    Word,
}

/// <summary>Places in which a key may have another value than the whole installation's.</summary>
internal enum KeyScope
{
    Everywhere,
    Region,
    Task,
}

/// <summary>The value that was read for a key, as it is kept, or the rule that it breaks.</summary>
/// <param name="IsShape">It is of the wrong type, not merely out of its bounds.</param>
internal readonly record struct ReadValue(JsonNode? Value, string? Broken = null, bool IsShape = false);

/// <summary>One key of ha.config that can be changed, as its property declares it.</summary>
internal sealed record HaConfigKey(PropertyInfo Property, KeyAttribute Declared, KeyKind Kind, KeyScope Scope)
{
    internal string Name { get; } = NameOf(Property);

    internal double Min => Declared.Min;

    internal double Max => Declared.Max;

    /// <summary>Its possible values, where it is a word.</summary>
    internal IReadOnlyList<string> Words { get; } = Kind != KeyKind.Word ? [] :
    [
        .. Property.PropertyType.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(word => word.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name),
    ];

    internal bool IsNumber => Kind is KeyKind.Whole or KeyKind.Number;

    /// <summary>The values that people choose from: the words, or true and false; empty: they type a number.</summary>
    internal IReadOnlyList<string> Choices => Kind == KeyKind.Switch ? ["true", "false"] : Words;

    /// <summary>As people read it: <c>1 to 100000</c>, <c>true, false</c>, or the words.</summary>
    internal string Bounds => Kind switch
    {
        KeyKind.Switch or KeyKind.Word => string.Join(", ", Choices),
        KeyKind.Whole or KeyKind.Number => string.Create(CultureInfo.InvariantCulture, $"{Min} to {Max}"),
    };

    /// <summary>By what it may differ, in the words of a change: region, task.</summary>
    internal IReadOnlyList<string> MayDifferBy => Scope switch
    {
        KeyScope.Everywhere => [],
        KeyScope.Region => ["region"],
        KeyScope.Task => ["region", "task"],
    };

    internal static HaConfigKey Of(PropertyInfo property, KeyAttribute declared) => new(
        property, declared,
        property.PropertyType == typeof(bool) ? KeyKind.Switch
            : property.PropertyType == typeof(int) ? KeyKind.Whole
            : property.PropertyType == typeof(double) ? KeyKind.Number
            : KeyKind.Word,
        typeof(HaConfigOverride).GetProperty(property.Name) is not { } differs ? KeyScope.Everywhere
            : differs.IsDefined(typeof(RegionsOnlyAttribute)) ? KeyScope.Region
            : KeyScope.Task);

    internal static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The value that a configuration has, as its JSON has it.</summary>
    internal JsonNode ValueIn(HaConfig config) =>
        JsonSerializer.SerializeToNode(Property.GetValue(config), Property.PropertyType, JsonSerializerOptions.Web)!;

    internal ReadValue Read(JsonNode? value) => (Kind, value?.GetValueKind()) switch
    {
        (KeyKind.Switch, JsonValueKind.True or JsonValueKind.False) => new(value!.DeepClone()),
        (KeyKind.Switch, _) => new(null, "must be a boolean", IsShape: true),
        (KeyKind.Word, JsonValueKind.String) when Words.Contains(value!.GetValue<string>(), StringComparer.Ordinal) =>
            new(value.DeepClone()),
        (KeyKind.Word, _) => new(null, $"must be one of {Bounds}", IsShape: true),
        (_, JsonValueKind.Number) => ReadNumber(double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture)),
        (KeyKind.Whole, _) => new(null, "must be a whole number", IsShape: true),
        _ => new(null, "must be a number", IsShape: true),
    };

    private ReadValue ReadNumber(double number)
    {
        if (!(number >= Min && number <= Max))
        {
            return new(null, $"must be {Bounds}");
        }

        if (Kind == KeyKind.Number)
        {
            return new(JsonValue.Create(number));
        }

        return double.IsInteger(number) ? new(JsonValue.Create((int)number)) : new(null, "must be a whole number", IsShape: true);
    }
}
