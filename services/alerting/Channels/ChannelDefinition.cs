using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Channels;

/// <summary>A channel as people define it. Exactly one of the settings, the one of its kind.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChannelDefinition
{
    internal const string WebhookKind = "webhook";
    internal const string KafkaKind = "kafka";

    /// <summary>1 to 50 letters of any script, digits or underscores; unique.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>webhook</c> or <c>kafka</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Off: nothing goes out, what waits is kept.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Only these pages: <c>system</c>, <c>task</c>; empty: both.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Only these events; empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Only these levels, 1 (Stopped) to 5 (Reminder); empty: all.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [];

    public WebhookSettings? Webhook { get; init; }
    public KafkaSettings? Kafka { get; init; }

    /// <summary>Set by the service. A channel hears what is raised after this.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the service.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    internal TimeSpan Timeout => TimeSpan.FromSeconds(Webhook?.TimeoutSeconds ?? Kafka?.TimeoutSeconds ?? 10);

    internal static Collection<ChannelDefinition> Collection { get; } = new("alerting.channels", 1, c => c.Name);
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WebhookSettings
{
    internal static readonly IReadOnlyDictionary<string, string> NoHeaders =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>http or https. A user and password in it are sent as Basic authorization and never shown.</summary>
    public string Url { get; init; } = "";

    /// <summary>POST, PUT or PATCH.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Write-only: shown as "…".</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>With <c>${variable}</c>s; absent: CloudEvents 1.0 JSON.</summary>
    public string? BodyTemplate { get; init; }

    /// <summary>A JSON object each of whose fields must equal the answer's; empty: any 2xx is success.</summary>
    public IReadOnlyDictionary<string, JsonElement> ResponseCheck { get; init; } =
        new Dictionary<string, JsonElement>(StringComparer.Ordinal);

    /// <summary>Write-only. Key of the HMAC-SHA256 in <c>Holdfast-Signature</c>.</summary>
    public string? SigningKey { get; init; }

    /// <summary>http proxy address.</summary>
    public string? Proxy { get; init; }

    /// <summary>1 to 60.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>Allow link-local and metadata addresses as targets.</summary>
    public bool AllowLinkLocal { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KafkaSettings
{
    /// <summary><c>host:port,host:port</c>.</summary>
    public string BootstrapServers { get; init; } = "";

    public string Topic { get; init; } = "";

    /// <summary>plaintext, ssl, sasl_plaintext or sasl_ssl.</summary>
    public string SecurityProtocol { get; init; } = "plaintext";

    /// <summary>PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; with a sasl_ protocol.</summary>
    public string? SaslMechanism { get; init; }

    public string? Username { get; init; }

    /// <summary>Write-only.</summary>
    public string? Password { get; init; }

    /// <summary>File with the certificates of the authorities to trust, on the service's machine.</summary>
    public string? CaFile { get; init; }

    /// <summary>1 to 60: how long a record may wait for the brokers.</summary>
    public int TimeoutSeconds { get; init; } = 10;
}
