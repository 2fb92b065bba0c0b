using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.ConsoleUi.Forms;

namespace Holdfast.ConsoleUi.Client;

/// <summary>A channel while somebody edits it.</summary>
public sealed class ChannelForm(string kind, bool isNew)
{
    internal string Kind { get; } = kind;

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

    private static readonly Field Timeout = new("timeoutSeconds", "Timeout, seconds", "10", "number");

    private static readonly Field LinkLocal = new("allowLinkLocal", "Allow link-local and metadata addresses as targets", "false", "check");

    private static readonly Field[] Ocp =
    [
        new("clusterName", "Cluster name, 3 to 32 characters; fixed once saved", Needed: true) { IsFixed = true },
        new("endpoint", "OCP's address, ip:port; fixed once saved", Needed: true) { IsFixed = true },
        new("tls", "https instead of http", "false", "check"), new("username", "User", Needed: true),
        new("password", "Password", "", "password", true),
        new("rules", "Rules that OCP knows by event, as JSON; an event that is not named has its own name as rule", "", "json"),
        new("clearanceMinutes", "OCP clears what is not reported again after so many minutes, 3 to 1440", "5", "number"), Timeout,
        LinkLocal,
    ];

    private static readonly Field[] Webhook =
    [
        new("preset", "Preset: body, response check and rate limit of a well-known receiver", "", "choice"),
        new("url", "URL", "", "url", true), new("method", "Method", "POST", "choice") { Choices = ["POST", "PUT", "PATCH"] },
        new("headers", "Headers as JSON; … keeps what is saved", "", "json"),
        new("bodyTemplate", "Body with ${variables}; empty: the preset's", "", "area"),
        new("responseCheck", "Fields that the answer must have, as JSON; {}: any 2xx; empty: the preset's", "", "json"),
        new("signingKey", "Signing key; the robot's secret (DingTalk, Feishu), the routing key (PagerDuty)", "", "password"),
        new("proxy", "Proxy (optional)"),
        new("caFile", "File of authorities to trust (optional)"), new("certificateFile", "File of the client's certificate (optional)"),
        new("keyFile", "File of its key (optional)"), new("keyPassword", "Password of that key (optional)", "", "password"), Timeout,
        new("bodyBytesMax", "A larger body is not sent, bytes", "65536", "number"), LinkLocal,
    ];

    private static readonly Field[] Kafka =
    [
        new("bootstrapServers", "Brokers, host:port,host:port", "", "text", true), new("topic", "Topic", "", "text", true),
        new("resolvedTopic", "Topic of what is resolved; empty: the same"),
        new("securityProtocol", "Security protocol", "plaintext", "choice")
        {
            Choices = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"],
        },
        new("saslMechanism", "SASL mechanism, with a sasl_ protocol", "", "choice")
        {
            Choices = ["", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"],
        },
        new("username", "User (optional)"), new("password", "Password (optional)", "", "password"),
        new("caFile", "File of authorities to trust (optional)"), new("certificateFile", "File of the client's certificate (optional)"),
        new("keyFile", "File of its key (optional)"), new("keyPassword", "Password of that key (optional)", "", "password"), Timeout,
    ];

    /// <summary>In the order in which people are offered them.</summary>
    internal static IReadOnlyList<string> Kinds { get; } = ["ocp", "webhook", "kafka"];

    /// <summary>Of every kind, and seldom needed.</summary>
    internal static IReadOnlyList<Field> Common { get; } =
    [
        new("regions", "Only these regions, with commas between them", "", "list"),
        new("taskTags", "Only alerts of tasks with one of these tags, with commas between them", "", "list"),
        new("fallback", "Fallback: told what this channel has not taken for a minute", "", "choice"),
        new("messagesPerMinute", "Messages a minute; empty: the preset's limit, or none", "", "number"),
        new("concurrency", "Attempts at one time in one process", "8", "number"),
    ];

    /// <summary>A kind that the console does not know is edited as the JSON that it is.</summary>
    internal static IReadOnlyList<Field> FieldsOf(string kind) => kind switch
    {
        "ocp" => Ocp,
        "webhook" => Webhook,
        "kafka" => Kafka,
        _ => [new Field("settings", "Settings as JSON", "{}", "area")],
    };

    internal static ChannelForm New(string kind)
    {
        var form = new ChannelForm(kind, isNew: true);
        foreach (var field in FieldsOf(kind).Concat(Common))
        {
            form.Values[field.Name] = field.Value;
        }

        form.Opened = ToJson(form).ToJsonString();
        return form;
    }

    internal static ChannelForm Of(ChannelView channel)
    {
        var held = JsonSerializer.SerializeToNode(channel.Rest) as JsonObject ?? [];
        var form = new ChannelForm(channel.Kind, isNew: false)
        {
            Name = channel.Name,
            Enabled = channel.Enabled,
            Scope = channel.Scopes is [var only] ? only : "",
            Events = string.Join(' ', channel.Events ?? []),
            Levels = [.. channel.Levels ?? []],
            Held = held,
        };
        var settings = held[channel.Kind] as JsonObject ?? [];
        foreach (var field in FieldsOf(channel.Kind))
        {
            form.Values[field.Name] = field.Name == "settings" ? settings.ToJsonString() : Shown(field, settings[field.Name]);
        }

        foreach (var field in Common)
        {
            form.Values[field.Name] = Shown(field, held[field.Name]);
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

        var settings = form.Values.TryGetValue("settings", out var whole) ? Parsed(whole) as JsonObject ?? []
            : channel[form.Kind]?.DeepClone() as JsonObject ?? [];
        Write(settings, FieldsOf(form.Kind).Where(f => f.Name != "settings"), form.Values);
        Write(channel, Common, form.Values);
        channel["name"] = form.Name.Trim();
        channel["kind"] = form.Kind;
        channel["enabled"] = form.Enabled;
        channel["scopes"] = form.Scope.Length == 0 ? [] : new JsonArray((JsonNode)form.Scope);
        channel["events"] = List(form.Events.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        channel["levels"] = new JsonArray([.. form.Levels.Select(l => (JsonNode)l)]);
        channel[form.Kind] = settings;
        return channel;
    }

    /// <summary>What is empty is left out: the service has its default for it.</summary>
    private static void Write(JsonObject into, IEnumerable<Field> fields, IReadOnlyDictionary<string, string> values)
    {
        foreach (var field in fields)
        {
            var text = values.GetValueOrDefault(field.Name, "").Trim();
            into.Remove(field.Name);
            if (text.Length > 0)
            {
                into[field.Name] = field.Kind switch
                {
                    "number" when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
                    "check" => text == "true",
                    "json" => Parsed(text),
                    "list" => List(text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                    _ => text,
                };
            }
        }
    }

    private static JsonArray List(IEnumerable<string> items) => new([.. items.Select(i => (JsonNode)i)]);

    private static string Shown(Field field, JsonNode? value) => (field.Kind, value) switch
    {
        ("check", _) => value?.GetValue<bool>() == true ? "true" : "false",
        (_, null) => "",
        ("list", JsonArray items) => string.Join(", ", items.Select(i => i?.ToString())),
        ("json", JsonObject { Count: 0 }) when field.Name is not "responseCheck" => "",
        _ => Parameters.Shown(value),
    };

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
