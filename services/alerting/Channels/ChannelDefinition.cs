using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.Channels;

/// <summary>A channel as people define it. Exactly one of the settings, the one of its kind.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChannelDefinition
{
    internal const string OcpKind = "ocp";
    internal const string WebhookKind = "webhook";
    internal const string KafkaKind = "kafka";

    /// <summary>1 to 50 letters of any script, digits or underscores; unique.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>ocp</c>, <c>webhook</c> or <c>kafka</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Off: nothing goes out, what waits is kept.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Only these pages: <c>system</c>, <c>task</c>; empty: both.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>Only these events; empty: all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Only these levels, 1 (Stopped) to 5 (Reminder); empty: all.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [];

    /// <summary>Only these regions; empty: all.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>Only alerts of tasks with one of these tags; empty: all.</summary>
    public IReadOnlyList<string> TaskTags { get; init; } = [];

    /// <summary>A channel that is told what this one has not taken for a minute, or for good.</summary>
    public string? Fallback { get; init; }

    /// <summary>Messages a minute, 1 to 60,000, over all replicas; absent: the preset's limit, or none.</summary>
    public int? MessagesPerMinute { get; init; }

    /// <summary>Attempts at one time in one process, 1 to 256.</summary>
    public int Concurrency { get; init; } = 8;

    public OcpSettings? Ocp { get; init; }
    public WebhookSettings? Webhook { get; init; }
    public KafkaSettings? Kafka { get; init; }

    /// <summary>Set by the service. A channel hears what is raised after this.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set by the service.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The longest that one attempt may take.</summary>
    internal TimeSpan Timeout => TimeSpan.FromSeconds(
        Ocp?.TimeoutSeconds ?? Webhook?.TimeoutSeconds ?? Kafka?.TimeoutSeconds ?? 10);

    /// <summary>Null: TLS is none of this service's making.</summary>
    internal TlsPaths? TlsPaths => Webhook is { } web
        ? new TlsPaths(WebhookKind, web.CaFile, web.CertificateFile, web.KeyFile, web.KeyPassword) : null;

    /// <summary>0: no limit.</summary>
    internal int PerMinute => MessagesPerMinute ?? Preset.Of(Webhook?.Preset)?.MessagesPerMinute ?? 0;

    /// <summary>The receiver forgets what it is not told again; null: it does not.</summary>
    internal TimeSpan? RepeatWithin => Ocp is { } ocp
        ? TimeSpan.FromMinutes(ocp.ClearanceMinutes) - OcpSettings.RepeatMargin
        : null;

    internal static Collection<ChannelDefinition> Collection { get; } =
        new Collection<ChannelDefinition>("alerting.channels", 1, c => c.Name)
            .Sealed(Secrets.Each, Secrets.LeftOut);
}

/// <summary>OceanBase Cloud Platform, as its association form asks for it (reference, section 7).</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OcpSettings
{
    internal static readonly IReadOnlyDictionary<string, string> NoRules = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Of its clearance cycle: an alert is told again so long before OCP would clear it.</summary>
    internal static readonly TimeSpan RepeatMargin = TimeSpan.FromSeconds(90);

    /// <summary>3 to 32 characters; fixed once saved.</summary>
    public string ClusterName { get; init; } = "";

    /// <summary><c>ip:port</c>; fixed once saved.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>https instead of http.</summary>
    public bool Tls { get; init; }

    public string Username { get; init; } = "";

    /// <summary>Write-only.</summary>
    public string Password { get; init; } = "";

    /// <summary>Rule names that OCP knows, by event; an event that is not named here has its own name as rule.</summary>
    public IReadOnlyDictionary<string, string> Rules { get; init; } = NoRules;

    /// <summary>After so many minutes OCP clears what is not reported again. 3 to 1,440.</summary>
    public int ClearanceMinutes { get; init; } = 5;

    /// <summary>1 to 60.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>Allow link-local and metadata addresses as targets.</summary>
    public bool AllowLinkLocal { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WebhookSettings
{
    internal static readonly IReadOnlyDictionary<string, string> NoHeaders =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// cloudevents (the default), dingtalk, feishu, wecom, slack, pagerduty or alertmanager: body, response check and rate limit
    /// that the receiver asks for. What is given besides goes before it.
    /// </summary>
    public string? Preset { get; init; }

    /// <summary>http or https. A user and password in it are sent as Basic authorization and never shown.</summary>
    public string Url { get; init; } = "";

    /// <summary>POST, PUT or PATCH.</summary>
    public string Method { get; init; } = "POST";

    /// <summary>Write-only: shown as "…".</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>With <c>${variable}</c>s; absent: CloudEvents 1.0 JSON.</summary>
    public string? BodyTemplate { get; init; }

    /// <summary>
    /// A JSON object each of whose fields must equal the answer's; empty: any 2xx is success; absent: the preset's.
    /// </summary>
    public IReadOnlyDictionary<string, JsonElement>? ResponseCheck { get; init; }

    /// <summary>
    /// Write-only. Key of the HMAC-SHA256 in <c>Holdfast-Signature</c>; of DingTalk and Feishu the robot's own secret.
    /// </summary>
    public string? SigningKey { get; init; }

    /// <summary>http proxy address.</summary>
    public string? Proxy { get; init; }

    /// <summary>
    /// File with the certificates of the authorities to trust, on the service's machine, in place of the system's. Read again when it
    /// changes, as the files below.
    /// </summary>
    public string? CaFile { get; init; }

    /// <summary>Files with the client's own certificate and key (PEM), on the service's machine; both or none.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Write-only.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>1 to 60.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>A larger body is not sent. 1,024 to 1,048,576 bytes.</summary>
    public int BodyBytesMax { get; init; } = 64 << 10;

    /// <summary>Allow link-local and metadata addresses as targets.</summary>
    public bool AllowLinkLocal { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KafkaSettings
{
    /// <summary><c>host:port,host:port</c>.</summary>
    public string BootstrapServers { get; init; } = "";

    public string Topic { get; init; } = "";

    /// <summary>For what is resolved; absent: the same topic.</summary>
    public string? ResolvedTopic { get; init; }

    /// <summary>plaintext, ssl, sasl_plaintext or sasl_ssl.</summary>
    public string SecurityProtocol { get; init; } = "plaintext";

    /// <summary>PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512; with a sasl_ protocol.</summary>
    public string? SaslMechanism { get; init; }

    public string? Username { get; init; }

    /// <summary>Write-only.</summary>
    public string? Password { get; init; }

    /// <summary>File with the certificates of the authorities to trust, on the service's machine.</summary>
    public string? CaFile { get; init; }

    /// <summary>Files with the client's own certificate and key (PEM), on the service's machine; both or none.</summary>
    public string? CertificateFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Write-only.</summary>
    public string? KeyPassword { get; init; }

    /// <summary>1 to 60: how long a record may wait for the brokers.</summary>
    public int TimeoutSeconds { get; init; } = 10;
}
