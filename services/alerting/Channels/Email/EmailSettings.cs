using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels.Email;

/// <summary>Mailboxes, reached through an SMTP server.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record EmailSettings : ChannelSettings
{
    internal const string StartTls = "starttls";
    internal const string ImplicitTls = "tls";
    internal const string NoTls = "none";

    [Field("SMTP server, name or address", "SMTP 服务器，名称或地址", IsRequired = true, Max = 253)]
    public string Host { get; init; } = "";

    [Field("Port: 587 (STARTTLS), 465 (TLS), 25", "端口：587（STARTTLS）、465（TLS）、25", Min = 1, Max = 65_535)]
    public int Port { get; init; } = 587;

    [Field("Encryption: starttls (wanted of the server), tls (from the first byte), none (to this machine)",
        "加密：starttls（服务器必须支持）、tls（从首字节起）、none（仅限本机）", IsRequired = true, Choices = [StartTls, ImplicitTls, NoTls])]
    public string Security { get; init; } = StartTls;

    [Field("Allow clear text to another machine", "允许以明文发送到其他机器")]
    public bool AllowClearText { get; init; }

    [Field("User (optional)", "用户（可选）", Max = 256)]
    public string? Username { get; init; }

    [Field("Password (optional)", "密码（可选）")]
    public Secret? Password { get; init; }

    /// <summary>With a name, or without: <c>Holdfast &lt;holdfast@example.com&gt;</c>.</summary>
    [Field("From", "来源", IsRequired = true, Max = 320)]
    public string From { get; init; } = "";

    [Field("To, with commas between them", "收件人，用逗号分隔", IsRequired = true, Min = 1, Max = 50)]
    public IReadOnlyList<string> To { get; init; } = [];

    [Field("Before each subject (optional), such as [prod]", "主题前缀（可选），例如 [prod]", Max = 50)]
    public string? SubjectPrefix { get; init; }

    [Field("Name of this machine for EHLO (optional)", "EHLO 使用的本机名（可选）", Max = 253)]
    public string? LocalName { get; init; }

    [Field("File of authorities to trust (optional)", "受信任 CA 文件（可选）", Type = FieldType.File)]
    public string? CaFile { get; init; }

    [Field("Allow link-local and metadata addresses as targets", "允许以链路本地和元数据地址为目标", Order = 2)]
    public bool AllowLinkLocal { get; init; }

    internal TlsPaths TlsPaths => new("email", CaFile, null, null, null);
}
