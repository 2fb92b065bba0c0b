using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.ConsoleUi.Parts;

namespace Holdfast.ConsoleUi.Client;

/// <summary>A channel while somebody edits it.</summary>
internal sealed class ChannelForm(string kind, bool isNew)
{
    internal string Kind { get; } = kind;

    internal bool IsNew { get; } = isNew;

    internal string Name { get; set; } = "";

    internal bool Enabled { get; set; } = true;

    internal string Scope { get; set; } = "";

    internal string Events { get; set; } = "";

    internal Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>What the service sent and the form has no field for goes back as it came.</summary>
    internal JsonObject Rest { get; init; } = [];

    internal IReadOnlyList<Field> Fields => ChannelForms.FieldsOf(Kind);
}

/// <summary>Between a channel's JSON and its form. Pure.</summary>
internal static class ChannelForms
{
    internal static IReadOnlyList<string> Kinds { get; } = ["webhook", "kafka"];

    private static readonly Field[] Webhook =
    [
        new("url", "URL", "", "url", true), new("method", "Method: POST, PUT or PATCH", "POST"),
        new("headers", "Headers as JSON; … keeps what is saved", "{}", "area"),
        new("bodyTemplate", "Body with ${variables}; empty: CloudEvents 1.0", "", "area"),
        new("responseCheck", "Fields that the answer must have, as JSON; {}: any 2xx", "{}", "area"),
        new("signingKey", "Signing key (optional)", "", "password"), new("proxy", "Proxy (optional)"),
        new("caFile", "File of authorities to trust (optional)"), new("certificateFile", "File of the client's certificate (optional)"),
        new("keyFile", "File of its key (optional)"), new("keyPassword", "Password of that key (optional)", "", "password"),
        new("timeoutSeconds", "Timeout, seconds", "10", "number"),
    ];

    private static readonly Field[] Kafka =
    [
        new("bootstrapServers", "Brokers, host:port,host:port", "", "text", true), new("topic", "Topic", "", "text", true),
        new("securityProtocol", "plaintext, ssl, sasl_plaintext or sasl_ssl", "plaintext"),
            new("saslMechanism", "SASL mechanism (optional)"),
        new("username", "User (optional)"), new("password", "Password (optional)", "", "password"),
        new("timeoutSeconds", "Timeout, seconds", "10", "number"),
    ];

    /// <summary>A kind that the console does not know is edited as the JSON that it is.</summary>
    internal static IReadOnlyList<Field> FieldsOf(string kind) => kind switch
    {
        "webhook" => Webhook,
        "kafka" => Kafka,
        _ => [new Field("settings", "Settings as JSON", "{}", "area")],
    };

    internal static ChannelForm New(string kind)
    {
        var form = new ChannelForm(kind, isNew: true);
        foreach (var field in form.Fields)
        {
            form.Values[field.Name] = field.Value;
        }

        return form;
    }

    internal static ChannelForm Of(ChannelView channel)
    {
        var held = channel.Rest.TryGetValue(channel.Kind, out var settings)
            ? JsonSerializer.SerializeToNode(settings) as JsonObject ?? [] : [];
        var form = new ChannelForm(channel.Kind, isNew: false)
        {
            Name = channel.Name,
            Enabled = channel.Enabled,
            Scope = channel.Scopes is [var only] ? only : "",
            Events = string.Join(' ', channel.Events ?? []),
            Rest = held,
        };
        foreach (var field in form.Fields)
        {
            form.Values[field.Name] = field.Name == "settings" ? held.ToJsonString()
                : held[field.Name] is { } value ? Parameters.Shown(value) : "";
        }

        return form;
    }

    internal static JsonObject ToJson(ChannelForm form)
    {
        var settings = form.Values.TryGetValue("settings", out var whole) ? Parsed(whole) as JsonObject ?? []
            : (JsonObject)form.Rest.DeepClone();
        foreach (var field in form.Fields.Where(f => f.Name != "settings"))
        {
            var text = form.Values.GetValueOrDefault(field.Name, "").Trim();
            settings[field.Name] = text.Length == 0 ? null
                : field.Kind == "number" && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                : field.Name is "headers" or "responseCheck" ? Parsed(text)
                : text;
            if (settings[field.Name] is null)
            {
                settings.Remove(field.Name);
            }
        }

        return new JsonObject
        {
            ["name"] = form.Name.Trim(),
            ["kind"] = form.Kind,
            ["enabled"] = form.Enabled,
            ["scopes"] = form.Scope.Length == 0 ? [] : new JsonArray((JsonNode)form.Scope),
            ["events"] = new JsonArray([.. form.Events.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(e => (JsonNode)e)]),
            [form.Kind] = settings,
        };
    }

    /// <summary>What is not JSON goes as text: the service says what it expects there.</summary>
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
