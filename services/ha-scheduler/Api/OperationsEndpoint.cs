using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Body of an operation on one component; all of it may be left out, but for what delete needs.</summary>
internal sealed record ComponentOrder
{
    /// <summary>For migrate: the host to go to, past tags and quotas; any with room when left out.</summary>
    public string? TargetHost { get; init; }

    /// <summary>For delete: the component's name, exactly.</summary>
    public string? Confirm { get; init; }

    public string? Reason { get; init; }

    /// <summary>Person who orders it.</summary>
    public string? By { get; init; }
}

/// <summary>Body of POST /api/v1/operations: exactly one of host, task and components.</summary>
internal sealed record BatchOrder
{
    /// <summary>start, stop, migrate or delete.</summary>
    public string? Action { get; init; }

    /// <summary>All components of the scheduler that are placed there.</summary>
    public string? Host { get; init; }

    /// <summary>All components of this task, by its id.</summary>
    public string? Task { get; init; }

    /// <summary>These, by name, at most 1000.</summary>
    public IReadOnlyList<string>? Components { get; init; }

    /// <summary>For migrate: the host to go to, past tags and quotas.</summary>
    public string? TargetHost { get; init; }

    /// <summary>For delete: the host or task, exactly.</summary>
    public string? Confirm { get; init; }

    public string? Reason { get; init; }
    public string? By { get; init; }
}

/// <summary>Orders for components: each is answered with its ticket, which the passes carry out.</summary>
internal static class OperationsEndpoint
{
    private static readonly (string Action, string Kind, string Summary)[] Actions =
    [
        ("start", TicketKind.Start, "It runs, whatever its task's status; what had failed is started again."),
        ("stop", TicketKind.Stop, "It stops and stays registered, whatever its task's status."),
        ("migrate", TicketKind.Migrate,
            "It stops where it is, and goes on elsewhere in its region once its host has said that it stopped."),
        ("delete", TicketKind.Delete, "Its registration is released; only what is Stopped, Abnormal or Completed."),
    ];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var components = routes.MapLoadedGroup("/api/v1/components", "components");
        foreach (var (action, kind, summary) in Actions)
        {
            components.MapPost($"/{{name}}/{action}", (string name, ComponentOrder? body, ComponentOperations operations,
                    CancellationToken cancel) => Open(operations, new Order(kind, Components: [name], TargetHost: body?.TargetHost,
                    Confirm: body?.Confirm, Reason: body?.Reason, By: By(body?.By)), cancel))
                .WithSummary(summary).Produces<TicketView>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        }

        routes.MapLoadedGroup("/api/v1/operations", "operations").MapPost("", Batch)
            .WithSummary("Starts, stops, migrates or deletes all components of a host, of a task, or those that are named: one ticket.")
            .Produces<TicketView>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
    }

    private static Task<IResult> Batch(BatchOrder body, ComponentOperations operations, CancellationToken cancel)
    {
        var kind = Actions.FirstOrDefault(a => a.Action == body.Action).Kind;
        return kind is null
            ? Task.FromResult(Fault.Invalid("HA-131", "Name one of the actions; nothing was begun.",
                new FieldFault("action", body.Action, "must be start, stop, migrate or delete")).ToResult())
            : Open(operations, new Order(kind, body.Host, body.Task, body.Components, body.TargetHost, body.Confirm, body.Reason,
                By(body.By)), cancel);
    }

    private static async Task<IResult> Open(ComponentOperations operations, Order order, CancellationToken cancel) =>
        (await operations.Open(order, cancel)).ToResult(ticket => Results.Accepted(TicketView.UrlOf(ticket.Id), TicketView.Of(ticket)));

    internal static string By(string? given) => string.IsNullOrWhiteSpace(given) ? "token" : given;
}
