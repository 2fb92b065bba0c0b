namespace Holdfast.Contracts;

/// <summary>The kind of a component. JSON carries OMS's own words (docs/reference/oms.md, Words).</summary>
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

/// <summary>State of a component as its supervisor reports it (docs/reference/oms.md, States).</summary>
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

/// <summary>Protection level of a task; IGNORE means no alert (docs/reference/oms.md, Protection levels and thresholds).</summary>
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

/// <summary>The cause of a move off a host that is alive.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MoveCause>))]
public enum MoveCause
{
    Operator,

    /// <summary>Its host is to be empty.</summary>
    Drain,

    /// <summary>It failed again and again where it is.</summary>
    Failing,
}

/// <summary>Progress of a task that ran on a host that failed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RecoveryPhase>))]
public enum RecoveryPhase
{
    Moving,
    Started,
    CatchingUp,
    Recovered,
}

/// <summary>The origin of a Store: who ordered it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoreOrigin>))]
public enum StoreOrigin
{
    Task,
    [JsonStringEnumMemberName("HA")]
    Ha,
    Operator,

    /// <summary>The host of another one is to be empty.</summary>
    Drain,
}

/// <summary>The health of a Store, as far as the rules are concerned.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoreHealth>))]
public enum StoreHealth
{
    /// <summary>It says so, in time.</summary>
    Running,

    /// <summary>Asked to run a moment ago, or it says so itself.</summary>
    Starting,

    /// <summary>By an operator, or it has ended by itself with nothing wrong.</summary>
    Stopped,

    /// <summary>It has failed, is silent for too long, or its host is Down.</summary>
    Abnormal,

    /// <summary>Not heard by this process yet, and for no longer than a Store may be silent: nobody knows.</summary>
    Unheard,

    /// <summary>It is being removed.</summary>
    Leaving,
}
