namespace Holdfast.Rules.HaScheduler.Model;

/// <summary>States of a ticket and of its sub-tasks (docs/reference/oms.md, States).</summary>
internal static class TicketStatus
{
    internal const string Initializing = "Initializing";

    /// <summary>Waits: for a person's approval, or for its turn.</summary>
    internal const string Ready = "Ready";

    internal const string InProgress = "In Progress";
    internal const string Successful = "Successful";
    internal const string Failed = "Failed";

    internal static IReadOnlyList<string> All { get; } = [Initializing, Ready, InProgress, Successful, Failed];
}

/// <summary>Kinds of tickets.</summary>
internal static class TicketKind
{
    internal const string HostFailover = "Host failover";
    internal const string IdcFailover = "IDC failover";

    /// <summary>HA wants to restart or move a component that has failed, and waits for approval.</summary>
    internal const string Restart = "Restart";

    /// <summary>A host is to be empty.</summary>
    internal const string Drain = "Drain";

    internal const string Start = "Start";
    internal const string Stop = "Stop";
    internal const string Migrate = "Migrate";
    internal const string Delete = "Delete";

    internal static IReadOnlyList<string> All { get; } = [HostFailover, IdcFailover, Restart, Drain, Start, Stop, Migrate, Delete];

    /// <summary>An operator's order, carried out by its sub-tasks; any other ticket follows what HA does.</summary>
    internal static bool IsManual(string? kind) => kind is Start or Stop or Migrate or Delete;
}

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

    /// <summary>Person who asked for it; HA for a failover.</summary>
    public required string By { get; init; }

    public string? Reason { get; init; }

    /// <summary>Result of the ticket, where its sub-tasks do not tell it.</summary>
    public string? Note { get; init; }

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

    /// <summary>Seconds from the verdict until every component had another host.</summary>
    public double? MoveSeconds { get; init; }

    /// <summary>Seconds from then until every task was within its limit again.</summary>
    public double? CatchUpSeconds { get; init; }

    /// <summary>Of a failover: how far the incident is, one of <c>IncidentState</c>; null: no pass has looked yet.</summary>
    public string? Incident { get; init; }

    /// <summary>
    /// Of a failover: subtopics that had a Store on its hosts when they went Down; null: it was opened by a release that did not
    /// note them.
    /// </summary>
    public IReadOnlyList<string>? Subtopics { get; init; }

    /// <summary>Time at which all its hosts were Online again, or removed.</summary>
    public DateTimeOffset? HostsBackAt { get; init; }

    /// <summary>Time at which, for the first time, all of its components had caught up and no gap was left.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    /// <summary>Time at which both were true: nothing that happens later belongs to the incident.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>People have been told how it ended.</summary>
    public bool Announced { get; init; }

    /// <summary>Components that had moved when the waiting of the others was announced; null: nothing has waited.</summary>
    public int? MovesTold { get; init; }

    /// <summary>People have been told that nothing waits any more.</summary>
    public bool WaitEnded { get; init; }

    internal bool IsManual => TicketKind.IsManual(Kind);

    internal bool IsFailover => Kind is TicketKind.HostFailover or TicketKind.IdcFailover;

    /// <summary>Given up while it was being opened: nothing of it may begin.</summary>
    internal bool IsAbandoned => IsManual && Status == TicketStatus.Failed && Total == 0;

    internal bool IsOpen => Status is not (TicketStatus.Successful or TicketStatus.Failed);
}

/// <summary>The state of a sub-task. Pure.</summary>
internal static class SubTaskState
{
    extension(SubTask part)
    {
        internal bool IsManual => TicketKind.IsManual(part.Kind);

        /// <summary>It may still change its component by itself.</summary>
        internal bool IsOpen => !part.IsOver && part.Status is not (TicketStatus.Successful or TicketStatus.Failed);

        internal static string IdOf(string ticket, string component) => $"{ticket}#{component}";
    }
}
