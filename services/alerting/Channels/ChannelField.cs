using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels;

/// <summary>Type of a field: how a form draws it, and which rules hold for it besides its bounds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldType>))]
internal enum FieldType
{
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>Several lines.</summary>
    [JsonStringEnumMemberName("area")]
    Area,

    [JsonStringEnumMemberName("number")]
    Number,

    [JsonStringEnumMemberName("check")]
    Check,

    /// <summary>One of the field's choices.</summary>
    [JsonStringEnumMemberName("choice")]
    Choice,

    /// <summary>A list of texts.</summary>
    [JsonStringEnumMemberName("list")]
    List,

    /// <summary>A JSON object.</summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>A file on the service's machine.</summary>
    [JsonStringEnumMemberName("file")]
    File,

    /// <summary>Shown as …; what is sent back so stays.</summary>
    [JsonStringEnumMemberName("secret")]
    Secret,

    /// <summary>http or https; what may be a secret in it is shown as ….</summary>
    [JsonStringEnumMemberName("url")]
    Url,

    /// <summary>A JSON object of texts that are shown as ….</summary>
    [JsonStringEnumMemberName("headers")]
    Headers,
}

/// <summary>Says of a setting what forms and rules must know. The rest is read from the property: name, type, default.</summary>
/// <param name="en">Label, in English.</param>
/// <param name="zh">Label, in Chinese.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FieldAttribute(string en, string zh) : Attribute
{
    internal ChannelText Label { get; } = new(en, zh);

    /// <summary>Where the property's type does not say it.</summary>
    public FieldType Type { get; set; } = FieldType.Text;

    public bool IsRequired { get; set; }

    /// <summary>Once it is saved it stays.</summary>
    public bool IsFixed { get; set; }

    /// <summary>Of a number; of a text and a list how long it is at least.</summary>
    public int Min { get; set; }

    /// <summary>Of a number; of a text and a list how long it is at most.</summary>
    public int Max { get; set; } = ChannelField.TextMax;

    public string[] Choices { get; set; } = [];

    /// <summary>Fields of a lower one stand first in forms.</summary>
    public int Order { get; set; }
}

/// <summary>A text in the languages of the console.</summary>
internal sealed record ChannelText(string En, string Zh);

/// <summary>A value that a field may have.</summary>
/// <param name="Help">What follows from it; null: nothing that is to be said.</param>
/// <param name="Link">A page about it.</param>
internal sealed record ChannelChoice(string Value, ChannelText? Help = null, string? Link = null);

/// <summary>A setting of a kind, for forms, the command line and the rules.</summary>
/// <param name="Default">What holds when it is left out; null: nothing.</param>
/// <param name="Min">Of a number; of a text and a list how long it is at least.</param>
/// <param name="Max">Of a number; of a text and a list how long it is at most.</param>
internal sealed record ChannelField(
    string Name, FieldType Type, ChannelText Label, bool Required, bool Fixed, JsonElement? Default, int? Min, int? Max,
    IReadOnlyList<ChannelChoice> Choices)
{
    internal const int TextMax = 4 << 10;
    internal const int PathMax = 1024;

    internal PropertyInfo Property { get; private init; } = null!;

    internal object? ValueOf(ChannelSettings settings) => Property.GetValue(settings);

    /// <summary>The settings with another value of this field.</summary>
    internal ChannelSettings With(ChannelSettings settings, object? value)
    {
        var copy = settings with { };
        Property.SetValue(copy, value);
        return copy;
    }

    /// <summary>The fields of a settings record, in the order in which they are declared.</summary>
    internal static IReadOnlyList<ChannelField> Of(ChannelSettings defaults, Func<string, IReadOnlyList<ChannelChoice>> choices) =>
    [
        .. defaults.GetType().GetProperties().Where(p => p.GetCustomAttribute<FieldAttribute>() is not null)
            .OrderBy(p => p.GetCustomAttribute<FieldAttribute>()!.Order)
            .Select(p => Of(p, p.GetCustomAttribute<FieldAttribute>()!, defaults, choices)),
    ];

    private static ChannelField Of(
        PropertyInfo property, FieldAttribute said, ChannelSettings defaults, Func<string, IReadOnlyList<ChannelChoice>> choices)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        IReadOnlyList<ChannelChoice> offered = [.. said.Choices.Select(c => new ChannelChoice(c)), .. choices(name)];
        var type = TypeOf(property.PropertyType, said.Type, offered.Count > 0);
        var hasBounds = type is FieldType.Number or FieldType.Text or FieldType.Secret or FieldType.List;
        var value = property.GetValue(defaults);
        int? least = hasBounds ? LeastOf(type, said) : null;
        var isSaid = value is int or bool or string { Length: > 0 } or System.Collections.IDictionary;
        return new ChannelField(name, type, said.Label, said.IsRequired, said.IsFixed,
            isSaid ? JsonSerializer.SerializeToElement(value) : null, least, hasBounds ? said.Max : null, offered)
        {
            Property = property,
        };
    }

    /// <summary>A text that is there is not empty.</summary>
    private static int LeastOf(FieldType type, FieldAttribute said) =>
        type is FieldType.Text or FieldType.Secret ? Math.Max(1, said.Min) : said.Min;

    private static FieldType TypeOf(Type type, FieldType said, bool hasChoices) =>
        said != FieldType.Text ? said
        : hasChoices ? FieldType.Choice
        : type == typeof(Secret) ? FieldType.Secret
        : (Nullable.GetUnderlyingType(type) ?? type) == typeof(int) ? FieldType.Number
        : type == typeof(bool) ? FieldType.Check
        : type == typeof(IReadOnlyList<string>) ? FieldType.List
        : type == typeof(string) ? FieldType.Text
        : FieldType.Json;
}
