using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels.Kafka;

/// <summary>A topic of a Kafka cluster.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KafkaSettings : ChannelSettings
{
    /// <summary><c>host:port,host:port</c>.</summary>
    [Field("Brokers, host:port,host:port", "Broker，host:port,host:port", IsRequired = true)]
    public string BootstrapServers { get; init; } = "";

    [Field("Topic", "主题", IsRequired = true, Max = 249)]
    public string Topic { get; init; } = "";

    [Field("Topic of what is resolved; empty: the same", "已恢复告警的主题；留空：同一主题", Max = 249)]
    public string? ResolvedTopic { get; init; }

    [Field("Security protocol", "安全协议", IsRequired = true, Choices = ["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"])]
    public string SecurityProtocol { get; init; } = "plaintext";

    [Field("SASL mechanism, with a sasl_ protocol", "SASL 机制（配合 sasl_ 协议）", Choices = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])]
    public string? SaslMechanism { get; init; }

    [Field("User (optional)", "用户（可选）", Max = 256)]
    public string? Username { get; init; }

    [Field("Password (optional)", "密码（可选）")]
    public Secret? Password { get; init; }

    [Field("File of authorities to trust (optional)", "受信任 CA 文件（可选）", Type = FieldType.File)]
    public string? CaFile { get; init; }

    /// <summary>PEM; with its key, or neither.</summary>
    [Field("File of the client's certificate (optional)", "客户端证书文件（可选）", Type = FieldType.File)]
    public string? CertificateFile { get; init; }

    [Field("File of its key (optional)", "其私钥文件（可选）", Type = FieldType.File)]
    public string? KeyFile { get; init; }

    [Field("Password of that key (optional)", "该私钥的密码（可选）")]
    public Secret? KeyPassword { get; init; }
}
