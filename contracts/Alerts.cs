namespace Holdfast.Contracts;

/// <summary>The page that an alert belongs to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertScope>))]
public enum AlertScope
{
    [JsonStringEnumMemberName("system")]
    System,
    [JsonStringEnumMemberName("task")]
    Task,
}

/// <summary>OCP's levels, 1 the gravest (docs/reference/oms.md, OCP).</summary>
public enum AlertLevel
{
    Stopped = 1,
    Critical = 2,
    Warning = 3,
    Caution = 4,
    Reminder = 5,
}

/// <summary>State of the condition: it holds, or has been seen to end.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertCondition>))]
public enum AlertCondition
{
    [JsonStringEnumMemberName("firing")]
    Firing,
    [JsonStringEnumMemberName("resolved")]
    Resolved,
}

/// <summary>Names of events: OMS's own (docs/reference/oms.md, Events), then ours.</summary>
public static class AlertEvents
{
    public const string HostDown = "oms_host_down";
    public const string HostDownMigrateResource = "oms_host_down_migrate_resource";
    public const string HostThreshold = "oms_host_threshold";
    public const string MigrationFailed = "oms_migration_failed";
    public const string MigrationDelay = "oms_migration_delay";
    public const string SyncFailed = "oms_sync_failed";
    public const string SyncDelay = "oms_sync_delay";
    public const string SyncStatusInconsistent = "oms_sync_status_inconsistent";

    /// <summary>Ours: a host id reported from two places at once.</summary>
    public const string HostIdConflict = "holdfast_host_id_conflict";

    /// <summary>Ours: the heartbeat service does not take a host's reports.</summary>
    public const string HostRefused = "holdfast_host_refused";

    /// <summary>Ours: a host's wall clock is off by more than clocks may run apart.</summary>
    public const string HostClock = "holdfast_host_clock";

    /// <summary>Ours: a host's leases end before its next report comes, again and again, without it being Down.</summary>
    public const string HostLapses = "holdfast_host_lapses";

    /// <summary>Ours: a host goes Down again and again, and takes no new work for a while each time that it is back.</summary>
    public const string HostFlaps = "holdfast_host_flaps";

    /// <summary>Ours: too many hosts are silent at once, nothing is moved until somebody looks.</summary>
    public const string Brake = "holdfast_brake";

    /// <summary>Ours: no host of the region has room for what must move.</summary>
    public const string NoCapacity = "holdfast_no_capacity";

    /// <summary>Ours: components may have felled the hosts that they came to, and go one at a time.</summary>
    public const string ComponentSuspect = "holdfast_component_suspect";

    /// <summary>Ours: a component fells hosts, or fails on every host, and is held until somebody releases it.</summary>
    public const string ComponentHeld = "holdfast_component_held";

    /// <summary>Ours: a region does not tolerate the loss of its largest host, or of an IDC.</summary>
    public const string Headroom = "holdfast_headroom";

    /// <summary>Ours: a maintenance has passed its end and nobody has ended it.</summary>
    public const string MaintenanceOverdue = "holdfast_maintenance_overdue";

    /// <summary>Ours: a maintenance is over; what HA would have done meanwhile.</summary>
    public const string MaintenanceEnded = "holdfast_maintenance_ended";

    /// <summary>Ours: HA would act and may only recommend.</summary>
    public const string Recommendation = "holdfast_recommendation";

    /// <summary>Ours: HA would act and waits for a person to approve.</summary>
    public const string ApprovalNeeded = "holdfast_approval_needed";

    /// <summary>Ours: a consumer needs a position that no Store can serve.</summary>
    public const string StoreGap = "holdfast_store_gap";

    /// <summary>Ours: the source will soon have thrown away what a consumer needs next.</summary>
    public const string StoreRetention = "holdfast_store_retention";

    /// <summary>Ours: a subtopic needs a Store and has as many as HA may make.</summary>
    public const string StoreThreshold = "holdfast_store_threshold";

    /// <summary>Ours: a message could not be consumed and lies in an error queue.</summary>
    public const string PoisonMessage = "holdfast_poison_message";

    /// <summary>Ours: a message would have put a component on a host, or taken it away, and its owner has not registered that.</summary>
    public const string PlacementRefused = "holdfast_placement_refused";

    /// <summary>Ours: a channel does not take alerts; told on the other ones.</summary>
    public const string ChannelFailing = "holdfast_channel_failing";

    /// <summary>Ours: a replica of a service has not been heard for long, and did not say that it stops.</summary>
    public const string ServiceSilent = "holdfast_service_silent";

    /// <summary>Ours: messages of a service reach no queue, or the broker does not let it declare what it needs.</summary>
    public const string RouteLost = "holdfast_route_lost";

    /// <summary>Ours: the scheduler does not hear all collectors' batches, so that no host is judged.</summary>
    public const string FeedInterrupted = "holdfast_feed_interrupted";

    /// <summary>Every event, by name.</summary>
    public static IReadOnlyList<string> All { get; } = [.. typeof(AlertEvents).GetFields().Where(f => f.IsLiteral)
        .Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal)];
}

/// <summary>
/// A condition holds, or has ended. Key: id; raised again while the condition holds, so it may be lost, doubled or late.
/// </summary>
public sealed record AlertRaised
{
    /// <summary>Identity of this message, the same when it is sent again: <c>{event}:{target}:{occurrence}</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One of <see cref="AlertEvents"/>.</summary>
    public required string Event { get; init; }

    public required AlertScope Scope { get; init; }

    /// <summary>The object that it is about: a host or a task.</summary>
    public required string Target { get; init; }

    /// <summary>1 to 5.</summary>
    public required int Level { get; init; }

    public required AlertCondition Condition { get; init; }

    /// <summary>One line.</summary>
    public required string Summary { get; init; }

    /// <summary>Tells people all that is known, what was done, and what to do.</summary>
    public required string Description { get; init; }

    public required string Region { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HostIp { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TaskName { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProtectionLevel? Protection { get; init; }

    /// <summary>The task's tags, for routing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? TaskTags { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Incident { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>A channel took an alert. Key: delivery.</summary>
public sealed record AlertSent
{
    /// <summary>Stable over all attempts: receivers can drop a second one.</summary>
    public required string Delivery { get; init; }

    public required string Alert { get; init; }
    public required string Event { get; init; }
    public required string Target { get; init; }
    public required string Channel { get; init; }

    /// <summary>Successful or Sent again.</summary>
    public required string Status { get; init; }

    public required int Attempt { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// A replica of a service lives; said every few seconds, so one may be lost, doubled or late. Key: service, instance.
/// </summary>
public sealed record ServiceBeat
{
    /// <summary>The service, by the name of its folder: <c>ha-scheduler</c>.</summary>
    public required string Service { get; init; }

    /// <summary>Tells its replicas apart.</summary>
    public required string Instance { get; init; }

    /// <summary>The last one: it stops because somebody told it to.</summary>
    public required bool Stopping { get; init; }

    public required DateTimeOffset At { get; init; }
}
