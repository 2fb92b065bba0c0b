namespace Holdfast.Contracts.Views;

/// <summary>A ticket as people see it.</summary>
public sealed record TicketView
{
    public required string Id { get; init; }
    public required string Url { get; init; }
    public required string Kind { get; init; }

    /// <summary>Initializing, Ready, In Progress, Successful or Failed.</summary>
    public required string Status { get; init; }

    public required string Region { get; init; }
    public required IReadOnlyList<string> Hosts { get; init; }
    public required string By { get; init; }
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public Approval? Approval { get; init; }
    public required int Total { get; init; }
    public required int Done { get; init; }
    public required int Failures { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public double? DetectionSeconds { get; init; }
    public double? MoveSeconds { get; init; }
    public double? CatchUpSeconds { get; init; }

    /// <summary>Of a failover: Ongoing, Recovered (all runs and has caught up, a host is still away) or Closed.</summary>
    public string? Incident { get; init; }

    /// <summary>Of a failover: subtopics that had a Store on its hosts.</summary>
    public IReadOnlyList<string>? Subtopics { get; init; }

    /// <summary>Time at which all its hosts were Online again, or removed.</summary>
    public DateTimeOffset? HostsBackAt { get; init; }

    /// <summary>Time at which all components had caught up and no gap was left.</summary>
    public DateTimeOffset? RecoveredAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>First 100 sub-tasks by component, if one ticket is asked for alone; the others are at {url}/subtasks.</summary>
    public IReadOnlyList<SubTask>? SubTasks { get; init; }
}

/// <summary>A person's approval of what HA wants to do.</summary>
public sealed record Approval(string By, DateTimeOffset At);

/// <summary>One component's part of a ticket; a document of its own, for a lost IDC has tens of thousands. Key: id.</summary>
public sealed record SubTask
{
    /// <summary><c>{ticket}#{component}</c>.</summary>
    public required string Id { get; init; }

    public required string Ticket { get; init; }
    public required string Component { get; init; }

    /// <summary>Its ticket's; null: of a failover.</summary>
    public string? Kind { get; init; }

    /// <summary>A Store, named by its name: the store manager moves it, and this only follows.</summary>
    public bool IsStore { get; init; }

    public required string Status { get; init; }

    /// <summary>Former host of the component.</summary>
    public string? From { get; init; }

    /// <summary>Host that the component went to.</summary>
    public string? Target { get; init; }

    /// <summary>Host that an operator named; null: any with room.</summary>
    public string? NamedTarget { get; init; }

    /// <summary>The epoch that it is about; null: any.</summary>
    public long? Epoch { get; init; }

    public string? Note { get; init; }

    /// <summary>Time at which the component was given the order; null: not yet.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    public Undo? Undo { get; init; }

    /// <summary>Person who does not want to wait for it any more; the next pass ends it.</summary>
    public string? SkippedBy { get; init; }

    /// <summary>For a component that ran on a host that failed.</summary>
    public Recovery? Recovery { get; init; }

    /// <summary>Nothing more will happen to it.</summary>
    public bool IsOver { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>The way of one task through a failure, with its times.</summary>
public sealed record Recovery(RecoveryPhase Phase, DateTimeOffset? MovedAt = null, DateTimeOffset? StartedAt = null,
    DateTimeOffset? RecoveredAt = null);

/// <summary>Desired states of a component before an order.</summary>
public sealed record Undo(DesiredState Desired, DesiredState? ByHand);
