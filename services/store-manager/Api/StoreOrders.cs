using Holdfast.Platform.Http;
using Holdfast.StoreManager.Operations;
using Holdfast.StoreManager.Tickets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.StoreManager.Api;

/// <summary>The caller of an operation, and the reason for it.</summary>
internal sealed class Order
{
    [FromHeader(Name = OperatorText.UserHeader)]
    public string? User { get; init; }

    [FromQuery(Name = "reason")]
    public string? Reason { get; init; }

    internal string By => User ?? "token";
}

/// <summary>Endpoints for operators' orders about Stores; each answers with its ticket.</summary>
internal static class StoreOrders
{
    internal static void Map(RouteGroupBuilder stores)
    {
        stores.MapPost("", (NewStore body, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
            Answer(order, () => operations.Add(body, order.By, cancel)))
            .WithSummary("One more Store for a subtopic that a task needs.")
            .Produces<StoreTicket>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        stores.MapPost("/{name}/start", (string name, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
            Answer(order, () => operations.Start(name, order.By, order.Reason, cancel)))
            .WithSummary("It runs, or is started anew.").Produces<StoreTicket>(202).ProducesProblem(404).ProducesProblem(409);
        stores.MapPost("/{name}/pause", (string name, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
            Answer(order, () => operations.Pause(name, order.By, order.Reason, cancel)))
            .WithSummary("It stops and keeps its data; HA leaves it alone.").Produces<StoreTicket>(202).ProducesProblem(404)
            .ProducesProblem(409);
        stores.MapPatch("/{name}/configuration",
            (string name, StoreConfiguration body, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
                Answer(order, () => operations.Configure(name, body, order.By, cancel)))
            .WithSummary("Another command for this Store; it is restarted with it.")
            .Produces<StoreTicket>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        stores.MapDelete("/{name}",
            (string name, string? confirm, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
                Answer(order, () => operations.Delete(name, confirm, order.By, order.Reason, cancel)))
            .WithSummary("Removes it with its data; confirm must be its whole name.")
            .Produces<StoreTicket>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        stores.MapPatch("/subtopics/{subtopic}", Set).WithSummary("A subtopic's own threshold; null: that of ha.config.")
            .Produces<SubtopicAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        MapTickets(stores);
    }

    private static void MapTickets(RouteGroupBuilder stores)
    {
        stores.MapGet("/tickets", Tickets).WithSummary("Operations on Stores, newest first. Filter: subtopic.")
            .Produces<ListPage<StoreTicket>>();
        stores.MapGet("/tickets/{id}", async (string id, TicketStore tickets, CancellationToken cancel) =>
            await tickets.Find(id, cancel) is { } ticket ? Results.Ok(ticket) : StoreFaults.UnknownTicket(id).ToResult())
            .WithSummary("One operation.").Produces<StoreTicket>().ProducesProblem(404);
        stores.MapPost("/tickets/{id}/retry",
            (string id, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
                Answer(order, () => operations.Retry(id, cancel)))
            .WithSummary("Tries a failed operation once more.").Produces<StoreTicket>(202).ProducesProblem(404).ProducesProblem(409);
        stores.MapPost("/tickets/{id}/approve",
            (string id, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
                Answer(order, () => operations.Approve(id, order.By, cancel)))
            .WithSummary("HA may make the Store that it waits with.").Produces<StoreTicket>(202).ProducesProblem(404).ProducesProblem(409);
        stores.MapPost("/tickets/{id}/skip",
            (string id, [AsParameters] Order order, StoreOperations operations, CancellationToken cancel) =>
                Answer(order, () => operations.Skip(id, order.By, cancel)))
            .WithSummary("A failed operation counts as done; what waits for a person is declined.")
            .Produces<StoreTicket>(202).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> Answer(Order order, Func<Task<Outcome<StoreTicket>>> operate) =>
        OperationRules.CheckWho(order.User, order.Reason) is { } bad
            ? bad.ToResult()
            : (await operate()).ToResult(ticket => Results.Accepted($"/api/v1/stores/tickets/{ticket.Id}", ticket));

    private static async Task<IResult> Set(string subtopic, SubtopicSettings body, StoreOperations operations, CancellationToken cancel) =>
        (await operations.Set(subtopic, body, cancel)).ToResult(s =>
            Results.Ok(new SubtopicAnswer(s.Subtopic, s.Region, s.Shared, s.Threshold, s.StoreCount, s.Tasks)));

    private static Task<IResult> Tickets(TicketStore tickets, string? subtopic, string? cursor, int? limit, CancellationToken cancel) =>
        Paging.Stored(limit, most => tickets.List(subtopic, cursor, most, cancel));
}
