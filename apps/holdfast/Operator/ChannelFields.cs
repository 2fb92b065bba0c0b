using Holdfast.ConsoleUi.Client;
using Holdfast.ConsoleUi.Wording;
using Holdfast.Contracts.Views;

namespace Holdfast.App.Operator;

/// <summary>Settings of a channel, from words of a command line, by the fields of its kind as the API describes them. Pure.</summary>
internal static class ChannelFields
{
    /// <param name="given">name=value each.</param>
    /// <param name="secrets">name=file each; what is in a file never was in a list of processes.</param>
    /// <param name="read">The text of a file.</param>
    internal static Outcome<JsonObject> Settings(
        ChannelKindView kind, IReadOnlyList<string> given, IReadOnlyList<string> secrets, Func<string, string> read)
    {
        var (settings, faults) = (new JsonObject(), new List<FieldFault>());
        foreach (var (word, isFile) in given.Select(g => (g, false)).Concat(secrets.Select(s => (s, true))))
        {
            var (name, text) = word.Split('=', 2) is [var left, var right] ? (left, right) : (word, null);
            var field = kind.Fields.FirstOrDefault(f => f.Name == name);
            if (Why(kind, field, name, text, isFile) is { } rule)
            {
                faults.Add(new FieldFault($"{kind.Kind}.{name}", null, rule));
            }
            else if (Value(field!, isFile ? read(text!).TrimEnd('\r', '\n') : text!) is { } value)
            {
                settings[name] = value;
            }
            else
            {
                faults.Add(new FieldFault($"{kind.Kind}.{name}", isFile ? null : text, $"must be {Expected(field!)}"));
            }
        }

        faults.AddRange(kind.Fields.Where(f => f.Required && f.Default is null && !settings.ContainsKey(f.Name) && !Said(faults, kind, f))
            .Select(f => new FieldFault($"{kind.Kind}.{f.Name}", null, $"must be given: {f.Label.En}")));
        return faults.Count == 0 ? settings
            : Fault.Invalid("AL-201", $"See holdfast channels schema {kind.Kind}; nothing was sent.", faults);
    }

    /// <summary>The fields as rows for people, the header first.</summary>
    internal static IReadOnlyList<string[]> Rows(IEnumerable<ChannelKindView> kinds) =>
    [
        ["kind", "field", "type", "needed", "default", "allowed", "what it is"],
        .. kinds.SelectMany(kind => kind.Fields.Select(field => new[]
        {
            kind.Kind, field.Name, Words.Of(field.Type), field.Required ? "yes" : "",
            ChannelForms.DefaultOf(field) is { } held and not JsonObject ? held.ToString() : "", Allowed(field), field.Label.En,
        })),
    ];

    private static bool Said(List<FieldFault> faults, ChannelKindView kind, ChannelField field) =>
        faults.Exists(f => f.Field == $"{kind.Kind}.{field.Name}");

    private static string? Why(ChannelKindView kind, ChannelField? field, string name, string? text, bool isFile) =>
        field is null ? $"is no field of {kind.Kind}; there are {string.Join(", ", kind.Fields.Select(f => f.Name))}"
        : text is null ? $"must be given as {name}={(isFile ? "FILE" : "VALUE")}"
        : field.Type is FieldType.Secret or FieldType.Headers && !isFile
            ? $"must be given as --secret {name}=FILE: a command line is seen by others"
        : null;

    /// <summary>Null: it is none of this type.</summary>
    private static JsonNode? Value(ChannelField field, string text) => field.Type switch
    {
        FieldType.Number => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= (field.Min ?? int.MinValue) && number <= (field.Max ?? int.MaxValue) ? number : null,
        FieldType.Check => bool.TryParse(text, out var isOn) ? isOn : null,
        FieldType.Choice => field.Choices.Any(c => c.Value == text) ? text : null,
        FieldType.List => new JsonArray([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(i => (JsonNode)i)]),
        FieldType.Json or FieldType.Headers => Parsed(text),
        _ => text,
    };

    private static JsonObject? Parsed(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private static string Expected(ChannelField field) => field.Type switch
    {
        FieldType.Number => $"a whole number, {Allowed(field)}",
        FieldType.Check => "true or false",
        FieldType.Choice => $"one of {Allowed(field)}",
        _ => "a JSON object",
    };

    private static string Allowed(ChannelField field) => field.Type switch
    {
        FieldType.Number => string.Create(CultureInfo.InvariantCulture, $"{field.Min} to {field.Max}"),
        FieldType.Choice => string.Join(", ", field.Choices.Select(c => c.Value)),
        _ => field.Fixed ? "fixed once saved" : "",
    };
}
