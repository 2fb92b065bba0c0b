using System.Reflection;

namespace Holdfast.Alerting.Channels;

/// <summary>Says of a setting what forms and rules must know. The rest is read from the property: name, type, default.</summary>
/// <param name="en">Label, in English.</param>
/// <param name="zh">Label, in Chinese.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FieldAttribute(string en, string zh) : Attribute
{
    internal ChannelText Label { get; } = new(en, zh);

    /// <summary>Kind of the field, where the property's type does not say it.</summary>
    public FieldType Type { get; set; } = FieldType.Text;

    public bool IsRequired { get; set; }

    /// <summary>Once it is saved it stays.</summary>
    public bool IsFixed { get; set; }

    /// <summary>Of a number; of a text and a list how long it is at least.</summary>
    public int Min { get; set; }

    /// <summary>Of a number; of a text and a list how long it is at most.</summary>
    public int Max { get; set; } = KindField.TextMax;

    public string[] Choices { get; set; } = [];

    /// <summary>Fields of a lower one stand first in forms.</summary>
    public int Order { get; set; }
}

/// <summary>A setting of a kind as the service has it: with the property that holds it.</summary>
internal sealed record KindField : ChannelField
{
    internal const int TextMax = 4 << 10;
    internal const int PathMax = 1024;

    private readonly PropertyInfo _property;

    private KindField(ChannelField field, PropertyInfo property)
        : base(field) => _property = property;

    internal object? ValueOf(ChannelSettings settings) => _property.GetValue(settings);

    /// <summary>The settings with another value of this field.</summary>
    internal ChannelSettings With(ChannelSettings settings, object? value)
    {
        var copy = settings with { };
        _property.SetValue(copy, value);
        return copy;
    }

    /// <summary>The fields of a settings record, in the order in which they are declared.</summary>
    internal static IReadOnlyList<KindField> Of(ChannelSettings defaults, Func<string, IReadOnlyList<ChannelChoice>> choices) =>
    [
        .. defaults.GetType().GetProperties().Where(p => p.GetCustomAttribute<FieldAttribute>() is not null)
            .OrderBy(p => p.GetCustomAttribute<FieldAttribute>()!.Order)
            .Select(p => Of(p, p.GetCustomAttribute<FieldAttribute>()!, defaults, choices)),
    ];

    private static KindField Of(
        PropertyInfo property, FieldAttribute said, ChannelSettings defaults, Func<string, IReadOnlyList<ChannelChoice>> choices)
    {
        var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
        IReadOnlyList<ChannelChoice> offered = [.. said.Choices.Select(c => new ChannelChoice(c)), .. choices(name)];
        var type = TypeOf(property.PropertyType, said.Type, offered.Count > 0);
        var hasBounds = type is FieldType.Number or FieldType.Text or FieldType.Secret or FieldType.List;
        var value = property.GetValue(defaults);
        int? least = hasBounds ? LeastOf(type, said) : null;
        var isSaid = value is int or bool or string { Length: > 0 } or System.Collections.IDictionary;
        return new KindField(new ChannelField(name, type, said.Label, said.IsRequired, said.IsFixed,
            isSaid ? JsonSerializer.SerializeToElement(value) : null, least, hasBounds ? said.Max : null, offered), property);
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
