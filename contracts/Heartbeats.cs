namespace Holdfast.Contracts;

/// <summary>Load of a host, each a share from 0 to 1 of what the host (or its cgroup) may use.</summary>
public sealed record Usage(double Cpu, double Memory, double Disk);

/// <summary>
/// Body of POST /api/v1/heartbeats, and one host's line in a <see cref="HeartbeatReported"/> batch.
/// (host, incarnation, sequence) is unique; sequence grows by one per heartbeat within an incarnation.
/// </summary>
public sealed record HostReport
{
    public required string Host { get; init; }

    /// <summary>Grows with every start of the supervisor on this host.</summary>
    public required long Incarnation { get; init; }

    public required long Sequence { get; init; }
    public required string Region { get; init; }
    public required string Idc { get; init; }

    /// <summary>Address at which the host is reached, as <c>ip</c> or <c>ip:port</c>.</summary>
    public required string Address { get; init; }

    public required Usage Usage { get; init; }

    /// <summary>Version of the desired list that the supervisor holds; 0: none yet.</summary>
    public long DesiredVersion { get; init; }

    /// <summary>The incarnation whose leftovers this supervisor has verifiably killed before it reported first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Succeeds { get; init; }

    /// <summary>Number of the component list; grows whenever the list changes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Inventory { get; init; }

    /// <summary>All components on the host; omitted when unchanged since the last answered heartbeat.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ComponentReport>? Components { get; init; }

    /// <summary>The parts that were left out of <see cref="Components"/> and why, in one sentence with a code; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LeftOut { get; init; }

    /// <summary>
    /// This supervisor answers <see cref="HeartbeatReply.Logs"/>; an older one does not know of them. Said with
    /// <see cref="Components"/>, not with each heartbeat.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ServesLogs { get; init; }

    /// <summary>
    /// Seconds by which the host's wall clock is at least ahead of the collector's (behind: negative), as the answers to its
    /// heartbeats show. Null: it may be right, or an older supervisor does not say.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ClockAheadSec { get; init; }

    /// <summary>Logs that were asked for; never in a batch.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LogTail>? Logs { get; init; }
}

/// <summary>Answer to a heartbeat. Durations are seconds.</summary>
public sealed record HeartbeatReply
{
    /// <summary>Components may run until this long after the supervisor sent the heartbeat that this answers.</summary>
    public required double Lease { get; init; }

    /// <summary>Between SIGTERM and SIGKILL.</summary>
    public required double KillGrace { get; init; }

    /// <summary>Interval of the reports.</summary>
    public required double Interval { get; init; }

    public required long DesiredVersion { get; init; }
    public required DateTimeOffset ServerTime { get; init; }

    /// <summary>The whole desired list; omitted when the supervisor's version is current.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DesiredComponent>? Components { get; init; }

    /// <summary>True when this collector does not hold the host's component list: send it with the next heartbeat.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SendComponents { get; init; }

    /// <summary>False when the report was recognised as a duplicate or late one and changed nothing.</summary>
    public bool Applied { get; init; } = true;

    /// <summary>
    /// The report came so long after the one before that the lease in between was over: how often to report, in one sentence with a
    /// code. Null: it came in time.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Late { get; init; }

    /// <summary>Logs that somebody waits for; the answer goes with a report that is sent as soon as they are read.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LogWanted>? Logs { get; init; }
}

/// <summary>The most that a host may carry: Stores, and other components.</summary>
public sealed record Quotas(int Stores, int Others)
{
    /// <summary>The quotas of a host until somebody sets them.</summary>
    public static Quotas Unset { get; } = new(Stores: 100, Others: 100);
}

/// <summary>The settings that operators give a host. Sent when it changes and again with every refresh.</summary>
public sealed record HostRegistration(string Host, Quotas Quotas, IReadOnlyList<string> Tags)
{
    /// <summary>Its work is to go elsewhere and no other comes; null: not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Drain? Drain { get; init; }

    /// <summary>HA leaves it alone; null: not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Maintenance? Maintenance { get; init; }

    /// <summary>Answer to <see cref="HostForgotten"/> of this moment: the collector has forgotten the host. Null: no answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ForgottenAt { get; init; }
}

/// <summary>An operator wants a host empty.</summary>
public sealed record Drain(string Reason, string By, DateTimeOffset At);

/// <summary>An operator works on something: HA leaves it alone, and says so if that is forgotten past <c>Until</c>.</summary>
public sealed record Maintenance(string Reason, string Owner, DateTimeOffset Until, string By, DateTimeOffset At);

/// <summary>
/// A collector refuses what comes in this host's name, and has not taken a report of it for longer than it may be silent.
/// Said again while that goes on; the next report of the host that is taken ends it. Key: (host, code).
/// </summary>
public sealed record HostRefusal
{
    public required string Host { get; init; }

    /// <summary>The code of the answer (docs/errors.md).</summary>
    public required string Code { get; init; }

    /// <summary>The fault, in one sentence.</summary>
    public required string Detail { get; init; }

    public required string Workaround { get; init; }

    /// <summary>The address from which it came.</summary>
    public required string Address { get; init; }

    /// <summary>Count of the reports that were refused since it began.</summary>
    public required long Times { get; init; }

    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// One window of one collector (a heartbeat replica): said at least every second, even when empty.
/// Key: (collector, sequence). A missing sequence means that something was lost.
/// </summary>
public sealed record HeartbeatReported
{
    /// <summary>Unique per process life: a collector that restarts is another collector.</summary>
    public required string Collector { get; init; }

    /// <summary>1, 2, 3 … without a hole.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset WindowEnd { get; init; }

    /// <summary>WindowEnd on the collector's monotonic clock, milliseconds since its start: only differences mean anything.</summary>
    public required long UptimeMs { get; init; }

    /// <summary>
    /// The longest lease that may still be running as far as this collector knows, and the longest grace after it, in
    /// seconds. A collector says a longer one before it grants it, and a former one until it has run out.
    /// </summary>
    public required double Lease { get; init; }

    public required double KillGrace { get; init; }

    /// <summary>The last report of each host heard in the window.</summary>
    public required IReadOnlyList<HostReport> Reports { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HostRegistration>? Registrations { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HostConflict>? Conflicts { get; init; }

    /// <summary>Hosts whose reports are refused; a hint for people, no verdict.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<HostRefusal>? Refusals { get; init; }

    /// <summary>
    /// Leases that were over before the next report came, as this collector saw it: where a host reports to another one meanwhile, its
    /// lease was not. Not said again when the batch is lost.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LeaseLapse>? Lapses { get; init; }

    /// <summary>The collector's last batch: it grants nothing after this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Leaving { get; init; }
}
