using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels.Webhook;

/// <summary>A receiver over HTTP, in its own words or in those of a preset.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record WebhookSettings : ChannelSettings
{
    internal static readonly IReadOnlyDictionary<string, string> NoHeaders =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Name of a preset; settings that are given besides go before those of the preset.</summary>
    [Field("Preset: body, response check and rate limit of a well-known receiver", "预设：常见接收方的消息体、应答校验与限速")]
    public string? Preset { get; init; }

    /// <summary>A user and password in it are sent as Basic authorization and never shown.</summary>
    [Field("URL", "URL", Type = FieldType.Url, IsRequired = true)]
    public string Url { get; init; } = "";

    [Field("Method", "方法", IsRequired = true, Choices = ["POST", "PUT", "PATCH"])]
    public string Method { get; init; } = "POST";

    [Field("Headers as JSON; … keeps what is saved", "请求头（JSON）；… 表示保留已存内容", Type = FieldType.Headers)]
    public IReadOnlyDictionary<string, string> Headers { get; init; } = NoHeaders;

    /// <summary>Absent: the preset's, or CloudEvents 1.0 JSON.</summary>
    [Field("Body with ${variables}; empty: the preset's", "消息体，可含 ${变量}；留空：按预设", Type = FieldType.Area)]
    public string? BodyTemplate { get; init; }

    /// <summary>
    /// A JSON object each of whose fields must equal the answer's; empty: any 2xx is success; absent: the preset's.
    /// </summary>
    [Field("Fields that the answer must have, as JSON; {}: any 2xx; empty: the preset's",
        "应答必须包含的字段（JSON）；{}：任意 2xx；留空：按预设")]
    public IReadOnlyDictionary<string, JsonElement>? ResponseCheck { get; init; }

    /// <summary>Key of the HMAC-SHA256 in <c>Holdfast-Signature</c>, unless the preset has its own use for it.</summary>
    [Field("Signing key; the robot's secret (DingTalk, Feishu), the routing key (PagerDuty)",
        "签名密钥；机器人密钥（钉钉、飞书）、routing key（PagerDuty）", Min = 8)]
    public Secret? SigningKey { get; init; }

    [Field("Proxy (optional)", "代理（可选）", Type = FieldType.Url)]
    public string? Proxy { get; init; }

    /// <summary>In place of the system's. Read again when it changes, as the files below.</summary>
    [Field("File of authorities to trust (optional)", "受信任 CA 文件（可选）", Type = FieldType.File)]
    public string? CaFile { get; init; }

    /// <summary>PEM; with its key, or neither.</summary>
    [Field("File of the client's certificate (optional)", "客户端证书文件（可选）", Type = FieldType.File)]
    public string? CertificateFile { get; init; }

    [Field("File of its key (optional)", "其私钥文件（可选）", Type = FieldType.File)]
    public string? KeyFile { get; init; }

    [Field("Password of that key (optional)", "该私钥的密码（可选）")]
    public Secret? KeyPassword { get; init; }

    [Field("A larger body is not sent, bytes", "消息体上限，字节", Min = 1024, Max = 1 << 20, Order = 2)]
    public int BodyBytesMax { get; init; } = 64 << 10;

    [Field("Allow link-local and metadata addresses as targets", "允许以链路本地和元数据地址为目标", Order = 3)]
    public bool AllowLinkLocal { get; init; }

    internal override int? PerMinute => Presets.Of(Preset)?.MessagesPerMinute;

    internal TlsPaths TlsPaths => new("webhook", CaFile, CertificateFile, KeyFile, KeyPassword?.Value);
}
