
namespace Holdfast.Rules.StoreManager;

/// <summary>States of a ticket (reference, section 2).</summary>
internal static class TicketStatus
{
    /// <summary>Written down, and not carried out yet.</summary>
    internal const string Ready = "Ready";

    internal const string InProgress = "In Progress";
    internal const string Successful = "Successful";
    internal const string Failed = "Failed";
}

/// <summary>Kinds of operations on a Store.</summary>
internal static class TicketKind
{
    internal const string Create = "Create Store";
    internal const string Add = "Add Store";
    internal const string Start = "Start Store";
    internal const string Pause = "Pause Store";
    internal const string Configure = "Configure Store";
    internal const string Delete = "Delete Store";
}

/// <summary>One operation on one Store, by HA or by hand. Key: id.</summary>
internal sealed record StoreTicket
{
    public required string Id { get; init; }

    /// <summary>One of <see cref="TicketKind"/>.</summary>
    public required string Kind { get; init; }

    public required string Subtopic { get; init; }

    /// <summary>Null while it waits for a person: its place is chosen when it is made.</summary>
    public string? Store { get; init; }

    public required string Region { get; init; }
    public string? Host { get; init; }

    /// <summary>One of <see cref="TicketStatus"/>.</summary>
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

    internal static string IdOf(string kind, string store, long number) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{kind.Split(' ')[0].ToLowerInvariant()}-{store}-{number}");

    /// <summary>Of what HA waits with: there is no Store yet.</summary>
    internal static string IdOf(string subtopic, DateTimeOffset now) => IdOf(TicketKind.Create, subtopic, now.ToUnixTimeMilliseconds());

    /// <summary>It waits for a person to approve the plan.</summary>
    internal static StoreTicket OfProposal(Hold hold) => new()
    {
        Id = hold.Ticket!,
        Kind = TicketKind.Create,
        Subtopic = hold.Document.Subtopic,
        Region = hold.Document.Region,
        Status = TicketStatus.Ready,
        By = "HA",
        Reason = $"{hold.Because}; plan: {hold.Plan}",
        Note = "waits for a person to approve",
        CreatedAt = hold.Document.Proposal!.At,
        TriedAt = hold.Document.Proposal.At,
    };

    internal static StoreTicket OfCreate(SubtopicDocument subtopic, Store store, Create create, DateTimeOffset now) => new()
    {
        Id = IdOf(TicketKind.Create, store.Name, store.Seq),
        Kind = TicketKind.Create,
        Subtopic = subtopic.Subtopic,
        Store = store.Name,
        Region = subtopic.Region,
        Host = store.Host,
        Status = TicketStatus.InProgress,
        By = create.Origin switch
        {
            StoreOrigin.Ha => "HA",
            StoreOrigin.Task => "task",
            StoreOrigin.Drain => "drain",
            StoreOrigin.Operator => "operator",
        },
        Reason = create.Because,
        CreatedAt = now,
        TriedAt = now,
    };

    /// <summary>Of a Store that HA, a drain or a task has go; its name is used once, and so is the ticket's.</summary>
    internal static StoreTicket OfRemoval(SubtopicDocument subtopic, Store store, DateTimeOffset now) => new()
    {
        Id = IdOf(TicketKind.Delete, store.Name, store.Seq),
        Kind = TicketKind.Delete,
        Subtopic = subtopic.Subtopic,
        Store = store.Name,
        Region = subtopic.Region,
        Host = store.Host,
        Status = TicketStatus.InProgress,
        By = store.LeavesBy!,
        Reason = store.LeavesBecause,
        CreatedAt = now,
        TriedAt = now,
    };
}
