using Holdfast.Platform.State;

namespace Holdfast.HaScheduler;

/// <summary>States of a ticket and of its sub-tasks (reference, section 2).</summary>
internal static class TicketStatus
{
    internal const string Initializing = "Initializing";

    /// <summary>Waits: for a person's approval, or for its turn.</summary>
    internal const string Ready = "Ready";

    internal const string InProgress = "In Progress";
    internal const string Successful = "Successful";
    internal const string Failed = "Failed";
}

/// <summary>What a ticket is about.</summary>
internal static class TicketKind
{
    internal const string HostFailover = "Host failover";
    internal const string IdcFailover = "IDC failover";

    /// <summary>HA wants to restart or move a component that has failed, and waits for approval.</summary>
    internal const string Restart = "Restart";
}

/// <summary>A person's approval of what HA wants to do.</summary>
internal sealed record Approval(string By, DateTimeOffset At);

/// <summary>An asynchronous operation made of sub-tasks; every failover is one. Key: id, the incident of a failover.</summary>
internal sealed record Ticket
{
    public required string Id { get; init; }

    /// <summary>One of <see cref="TicketKind"/>.</summary>
    public required string Kind { get; init; }

    public required string Region { get; init; }

    /// <summary>Hosts that it is about.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>One of <see cref="TicketStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>Who asked for it; HA for a failover.</summary>
    public required string By { get; init; }

    public string? Reason { get; init; }

    /// <summary>Given by a person where autonomy is approve.</summary>
    public Approval? Approval { get; init; }

    /// <summary>Sub-tasks: all, those that are done, those that have failed.</summary>
    public int Total { get; init; }

    public int Done { get; init; }
    public int Failures { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>From the last report of the host that was silent longest to the verdict.</summary>
    public double? DetectionSeconds { get; init; }

    /// <summary>From the verdict until everything had another host.</summary>
    public double? MoveSeconds { get; init; }

    /// <summary>From then until every task was within its limit again.</summary>
    public double? CatchUpSeconds { get; init; }

    /// <summary>People have been told how it ended.</summary>
    public bool Announced { get; init; }

    internal bool IsFailover => Kind is TicketKind.HostFailover or TicketKind.IdcFailover;

    internal bool IsOpen => Status is not (TicketStatus.Successful or TicketStatus.Failed);

    internal static Collection<Ticket> Collection { get; } =
        new Collection<Ticket>("ha-scheduler.tickets", 1, t => t.Id).Index(t => t.Region);
}

/// <summary>How far a task is that ran on a host that failed.</summary>
[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<RecoveryPhase>))]
internal enum RecoveryPhase
{
    Moving,
    Started,
    CatchingUp,
    Recovered,
}

/// <summary>The way of one task through a failure, with its times.</summary>
internal sealed record Recovery(RecoveryPhase Phase, DateTimeOffset? MovedAt = null, DateTimeOffset? StartedAt = null,
    DateTimeOffset? RecoveredAt = null);

/// <summary>One component's part of a ticket; a document of its own, for a lost IDC has tens of thousands. Key: id.</summary>
internal sealed record SubTask
{
    /// <summary><c>{ticket}#{component}</c>.</summary>
    public required string Id { get; init; }

    public required string Ticket { get; init; }
    public required string Component { get; init; }
    public required string Status { get; init; }

    /// <summary>Where the component was.</summary>
    public string? From { get; init; }

    /// <summary>Where it went.</summary>
    public string? Target { get; init; }

    public string? Note { get; init; }

    /// <summary>For a component that ran on a host that failed.</summary>
    public Recovery? Recovery { get; init; }

    /// <summary>Nothing more will happen to it.</summary>
    public bool IsOver { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }

    internal static string IdOf(string ticket, string component) => $"{ticket}#{component}";

    internal static Collection<SubTask> Collection { get; } =
        new Collection<SubTask>("ha-scheduler.subtasks", 1, s => s.Id).Index(s => s.Ticket).Index(s => s.IsOver);
}
