using System.Text.Json.Serialization;

namespace Holdfast.Alerting.Channels.Ocp;

/// <summary>OceanBase Cloud Platform, as its association form asks for it.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OcpSettings : ChannelSettings
{
    internal static readonly IReadOnlyDictionary<string, string> NoRules = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Of its clearance cycle: an alert is told again so long before OCP would clear it.</summary>
    internal static readonly TimeSpan RepeatMargin = TimeSpan.FromSeconds(90);

    [Field("Cluster name, 3 to 32 characters; fixed once saved", "集群名，3 到 32 个字符；保存后不可更改",
        IsRequired = true, IsFixed = true, Min = 3, Max = 32)]
    public string ClusterName { get; init; } = "";

    /// <summary><c>ip:port</c>.</summary>
    [Field("OCP's address, ip:port; fixed once saved", "OCP 地址，ip:port；保存后不可更改", IsRequired = true, IsFixed = true)]
    public string Endpoint { get; init; } = "";

    [Field("https instead of http", "使用 https 而非 http")]
    public bool Tls { get; init; }

    [Field("User", "用户", IsRequired = true, Max = 256)]
    public string Username { get; init; } = "";

    [Field("Password", "密码", IsRequired = true)]
    public Secret Password { get; init; } = "";

    /// <summary>Rule names that OCP knows, by event; an event that is not named here has its own name as rule.</summary>
    [Field("Rules that OCP knows by event, as JSON; an event that is not named has its own name as rule",
        "按事件列出 OCP 已有的规则（JSON）；未列出的事件以其自身名称为规则")]
    public IReadOnlyDictionary<string, string> Rules { get; init; } = NoRules;

    /// <summary>After so many minutes OCP clears what is not reported again.</summary>
    [Field("OCP clears what is not reported again after so many minutes, 3 to 1440", "OCP 在若干分钟未再上报后清除告警，3 到 1440",
        Min = 3, Max = 1440)]
    public int ClearanceMinutes { get; init; } = 5;

    [Field("Allow link-local and metadata addresses as targets", "允许以链路本地和元数据地址为目标", Order = 2)]
    public bool AllowLinkLocal { get; init; }

    internal override TimeSpan? RepeatWithin => TimeSpan.FromMinutes(ClearanceMinutes) - RepeatMargin;
}
