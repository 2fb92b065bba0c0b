using Holdfast.Contracts.Views;

namespace Holdfast.Rules.StoreManager;

/// <summary>States of a ticket (docs/reference/oms.md, States).</summary>
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

/// <summary>Operations on Stores as tickets. Pure.</summary>
internal static class StoreTickets
{
    extension(StoreTicket)
    {
        internal static string IdOf(string kind, string store, long number) =>
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{kind.Split(' ')[0].ToLowerInvariant()}-{store}-{number}");

        /// <summary>Of what HA waits with: there is no Store yet.</summary>
        internal static string IdOf(string subtopic, DateTimeOffset now) =>
            IdOf(TicketKind.Create, subtopic, now.ToUnixTimeMilliseconds());

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
}
