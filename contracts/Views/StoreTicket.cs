namespace Holdfast.Contracts.Views;

/// <summary>One operation on one Store, by HA or by hand. Key: id.</summary>
public sealed record StoreTicket
{
    public required string Id { get; init; }

    /// <summary>Create, Add, Start, Pause, Configure or Delete Store.</summary>
    public required string Kind { get; init; }

    public required string Subtopic { get; init; }

    /// <summary>Null while it waits for a person: its place is chosen when it is made.</summary>
    public string? Store { get; init; }

    public required string Region { get; init; }
    public string? Host { get; init; }

    /// <summary>Ready, In Progress, Successful or Failed.</summary>
    public required string Status { get; init; }

    /// <summary>HA, a task, or who sent it.</summary>
    public required string By { get; init; }

    public string? Reason { get; init; }

    /// <summary>Given by a person where autonomy is approve.</summary>
    public Approval? Approval { get; init; }

    /// <summary>Progress of the operation, or the reason of its failure.</summary>
    public string? Note { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Time of the last attempt; the time limit counts from here.</summary>
    public required DateTimeOffset TriedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Nothing more will happen to it by itself.</summary>
    public bool IsOver { get; init; }
}
