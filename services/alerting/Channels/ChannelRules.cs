using System.Globalization;
using System.Text;
using Holdfast.Contracts;
using Holdfast.Platform.Http;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// What a channel's definition must keep to. All broken rules at once; no value that may be a secret is repeated.
/// </summary>
internal static class ChannelRules
{
    internal const int ChannelsMax = 200;

    /// <summary>Several replicas that add one at the same moment may pass the limit; none may be overlooked.</summary>
    internal const int ChannelsRead = 1000;

    private const int NameMax = 50;
    private const int TextMax = 4 << 10;
    private const int TemplateMax = 16 << 10;
    private const int FiltersMax = 64;
    private const int HeadersMax = 32;

    private static readonly string[] Methods = ["POST", "PUT", "PATCH"];
    private static readonly string[] Protocols = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"];
    private static readonly string[] Mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"];

    /// <summary>Such headers are the client's or this service's own.</summary>
    private static readonly string[] Reserved =
        ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Holdfast-Delivery", "Holdfast-Signature",
            "Idempotency-Key"];

    internal static IReadOnlyList<FieldFault> Broken(ChannelDefinition channel)
    {
        var faults = new List<FieldFault>();
        Check(faults, IsName(channel.Name), "name", Short(channel.Name),
            $"must be 1 to {NameMax} letters, digits or underscores");
        Check(faults, ChannelKinds.Names.Contains(channel.Kind, StringComparer.Ordinal), "kind", Short(channel.Kind),
            $"must be one of {string.Join(", ", ChannelKinds.Names)}");
        Check(faults, channel.Scopes.All(s => s is "system" or "task"), "scopes",
            Short(string.Join(',', channel.Scopes)), "must be system or task");
        Check(faults, channel.Levels.All(l => l is >= (int)AlertLevel.Stopped and <= (int)AlertLevel.Reminder),
            "levels", Short(string.Join(',', channel.Levels)), "must be 1 to 5");
        Check(faults, channel.Scopes.Count <= FiltersMax && channel.Levels.Count <= FiltersMax && channel.Events.Count <= FiltersMax,
            "events", channel.Events.Count, $"must be at most {FiltersMax}, as must scopes and levels");
        foreach (var unknown in channel.Events.Take(FiltersMax).Where(e => !EventCatalog.Knows(e)))
        {
            Check(faults, false, "events", Short(unknown), $"must be one of {string.Join(", ", EventCatalog.Names)}");
        }

        Names(faults, "regions", channel.Regions);
        Names(faults, "taskTags", channel.TaskTags);
        Check(faults, channel.Fallback is null || (IsName(channel.Fallback) && channel.Fallback != channel.Name), "fallback",
            Short(channel.Fallback ?? ""), "must be the name of another channel");
        Check(faults, channel.MessagesPerMinute is null or (>= 1 and <= 60_000), "messagesPerMinute", channel.MessagesPerMinute,
            "must be 1 to 60000, or absent");
        Check(faults, channel.Concurrency is >= 1 and <= 256, "concurrency", channel.Concurrency, "must be 1 to 256");
        Kinds(faults, channel);
        if (channel.Ocp is { } ocp)
        {
            Ocp(faults, ocp);
        }

        if (channel.Webhook is { } webhook)
        {
            Webhook(faults, webhook);
        }

        if (channel.Kafka is { } kafka)
        {
            Kafka(faults, kafka);
        }

        return faults;
    }

    /// <summary>What may not change once it is saved (reference, section 7).</summary>
    internal static IReadOnlyList<FieldFault> Moved(ChannelDefinition before, ChannelDefinition after)
    {
        var faults = new List<FieldFault>();
        if (before.Ocp is { } was && after.Ocp is { } now)
        {
            Check(faults, was.ClusterName == now.ClusterName, "ocp.clusterName", now.ClusterName,
                $"is fixed once saved: '{was.ClusterName}'");
            Check(faults, was.Endpoint == now.Endpoint, "ocp.endpoint", now.Endpoint, $"is fixed once saved: '{was.Endpoint}'");
        }

        return faults;
    }

    private static void Kinds(List<FieldFault> faults, ChannelDefinition channel)
    {
        if (!ChannelKinds.Names.Contains(channel.Kind, StringComparer.Ordinal))
        {
            return;
        }

        foreach (var (kind, given) in new (string, object?)[]
            {
                (ChannelDefinition.OcpKind, channel.Ocp), (ChannelDefinition.WebhookKind, channel.Webhook),
                (ChannelDefinition.KafkaKind, channel.Kafka),
            })
        {
            Check(faults, channel.Kind == kind == (given is not null), kind, given is null ? null : "given",
                $"must be given for kind {kind}, and only for it");
        }
    }

    private static void Names(List<FieldFault> faults, string field, IReadOnlyList<string> names) =>
        Check(faults, names.Count <= FiltersMax && names.All(n => n.Length is > 0 and <= 256), field, names.Count,
            $"must be at most {FiltersMax} names of 1 to 256 characters");

    private static void Ocp(List<FieldFault> faults, OcpSettings ocp)
    {
        Check(faults, ocp.ClusterName.Length is >= 3 and <= 32, "ocp.clusterName", Short(ocp.ClusterName), "must have 3 to 32 characters");
        Check(faults, IsEndpoint(ocp.Endpoint), "ocp.endpoint", Short(ocp.Endpoint), "must be ip:port");
        Check(faults, ocp.Username is { Length: > 0 and <= 256 } && !ocp.Username.Contains(':', StringComparison.Ordinal), "ocp.username",
            Short(ocp.Username), "must be given, without ':'");
        Check(faults, ocp.Password is { Length: > 0 and <= TextMax }, "ocp.password", Secrets.Mask, "must be given");
        Check(faults, ocp.ClearanceMinutes is >= 3 and <= 1440, "ocp.clearanceMinutes", ocp.ClearanceMinutes, "must be 3 to 1440");
        Check(faults, ocp.TimeoutSeconds is >= 1 and <= 60, "ocp.timeoutSeconds", ocp.TimeoutSeconds, "must be 1 to 60");
        foreach (var (name, rule) in ocp.Rules)
        {
            Check(faults, EventCatalog.Knows(name), $"ocp.rules.{Short(name)}", Short(rule),
                $"must be named by one of {string.Join(", ", EventCatalog.Names)}");
            Check(faults, rule is { Length: > 0 and <= 256 }, $"ocp.rules.{Short(name)}", Short(rule), "must have 1 to 256 characters");
        }
    }

    private static bool IsEndpoint(string endpoint) => endpoint.Length <= 64
        && System.Net.IPEndPoint.TryParse(endpoint, out var parsed) && parsed.Port > 0 && endpoint.Contains(':', StringComparison.Ordinal);

    private static void Webhook(List<FieldFault> faults, WebhookSettings webhook)
    {
        Check(faults, IsUrl(webhook.Url), "webhook.url", Secrets.MaskedUrl(webhook.Url),
            "must be an absolute http or https URL of at most 4 KiB");
        Check(faults, Methods.Contains(webhook.Method, StringComparer.Ordinal), "webhook.method", Short(webhook.Method),
            $"must be one of {string.Join(", ", Methods)}");
        Check(faults, webhook.Proxy is null || IsUrl(webhook.Proxy), "webhook.proxy",
            Secrets.MaskedUrl(webhook.Proxy ?? ""), "must be an absolute http URL");
        Check(faults, webhook.TimeoutSeconds is >= 1 and <= 60, "webhook.timeoutSeconds", webhook.TimeoutSeconds,
            "must be 1 to 60");
        Check(faults, webhook.SigningKey is null or { Length: >= 8 and <= TextMax }, "webhook.signingKey", Secrets.Mask,
            "must have 8 to 4096 characters");
        Check(faults, webhook.BodyBytesMax is >= 1024 and <= 1 << 20, "webhook.bodyBytesMax", webhook.BodyBytesMax,
            "must be 1024 to 1048576");
        Check(faults, webhook.Preset is null || Preset.Of(webhook.Preset) is not null, "webhook.preset", Short(webhook.Preset ?? ""),
            $"must be one of {string.Join(", ", Preset.Names)}");
        Check(faults, webhook.Preset != Preset.PagerDuty || webhook.SigningKey is not null || webhook.BodyTemplate is not null,
            "webhook.signingKey", null, "must be the integration's routing key for preset pagerduty");
        Check(faults, webhook.ResponseCheck is null or { Count: <= FiltersMax }, "webhook.responseCheck", webhook.ResponseCheck?.Count,
            $"must have at most {FiltersMax} fields");
        var isTls = webhook.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        Check(faults, IsPath(webhook.CaFile) && (isTls || webhook.CaFile is null), "webhook.caFile", Short(webhook.CaFile ?? ""),
            "must be a file's path, with an https url");
        OwnCertificate(faults, "webhook", webhook.CertificateFile, webhook.KeyFile, webhook.KeyPassword);
        Check(faults, isTls || webhook.CertificateFile is null, "webhook.certificateFile", Short(webhook.CertificateFile ?? ""),
            "must be given with an https url only");
        Check(faults, webhook.Headers.Count <= HeadersMax, "webhook.headers", webhook.Headers.Count,
            $"must be at most {HeadersMax}");
        foreach (var (name, value) in webhook.Headers.Take(HeadersMax))
        {
            Check(faults, IsToken(name) && !Reserved.Contains(name, StringComparer.OrdinalIgnoreCase),
                $"webhook.headers.{Short(name)}", null,
                $"must be named by letters, digits and '-', and not be one of {string.Join(", ", Reserved)}");
            Check(faults, value is { Length: > 0 and <= TextMax } && value.All(c => c is >= ' ' and <= '~'),
                $"webhook.headers.{Short(name)}", Secrets.Mask,
                "must be 1 to 4096 printable ASCII characters");
        }

        Check(faults, webhook.Headers.Keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() == webhook.Headers.Count,
            "webhook.headers", null, "must not name a header twice");
        if (webhook.BodyTemplate is { } template)
        {
            var rule = template.Length is 0 or > TemplateMax ? $"must have 1 to {TemplateMax} characters"
                : Template.Broken(template, IsJson(webhook.Headers));
            Check(faults, rule is null, "webhook.bodyTemplate", Short(template), rule ?? "");
        }
    }

    private static void Kafka(List<FieldFault> faults, KafkaSettings kafka)
    {
        var sasl = kafka.SecurityProtocol.StartsWith("sasl_", StringComparison.Ordinal);
        Check(faults, kafka.BootstrapServers.Length <= TextMax && kafka.BootstrapServers.Split(',').All(IsServer),
            "kafka.bootstrapServers",
            Short(kafka.BootstrapServers), "must be host:port, several with commas between");
        const string Topics = "must be 1 to 249 letters, digits, '.', '_' or '-'";
        Check(faults, IsTopic(kafka.Topic), "kafka.topic", Short(kafka.Topic), Topics);
        Check(faults, kafka.ResolvedTopic is null || IsTopic(kafka.ResolvedTopic), "kafka.resolvedTopic",
            Short(kafka.ResolvedTopic ?? ""), Topics);
        OwnCertificate(faults, "kafka", kafka.CertificateFile, kafka.KeyFile, kafka.KeyPassword);
        Check(faults, Protocols.Contains(kafka.SecurityProtocol, StringComparer.Ordinal), "kafka.securityProtocol",
            Short(kafka.SecurityProtocol),
            $"must be one of {string.Join(", ", Protocols)}");
        Check(faults, sasl == (kafka.SaslMechanism is not null)
            && (!sasl || Mechanisms.Contains(kafka.SaslMechanism, StringComparer.Ordinal)),
            "kafka.saslMechanism", Short(kafka.SaslMechanism ?? ""),
                $"must be one of {string.Join(", ", Mechanisms)} with a sasl_ protocol, else absent");
        Check(faults, sasl == (kafka.Username is { Length: > 0 and <= 256 }), "kafka.username",
            Short(kafka.Username ?? ""), "must be given with a sasl_ protocol, else absent");
        Check(faults, sasl == (kafka.Password is { Length: > 0 and <= TextMax }), "kafka.password", Secrets.Mask,
            "must be given with a sasl_ protocol, else absent");
        Check(faults, IsPath(kafka.CaFile), "kafka.caFile", Short(kafka.CaFile ?? ""),
            "must be a file's path");
        Check(faults, kafka.TimeoutSeconds is >= 1 and <= 60, "kafka.timeoutSeconds", kafka.TimeoutSeconds,
            "must be 1 to 60");
    }

    private static void OwnCertificate(List<FieldFault> faults, string kind, string? certificate, string? key, string? password)
    {
        Check(faults, (certificate is null) == (key is null) && IsPath(certificate) && IsPath(key),
            $"{kind}.certificateFile", Short(certificate ?? ""), "must be a file's path, given together with keyFile");
        Check(faults, password is null || (password.Length is > 0 and <= TextMax && key is not null),
            $"{kind}.keyPassword", Secrets.Mask, "must be given with keyFile only");
    }

    /// <summary>Paths of their own beside those of channels.</summary>
    private static readonly string[] Taken = ["health", "presets"];

    /// <summary>What a new channel's name must be besides; one that is stored keeps what it has. Null: nothing.</summary>
    internal static string? WhyNotNew(string name) => Taken.Contains(name, StringComparer.OrdinalIgnoreCase)
        ? $"must not be {string.Join(" or ", Taken)}: these are paths of the API"
        : IsName(name) ? Ids.WhyNot(name, 2 * NameMax) : null;

    /// <summary>Letters of any script: in some of them a letter comes with marks of its own.</summary>
    internal static bool IsName(string name)
    {
        var runes = name.EnumerateRunes().ToList();
        return runes.Count is > 0 and <= NameMax
            && runes.TrueForAll(r => r.Value == '_' || Rune.IsLetterOrDigit(r) || IsMark(r)) && !IsMark(runes[0]);
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static bool IsPath(string? path) => path is null or { Length: > 0 and <= 1024 };

    private static bool IsTopic(string topic) => topic.Length is > 0 and <= 249
        && topic.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && topic is not ("." or "..");

    private static bool IsUrl(string url) =>
        url.Length <= TextMax && Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Host.Length > 0;

    private static bool IsServer(string server) =>
        server.LastIndexOf(':') is > 0 and var colon
            && ushort.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
        && server[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '[' or ']' or ':');

    private static bool IsToken(string name) =>
        name.Length is > 0 and <= 128 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool IsJson(IReadOnlyDictionary<string, string> headers) =>
        headers.FirstOrDefault(h => h.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
            .Value is not { } type
        || type.Contains("json", StringComparison.OrdinalIgnoreCase);

    /// <summary>A value of a map may be null, whatever its type says.</summary>
    private static string Short(string? text) => text is null ? "null" : text.Length <= 100 ? text : text[..99] + "…";

    private static void Check(List<FieldFault> faults, bool holds, string field, object? value, string rule)
    {
        if (!holds)
        {
            faults.Add(new FieldFault(field, value, rule));
        }
    }
}
