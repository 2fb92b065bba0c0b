namespace Holdfast.Contracts.Views;

/// <summary>A kind of channel, as forms and the command line learn it.</summary>
/// <param name="Kind">As in a definition's kind, and the name of the member with the settings.</param>
/// <param name="Brief">The field that tells two channels of this kind apart in a list; null: none does.</param>
public sealed record ChannelKindView(string Kind, string? Brief, IReadOnlyList<ChannelField> Fields);

/// <summary>A setting of a kind, for forms, the command line and the rules.</summary>
/// <param name="Default">Value that holds when it is left out; null: none.</param>
/// <param name="Min">Of a number; of a text and a list how long it is at least.</param>
/// <param name="Max">Of a number; of a text and a list how long it is at most.</param>
public record ChannelField(
    string Name, FieldType Type, ChannelText Label, bool Required, bool Fixed, JsonElement? Default, int? Min, int? Max,
    IReadOnlyList<ChannelChoice> Choices);

/// <summary>A value that a field may have.</summary>
/// <param name="Help">Its effect; null: nothing that is to be said.</param>
/// <param name="Link">A page about it.</param>
public sealed record ChannelChoice(string Value, ChannelText? Help = null, string? Link = null);

/// <summary>A text in the languages of the console.</summary>
public sealed record ChannelText(string En, string Zh);

/// <summary>Type of a field: how a form draws it, and which rules hold for it besides its bounds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FieldType>))]
public enum FieldType
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
