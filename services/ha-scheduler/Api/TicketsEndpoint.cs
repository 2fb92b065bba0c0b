using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.State;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Holdfast.Rules.HaScheduler.Tickets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Body of retry, skip and approve; may be left out.</summary>
/// <param name="By">Person who does it.</param>
internal sealed record TicketWord(string? By);

internal static class TicketsEndpoint
{
    private const int PartsShown = 100;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var tickets = routes.MapLoadedGroup("/api/v1/tickets", "tickets");
        tickets.MapGet("", List).WithSummary("Operations, newest first. Filters: status, kind, host, component, incident.")
            .WithDescription("incident: how far a failure of hosts is, Ongoing, Recovered or Closed; several may be given. An incident is "
                + "open until its hosts are Online again or removed, its components have caught up and no Store has a gap.")
            .Produces<ListPage<TicketView>>().ProducesProblem(400);
        tickets.MapGet("/{id}", Get).WithSummary("One operation with the first 100 of its sub-tasks.")
            .Produces<TicketView>().ProducesProblem(404);
        tickets.MapGet("/{id}/subtasks", Parts).WithSummary("Its sub-tasks by component. Filter: status.")
            .Produces<ListPage<SubTask>>().ProducesProblem(400).ProducesProblem(404);
        Word("/{id}/retry", "What has failed of it is tried again.", (id, _, _, operations, cancel) => operations.Retry(id, null, cancel));
        Word("/{id}/skip", "What is not done of it is not waited for any more, and taken back where it had no effect yet.",
            (id, _, by, operations, cancel) => operations.Skip(id, null, by, cancel));
        Word("/{id}/approve", "HA may do what it waits with.", (id, _, by, operations, cancel) => operations.Approve(id, by, cancel));
        Word("/{id}/subtasks/{component}/retry", "One sub-task that has failed is tried again.",
            (id, component, _, operations, cancel) => operations.Retry(id, component, cancel));
        Word("/{id}/subtasks/{component}/skip", "One sub-task is not waited for any more.",
            (id, component, by, operations, cancel) => operations.Skip(id, component, by, cancel));

        void Word(string path, string summary, Act act) => (path.Contains("{component}", StringComparison.Ordinal)
                ? tickets.MapPost(path, async (string id, string component, TicketWord? body, TicketOperations operations,
                    CancellationToken cancel) => Answer(await act(id, component, OperationsEndpoint.By(body?.By), operations, cancel)))
                : tickets.MapPost(path, async (string id, TicketWord? body, TicketOperations operations, CancellationToken cancel) =>
                    Answer(await act(id, null, OperationsEndpoint.By(body?.By), operations, cancel))))
            .WithSummary(summary).Produces<TicketView>(202).ProducesProblem(404).ProducesProblem(409);
    }

    private delegate Task<Outcome<Ticket>> Act(
        string id, string? component, string by, TicketOperations operations, CancellationToken cancel);

    private static IResult Answer(Outcome<Ticket> outcome) =>
        outcome.ToResult(ticket => Results.Accepted(TicketView.UrlOf(ticket.Id), TicketView.Of(ticket)));

    private static async Task<IResult> List(Cluster cluster, string? status, string? kind, string? host, string? component,
        string[]? incident, string? cursor, int? limit, CancellationToken cancel)
    {
        List<string> wanted = [.. (incident ?? []).Where(i => i.Length > 0)];
        if (Check([.. wanted.Select(i => ("incident", (string?)i, IncidentState.All)),
            ("status", status, TicketStatus.All), ("kind", kind, TicketKind.All)]) is { } fault)
        {
            return fault.ToResult();
        }

        var of = component is null ? null : await cluster.TicketsOf(Registration.IdIn(component), cancel);
        return Paging.Page(cluster.Tickets.All
                .Where(t => status is null || t.Status.Equals(status, StringComparison.OrdinalIgnoreCase))
                .Where(t => kind is null || t.Kind.Equals(kind, StringComparison.OrdinalIgnoreCase))
                .Where(t => host is null || t.Hosts.Contains(host, StringComparer.Ordinal))
                .Where(t => of is null || of.Contains(t.Id))
                .Where(t => wanted.Count == 0 || wanted.Contains(IncidentState.Of(t) ?? "", StringComparer.OrdinalIgnoreCase)),
            NewestFirst, TicketView.Of, cursor, limit);
    }

    /// <summary>Its order as text is the order of time turned round.</summary>
    private static string NewestFirst(Ticket ticket) => string.Create(
        CultureInfo.InvariantCulture, $"{DateTimeOffset.MaxValue.UtcTicks - ticket.CreatedAt.UtcTicks:d19}-{ticket.Id}");

    private static async Task<IResult> Get(string id, Cluster cluster, CancellationToken cancel)
    {
        if (cluster.Tickets.Find(id) is not { } ticket)
        {
            return TicketOperations.Unknown(id).ToResult();
        }

        var parts = await cluster.PageOf(id, null, null, PartsShown, cancel);
        return Results.Ok(TicketView.Of(ticket) with { SubTasks = [.. parts.Items.Select(i => i.Document)] });
    }

    private static async Task<IResult> Parts(
        string id, Cluster cluster, string? status, string? cursor, int? limit, CancellationToken cancel)
    {
        if (cluster.Tickets.Find(id) is null)
        {
            return TicketOperations.Unknown(id).ToResult();
        }

        if (Check(("status", status, TicketStatus.All)) is { } fault)
        {
            return fault.ToResult();
        }

        try
        {
            var known = TicketStatus.All.FirstOrDefault(s => s.Equals(status, StringComparison.OrdinalIgnoreCase));
            return await Paging.Stored(limit, most => cluster.PageOf(id, known, cursor, most, cancel));
        }
        catch (BadCursorException)
        {
            return Bad(new FieldFault("cursor", cursor, "must be the next of the page before, of the same list")).ToResult();
        }
    }

    private static Fault? Check(params IReadOnlyList<(string Field, string? Value, IReadOnlyList<string> Of)> filters)
    {
        var faults = filters.Where(f => f.Value is not null && !f.Of.Contains(f.Value, StringComparer.OrdinalIgnoreCase))
            .Select(f => new FieldFault(f.Field, f.Value, $"must be one of {string.Join(", ", f.Of)}")).ToList();
        return faults.Count == 0 ? null : Bad([.. faults]);
    }

    private static Fault Bad(params IReadOnlyList<FieldFault> faults) =>
        Fault.Invalid("HA-140", "Correct the named parameters, or leave them out.", faults);
}
