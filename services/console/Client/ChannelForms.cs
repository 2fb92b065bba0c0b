using Holdfast.ConsoleUi.Forms;
using Holdfast.ConsoleUi.Wording;

namespace Holdfast.ConsoleUi.Client;

/// <summary>A channel while somebody edits it.</summary>
/// <param name="kind">The kind with its fields, from the service; of one that the service does not describe it has none.</param>
public sealed class ChannelForm(ChannelKindView kind, bool isNew)
{
    internal string Kind { get; } = kind.Kind;

    /// <summary>A kind without a description is edited as the JSON that it is.</summary>
    internal IReadOnlyList<ChannelField> Fields { get; } = kind.Fields is { Count: > 0 } ? kind.Fields : ChannelForms.Unknown;

    internal bool IsNew { get; } = isNew;

    internal string Name { get; set; } = "";

    internal bool Enabled { get; set; } = true;

    internal string Scope { get; set; } = "";

    internal string Events { get; set; } = "";

    /// <summary>None: all.</summary>
    internal SortedSet<int> Levels { get; init; } = [];

    internal Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>The channel as the service sent it: what the form has no field for goes back as it came.</summary>
    internal JsonObject Held { get; init; } = [];

    /// <summary>As it was when the form was opened.</summary>
    internal string Opened { get; set; } = "";

    internal bool IsChanged => ChannelForms.ToJson(this).ToJsonString() != Opened;
}

/// <summary>Between a channel's JSON and its form. Pure.</summary>
internal static class ChannelForms
{
    /// <summary>Members of a channel that the service sets.</summary>
    private static readonly string[] Set = ["createdAt", "updatedAt"];

    /// <summary>The name of the field that holds all settings of a kind that nobody describes.</summary>
    internal const string Whole = "settings";

    internal static readonly IReadOnlyList<ChannelField> Unknown =
        [new(Whole, FieldType.Area, new ChannelText("Settings as JSON", "设置（JSON）"), false, false, null, null, null, [])];

    /// <summary>Of every kind, and seldom needed.</summary>
    internal static IReadOnlyList<Field> Common { get; } =
    [
        new("regions", "Only these regions, with commas between them", "", "list"),
        new("taskTags", "Only alerts of tasks with one of these tags, with commas between them", "", "list"),
        new("fallback", "Fallback: receives what this channel has not accepted for a minute", "", "choice"),
        new("messagesPerMinute", "Messages a minute; empty: the preset's limit, or none", "", "number"),
        new("concurrency", "Attempts at one time in one process", "8", "number"),
    ];

    /// <summary>A field of a kind as forms draw it.</summary>
    internal static Field Drawn(ChannelField field, Texts texts) => new(
        field.Name, texts.Language == "zh" ? field.Label.Zh : field.Label.En, Said(field), field.Type switch
        {
            FieldType.Secret => "password",
            FieldType.Headers => "json",
            FieldType.File => "text",
            var same => Words.Of(same),
        }, field.Required)
    {
        IsFixed = field.Fixed,
        Choices = [.. field.Choices.Select(c => c.Value).Prepend("")
            .Where(c => c.Length > 0 || (field.Type == FieldType.Choice && !field.Required))],
    };

    internal static ChannelForm New(ChannelKindView kind)
    {
        var form = new ChannelForm(kind, isNew: true);
        foreach (var field in form.Fields)
        {
            form.Values[field.Name] = Said(field);
        }

        foreach (var field in Common)
        {
            form.Values[field.Name] = field.Value;
        }

        form.Opened = ToJson(form).ToJsonString();
        return form;
    }

    internal static ChannelForm Of(ChannelView channel, IEnumerable<ChannelKindView> kinds)
    {
        var held = (JsonObject)JsonSerializer.SerializeToNode(channel, ApiExchange.Json)!;
        var kind = kinds.FirstOrDefault(k => k.Kind == channel.Kind) ?? new ChannelKindView(channel.Kind, null, []);
        var form = new ChannelForm(kind, isNew: false)
        {
            Name = channel.Name,
            Enabled = channel.Enabled,
            Scope = channel.Scopes is [var only] ? only : "",
            Events = string.Join(' ', channel.Events),
            Levels = [.. channel.Levels],
            Held = held,
        };
        var settings = held[channel.Kind] as JsonObject ?? [];
        foreach (var field in form.Fields)
        {
            form.Values[field.Name] =
                field.Name == Whole ? settings.ToJsonString() : Shown(Words.Of(field.Type), settings[field.Name], DefaultOf(field));
        }

        foreach (var field in Common)
        {
            form.Values[field.Name] = Shown(field.Kind, held[field.Name]);
        }

        form.Opened = ToJson(form).ToJsonString();
        return form;
    }

    internal static JsonObject ToJson(ChannelForm form)
    {
        var channel = (JsonObject)form.Held.DeepClone();
        foreach (var name in Set)
        {
            channel.Remove(name);
        }

        var settings = form.Values.TryGetValue(Whole, out var whole) ? Parsed(whole) as JsonObject ?? []
            : channel[form.Kind]?.DeepClone() as JsonObject ?? [];
        Write(settings, form.Fields.Where(f => f.Name != Whole).Select(f => (f.Name, Words.Of(f.Type))), form.Values);
        Write(channel, Common.Select(f => (f.Name, f.Kind)), form.Values);
        channel["name"] = form.Name.Trim();
        channel["kind"] = form.Kind;
        channel["enabled"] = form.Enabled;
        channel["scopes"] = form.Scope.Length == 0 ? [] : new JsonArray((JsonNode)form.Scope);
        channel["events"] = List(form.Events.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        channel["levels"] = new JsonArray([.. form.Levels.Select(l => (JsonNode)l)]);
        channel[form.Kind] = settings;
        return channel;
    }

    /// <summary>Writes the fields that are not empty: the service has its default for the others.</summary>
    private static void Write(
        JsonObject into, IEnumerable<(string Name, string Type)> fields, IReadOnlyDictionary<string, string> values)
    {
        foreach (var (name, type) in fields)
        {
            var text = values.GetValueOrDefault(name, "").Trim();
            into.Remove(name);
            if (text.Length > 0)
            {
                into[name] = type switch
                {
                    "number" when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
                    "check" => text == "true",
                    "json" or "headers" => Parsed(text),
                    "list" => List(text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                    _ => text,
                };
            }
        }
    }

    private static JsonArray List(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

    /// <summary>The value that holds when it is left out; null: nothing does.</summary>
    internal static JsonNode? DefaultOf(ChannelField field) =>
        field.Default is { } held ? JsonSerializer.SerializeToNode(held) : null;

    private static string Said(ChannelField field) => Shown(Words.Of(field.Type), DefaultOf(field), DefaultOf(field));

    /// <summary>An empty object is shown only where it says something else than nothing does.</summary>
    private static string Shown(string type, JsonNode? value, JsonNode? otherwise = null) => (type, value) switch
    {
        ("check", _) => value?.GetValue<bool>() == true ? "true" : "false",
        (_, null) => "",
        ("list", JsonArray items) => string.Join(", ", items.Select(i => i?.ToString())),
        (_, JsonObject { Count: 0 }) when otherwise is JsonObject => "",
        _ => Parameters.Shown(value),
    };

    /// <summary>Reads a text as JSON; one that is not JSON goes as text, and the service says what it expects there.</summary>
    private static JsonNode? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }
}
