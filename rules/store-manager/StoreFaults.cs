using Holdfast.Contracts.Views;

namespace Holdfast.Rules.StoreManager;

/// <summary>Errors of the API; docs/errors.md lists them.</summary>
internal static class StoreFaults
{
    private const string NothingChanged = "Correct the named fields and send it again; nothing was changed.";

    internal static Fault NotYet { get; } = new("ST-001", 503, "Still reading its state",
        "The store manager has started and has not read its state yet.",
        "Try again in a second; if it stays so, see /health/ready/store-manager.");

    internal static Fault Bad(params IReadOnlyList<FieldFault> fields) => Fault.Invalid("ST-101", NothingChanged, fields);

    internal static Fault UnknownStore(string name) =>
        Fault.NotFound("ST-110", "Store", name, "See GET /api/v1/stores for all Stores.");

    internal static Fault UnknownSubtopic(string subtopic) => Fault.NotFound("ST-111", "subtopic", subtopic,
        "See GET /api/v1/stores/coverage for all subtopics; a task that asks for a Store makes one.");

    internal static Fault InTheFuture(long checkpoint, long now) => Fault.Invalid("ST-112",
        "Give a position that can have been written already, in unix seconds; compare the clocks.",
        new FieldFault("checkpoint", checkpoint, $"must be at most {now}, which is now and a minute"));

    internal static Fault BeforeRetention(string field, long position, long oldest, long keptSec) => Fault.Invalid("ST-113",
        "The source has thrown it away: start from a later position after a new full migration.",
        new FieldFault(field, position, $"must be at least {oldest}: the source keeps its log for {keptSec} s"));

    internal static Fault NotServed(string subtopic, long checkpoint, ExactPlace? exact, string ranges) => new("ST-114", 409,
        "No Store serves this position",
        $"No running Store of '{subtopic}' has position {checkpoint}{(exact is { } at ? $" ({at})" : "")}; {ranges}.",
        "Ask again in a moment if a Store is starting; otherwise add one with POST /api/v1/stores from that position.");

    internal static Fault NoHost(string region, string missing) => new("ST-115", 409, "No host can take the Store",
        $"In region '{region}': {missing}. Nothing was created.", "Add a host to the region or free room, then send it again.");

    internal static Fault Full(string subtopic, int standing, int threshold) => new("ST-116", 409, "The subtopic has enough Stores",
        $"'{subtopic}' has {standing} Stores, and its threshold is {threshold}. Nothing was created.",
        "Delete one that nobody needs, raise the threshold, or send force true.");

    internal static Fault NotConfirmed(string name, string? typed) => Fault.Invalid("ST-117",
        "Send confirm with the Store's whole name; nothing was deleted.",
        new FieldFault("confirm", typed, $"must be the Store's name, {name}"));

    internal static Fault Changed(string what) => new("ST-118", 409, "Changed meanwhile",
        $"{what} Nothing was done.", "Read it again, then repeat what is still to be done.");

    internal static Fault UnknownTicket(string id) => Fault.NotFound("ST-119", "ticket", id, "See GET /api/v1/stores/tickets.");

    internal static Fault NotFailed(string id, string status) => new("ST-120", 409, "The ticket has not failed",
        $"Ticket '{id}' is {status}; only a failed one can be tried again or skipped.", "Wait until it has ended.");

    internal static Fault ThresholdBelow(string subtopic, int threshold, int standing) => new("ST-121", 409, "The threshold is too low",
        $"'{subtopic}' has {standing} Stores already, and the threshold would be {threshold}. Nothing was changed.",
        $"Delete Stores first, or give at least {standing}.");

    internal static Fault Unneeded(string subtopic) => new("ST-122", 409, "No task needs the subtopic",
        $"No task uses '{subtopic}': a Store would be removed at once. Nothing was created.",
        "Create the task first; it asks for a Store.");

    internal static Fault WaitsForNobody(StoreTicket ticket) => new("ST-124", 409, "Nothing waits for approval",
        ticket.Approval is { } before
            ? $"Ticket '{ticket.Id}' was approved by {before.By} at {before.At:O}."
            : $"Ticket '{ticket.Id}' ({ticket.Kind}) is {ticket.Status} and waits for nobody.",
        "See GET /api/v1/stores/tickets for the tickets that are Ready: those wait.");

    internal static Fault IsLeaving(string name) => new("ST-123", 409, "The Store is being deleted",
        $"'{name}' is on its way out. Nothing was done.", "Use another Store of the subtopic, or add one.");
}
