using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Holdfast.Contracts;

namespace Holdfast.ConsoleUi.Client;

// What the services answer, as far as pages show it. Units are in the names; the source is docs/openapi.json.

public sealed record HostView(
    string Host, HostState State, string Region, string Idc, string Address, DateTimeOffset Since, double SilenceSeconds,
    string? Incident, Usage? Usage, Quotas? Quotas, IReadOnlyList<string>? Tags, Drain? Drain, Maintenance? Maintenance,
    int Placed, int Stores, RefusedHost? Refused = null, string? LeftOut = null, DateTimeOffset? HeldOffUntil = null,
    int? Returns = null, Lapses? Lapses = null);

public sealed record Lapses(int Count, double WindowSec, int SharePercent, double LongestGapSec, double LeaseSec);

public sealed record RefusedHost(string Code, string Detail, string Workaround, string Address, DateTimeOffset Since);

public sealed record ComponentView(
    string Name, ComponentKind Kind, string? Task, string? Subtopic, string Region, string? Host, long? Epoch, DesiredState Desired,
    ComponentState State, long? Checkpoint, double? DelaySeconds, int? Pid, string? Error, MigrationView? Migration, int? Restarts,
    DateTimeOffset? FailedAt, SuspectView? Suspect = null);

public sealed record SuspectView(string Id, string Standing, IReadOnlyList<string> Hosts, string Because);

public sealed record MigrationView(string Phase, string? Target, string Cause, string? Ticket);

public sealed record TaskSource(string Name, string Region);

public sealed record TaskView(
    string Id, string Name, string Type, string Region, ProtectionLevel Protection, TaskSource Source, string Subtopic, string Status,
    long StartTimestamp, DateTimeOffset CreatedAt, ComponentView? IncrSync, IReadOnlyList<string>? Stores,
    IReadOnlyList<string>? Tags, string? StatusReason, long Version);

public sealed record StoreView(
    string Name, string Subtopic, string Region, string Host, long StartTimestamp, DesiredState Desired, ComponentState State,
    long? Begin, long? End, IReadOnlyList<string> Tasks, DateTimeOffset PlacedAt);

public sealed record WhyView(
    string Object, string Kind, string Code, string Sentence, DateTimeOffset At, DateTimeOffset? Earliest, string? Workaround,
    string? Plan, string? Ticket, string? Maintenance, IReadOnlyDictionary<string, string>? Inputs, IReadOnlyList<WhyView>? Parts);

public sealed record DecisionView(
    string Id, string Object, string Code, string Sentence, DateTimeOffset? Earliest, string? Workaround, string? Plan, string? Ticket,
    IReadOnlyDictionary<string, string>? Inputs, DateTimeOffset At, DateTimeOffset? Until);

public sealed record Recovery(string Phase, DateTimeOffset? MovedAt, DateTimeOffset? StartedAt, DateTimeOffset? RecoveredAt);

public sealed record SubTask(
    string Id, string Component, string? Kind, string Status, string? From, string? Target, string? NamedTarget, long? Epoch, string? Note,
    DateTimeOffset? StartedAt, string? SkippedBy, Recovery? Recovery, bool IsOver, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);

public sealed record Approval(string By, DateTimeOffset At);

public sealed record TicketView(
    string Id, string Kind, string Status, string Region, IReadOnlyList<string> Hosts, string By, string? Reason, string? Note,
    Approval? Approval, int Total, int Done, int Failures, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt,
    double? DetectionSeconds, double? MoveSeconds, double? CatchUpSeconds, IReadOnlyList<SubTask>? SubTasks)
{
    /// <summary>Of a failover: Ongoing, Recovered or Closed.</summary>
    public string? Incident { get; init; }

    /// <summary>Subtopics that had a Store on its hosts.</summary>
    public IReadOnlyList<string>? Subtopics { get; init; }

    public DateTimeOffset? HostsBackAt { get; init; }

    public DateTimeOffset? RecoveredAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }
}

public sealed record AlertView(
    string Id, string Event, AlertScope Scope, string Target, int Level, AlertCondition Condition, string Status, string Summary,
    string Description, string Region, string? Host, string? HostIp, string? Task, string? TaskName, ProtectionLevel? Protection,
    string? Incident, DateTimeOffset ActiveAt, DateTimeOffset LastTriggered, DateTimeOffset? ResolvedAt, long Count, int Round)
{
    /// <summary>The summary that it began with.</summary>
    public string? RaisedAs { get; init; }

    /// <summary>The silence that keeps it from being told.</summary>
    public string? SilencedBy { get; init; }

    /// <summary>The alert that it follows from.</summary>
    public string? Parent { get; init; }
}

