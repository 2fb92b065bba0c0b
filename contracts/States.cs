using System.Text.Json.Serialization;

namespace Holdfast.Contracts;

/// <summary>The kind of a component. JSON carries the reference's own words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComponentKind>))]
public enum ComponentKind
{
    /// <summary>Collects one data source's incremental log and serves it. Placed by the store manager.</summary>
    Store,

    /// <summary>Applies increments from a Store to a target. Placed and moved by the HA scheduler.</summary>
    [JsonStringEnumMemberName("Incr-Sync")]
    IncrSync,

    /// <summary>Copies all data once. Never moved.</summary>
    [JsonStringEnumMemberName("Full-Import")]
    FullImport,

    /// <summary>Compares all data once. Never moved.</summary>
    [JsonStringEnumMemberName("Full-Verification")]
    FullVerification,
}

/// <summary>State of a component as its supervisor reports it (reference, section 2).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComponentState>))]
public enum ComponentState
{
    Starting,
    Running,
    Stopped,
    Migrating,
    Abnormal,
    Completed,
}

/// <summary>The state that a component should have on the host that a placement names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DesiredState>))]
public enum DesiredState
{
    Running,

    /// <summary>Registered there, not running.</summary>
    Stopped,

    /// <summary>Not registered there any more: stop it, forget it.</summary>
    Absent,
}

/// <summary>The scheduler's verdict on a host.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HostState>))]
public enum HostState
{
    Online,

    /// <summary>Silent for longer than checkHostDownIntervalSec while the feed was complete.</summary>
    Down,

    /// <summary>Heard again after Down; gets no work until its inventory shows nothing it does not own.</summary>
    Quarantined,
}

/// <summary>Protection level of a task; IGNORE means no alert (reference, section 7).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProtectionLevel>))]
public enum ProtectionLevel
{
    [JsonStringEnumMemberName("HIGH")]
    High,
    [JsonStringEnumMemberName("MEDIUM")]
    Medium,
    [JsonStringEnumMemberName("LOW")]
    Low,
    [JsonStringEnumMemberName("IGNORE")]
    Ignore,
}
