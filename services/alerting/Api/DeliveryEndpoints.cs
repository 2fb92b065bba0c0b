using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Api;

internal static class DeliveryEndpoints
{
    internal static void MapDeliveries(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/api/v1/alerts").WithTags("alerts");
        alerts.MapGet("/{id}/deliveries", Deliveries)
            .WithSummary("Its deliveries, newest first: one per notification generation (round) and channel, each with its attempts.")
            .Produces<ListPage<Delivery>>().ProducesProblem(400).ProducesProblem(404);
        alerts.MapPost("/{id}/resend", Resend)
            .WithSummary("Delivers it again to every matching channel, now; what waits for its next attempt goes now too.")
            .Produces<Alert>(202).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
        alerts.MapPost("/{id}/cancel", Cancel)
            .WithSummary("Whatever of it is not sent yet will not be; what is being sent at this moment still may.")
            .Produces<ListPage<Delivery>>().ProducesProblem(401).ProducesProblem(404);
        alerts.MapGet("/dead-letters", DeadLetters)
            .WithSummary("Deliveries that were given up, newest first; channel, several if need be, narrows them.")
            .Produces<ListPage<Delivery>>().ProducesProblem(400);
        alerts.MapPost("/dead-letters/resend", ReviveAll)
            .WithSummary("Tries dead letters again under their keys, the oldest first, up to 1,000; channel narrows them.")
            .Produces<Revival>(202).ProducesProblem(400).ProducesProblem(401);
        alerts.MapPost("/dead-letters/{id}/resend", Revive).WithSummary("Tries one dead letter again, under its key.")
            .Produces<Delivery>(202).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> Deliveries(
        string id, string? cursor, string? limit, IDocuments<Alert> alerts, IDocuments<Delivery> deliveries,
            CancellationToken cancel)
    {
        var faults = new List<FieldFault>();
        var most = Limits.Read(limit, faults);
        return faults.Count > 0 ? Faults.Query(faults).ToResult()
            : await alerts.Find(id, cancel) is not { Document: var alert } ? Faults.UnknownAlert(id).ToResult()
            : await Paged.Page(
                deliveries,
                DeliveryStore.OfAlert(alert).Take(most).After(string.IsNullOrEmpty(cursor) ? null : cursor),
                cancel);
    }

    private static async Task<IResult> Resend(string id, OperatorActions actions, DeliveryLoop loop, CancellationToken cancel)
    {
        var resent = await actions.Resend(id, cancel);
        loop.Hurry();
        return resent.ToResult(alert => Results.Json(alert, statusCode: StatusCodes.Status202Accepted));
    }

    private static async Task<IResult> Cancel(string id, OperatorActions actions, CancellationToken cancel) =>
        (await actions.Cancel(id, cancel)).ToResult(cancelled => Results.Ok(new ListPage<Delivery>(cancelled, null)));

    private static async Task<IResult> DeadLetters(
        [FromQuery] string[]? channel, string? cursor, string? limit, ChannelDirectory directory, IDocuments<Delivery> deliveries,
        CancellationToken cancel)
    {
        var faults = new List<FieldFault>();
        var most = Limits.Read(limit, faults);
        var channels = await directory.Named(channel, cancel);
        return faults.Count > 0 ? Faults.Query(faults).ToResult()
            : channels.Fault is { } unknown ? unknown.ToResult()
            : await Paged.Page(
                deliveries,
                DeliveryStore.DeadLetters(channels.Value!).Take(most).After(string.IsNullOrEmpty(cursor) ? null : cursor),
                cancel);
    }

    private static async Task<IResult> ReviveAll(
        [FromQuery] string[]? channel, ChannelDirectory directory, OperatorActions actions, DeliveryLoop loop, CancellationToken cancel)
    {
        var channels = await directory.Named(channel, cancel);
        if (channels.Fault is { } unknown)
        {
            return unknown.ToResult();
        }

        var revival = await actions.ReviveAll(channels.Value!, cancel);
        loop.Hurry();
        return Results.Json(revival, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> Revive(string id, OperatorActions actions, DeliveryLoop loop, CancellationToken cancel)
    {
        var revived = await actions.Revive(id, cancel);
        loop.Hurry();
        return revived.ToResult(delivery => Results.Json(delivery, statusCode: StatusCodes.Status202Accepted));
    }
}