public sealed record AlertGroupView(
    string Key, string Title, int Level, int Count, int Silenced, int Children, DateTimeOffset Since, DateTimeOffset LastTriggered,
    IReadOnlyList<string> Targets, string? Alert);

public sealed record AlertGroupsView(IReadOnlyList<AlertGroupView> Items, int Count, bool IsWhole);

public sealed record AlertCountsView(
    IReadOnlyDictionary<string, long> Counts, long Total, IReadOnlyDictionary<string, long>? Scopes = null);

public sealed record SilenceView(string Id, string Reason, string Owner, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>A decision of the store manager about a subtopic.</summary>
public sealed record StoreDecisionView(string Id, string Subtopic, string Code, string Sentence, DateTimeOffset At);

public sealed record FiringLevel(int Level, string Name, long Count, long Silenced);

public sealed record FiringAlerts(DateTimeOffset At, long Count, long Silenced, IReadOnlyList<FiringLevel> Levels)
{
    public static FiringAlerts None { get; } = new(default, 0, 0, []);
}

public sealed record Attempt(DateTimeOffset At, double DurationMs, bool Ok, int? Answer, string? Reason, string? Excerpt);

public sealed record DeliveryView(
    string Id, string Alert, string Channel, int Round, AlertCondition Condition, string Status, DateTimeOffset CreatedAt,
    DateTimeOffset? NextAttempt, DateTimeOffset? SettledAt, int AttemptCount, IReadOnlyList<Attempt> Attempts);

/// <summary>Its kind's own settings stay JSON: kinds come and go without the console.</summary>
public sealed record ChannelView(
    string Name, string Kind, bool Enabled, IReadOnlyList<string>? Scopes, IReadOnlyList<string>? Events, IReadOnlyList<int>? Levels)
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Rest { get; init; } = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
}

public sealed record ChannelStanding(
    string Channel, string Circuit, int FailuresInARow, string? Reason, DateTimeOffset? FailedAt, DateTimeOffset? DeliveredAt,
    DateTimeOffset? ProbeAt, long Waiting, long DeadLetters);

/// <summary>A kind of channel, as the alerting service describes it.</summary>
/// <param name="Brief">The field that tells two channels of this kind apart.</param>
public sealed record ChannelKindView(string Kind, string? Brief, IReadOnlyList<ChannelFieldView> Fields);

/// <summary>A setting of a kind.</summary>
/// <param name="Type">text, area, number, check, choice, list, json, file, secret, url, headers.</param>
public sealed record ChannelFieldView(
    string Name, string Type, ChannelTextView Label, bool Required, bool Fixed, JsonNode? Default, IReadOnlyList<ChannelChoiceView> Choices)
{
    public int? Min { get; init; }

    public int? Max { get; init; }
}

public sealed record ChannelTextView(string En, string Zh);

public sealed record ChannelChoiceView(string Value, ChannelTextView? Help, string? Link);

public sealed record ThresholdsView(
    IReadOnlyDictionary<string, int> DelayThreshold, IReadOnlyDictionary<string, int> FailedLengthOfTimeThreshold,
    IReadOnlyDictionary<string, int> AlarmRestrainTimeOfMin, int Version, string? By, DateTimeOffset? At);

public sealed record MaintenanceView(
    string Key, string Scope, string Region, string Reason, string Owner, DateTimeOffset Until, string By, DateTimeOffset At,
    bool IsOverdue, int HeldBackCount);

public sealed record StoreTicketView(
    string Id, string Kind, string Subtopic, string? Store, string Region, string? Host, string Status, string By, string? Reason,
    string? Note, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, bool IsOver);

public sealed record HostLog(string Host, DateTimeOffset At, IReadOnlyList<LogOutput> Outputs);

public sealed record ReplayMismatch(DateTimeOffset At, IReadOnlyList<string> Recorded, IReadOnlyList<string> Now);

public sealed record BacktestKey(string Key, string Recorded, string Other);

public sealed record BacktestSide(int Declared, int NeverDied, int Missed, int Moves, int MovesOffLiving, int Brakes);

public sealed record BacktestFailure(string Host, double? RecordedSeconds, double? OtherSeconds);

public sealed record Backtested(
    IReadOnlyList<BacktestKey> Keys, BacktestSide Recorded, BacktestSide Other, IReadOnlyList<BacktestFailure> Failures);

public sealed record ReplayedInstance(
    string Instance, int Passes, int Reproduced, long Dropped, IReadOnlyList<ReplayMismatch> Mismatches, Backtested? Backtest);

public sealed record Replayed(IReadOnlyList<ReplayedInstance> Instances, bool IsDamaged);
