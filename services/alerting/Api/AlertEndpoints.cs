using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Api;

internal static class AlertEndpoints
{
    internal static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/api/v1/alerts").WithTags("alerts");
        alerts.MapGet("", List).WithMetadata(NamesWhatIsTwice.Mark)
            .WithSummary(
                "Alerts, newest first: scope system or task; range 7d (default), 3w, 1m, 3m; event; status; condition; q in id and text.")
            .WithDescription("scope, event, status and condition may be given several times: event=a&event=b lists both. An unknown one is "
                + "refused. condition: firing (as /firing counts) or ended; host: of one host, - of none; incident: of one failure.")
            .Produces<ListPage<Alert>>().ProducesProblem(400);
        alerts.MapPost("", Raise).Accepts<IReadOnlyList<RaisedAlert>>("application/json")
            .WithSummary("Raises alerts, up to 1,000 with one request: all of them are durable when it is answered, or none was taken.")
            .Produces<RaisedAnswer>(202).ProducesProblem(400).ProducesProblem(401);
        alerts.MapGet("/counts", Counts).WithMetadata(NamesWhatIsTwice.Mark)
            .WithSummary("How many there are of each sending status, by the filters of the list.")
            .Produces<AlertCounts>().ProducesProblem(400);
        alerts.MapGet("/groups", Groups).WithMetadata(NamesWhatIsTwice.Mark)
            .WithSummary("The list of alerts, its newest 2,000, as groups: by=event (default) or host.")
            .WithDescription("What follows from another alert of the list is in that one's group. Filters: those of the list.")
            .Produces<AlertGroups>().ProducesProblem(400);
        alerts.MapGet("/firing", async (IDocuments<Alert> all, TimeProvider time, CancellationToken cancel) =>
                Results.Ok(await FiringAlerts.Ask(all, time, cancel)))
            .WithSummary("How many alerts fire now, by level, the gravest first; silenced ones apart.").Produces<FiringAlerts>();
        alerts.MapGet("/events", Events).WithSummary("All events with scope, usual level, title and runbook.")
            .Produces<ListPage<EventView>>();
        alerts.MapGet("/runbooks/{name}", RunbookOf).WithSummary("What to do about an event, as Markdown.")
            .Produces<string>(200, "text/markdown").ProducesProblem(404);
        alerts.MapGet("/{id}", Get).WithSummary("One alert.").Produces<Alert>().ProducesProblem(404);
        alerts.MapGet("/{id}/children", Children).WithSummary("The alerts that are delivered with this one, a Down host's.")
            .Produces<ListPage<Alert>>().ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> List(
        [AsParameters] AlertQuery asked, IDocuments<Alert> alerts, TimeProvider time, CancellationToken cancel)
    {
        var query = asked.Read(time.GetUtcNow());
        return query.Fault is { } fault ? fault.ToResult() : await Paged.Page(alerts, query.Value!, cancel);
    }

    private static async Task<IResult> Counts(
        [AsParameters] AlertQuery asked, IDocuments<Alert> alerts, TimeProvider time, CancellationToken cancel)
    {
        var queries = asked.ReadByStatus(time.GetUtcNow());
        if (queries.Fault is { } fault)
        {
            return fault.ToResult();
        }

        var counts = await CountEach(alerts, queries.Value!, cancel);
        var scopes = await CountEach(alerts, asked.ReadByScope(time.GetUtcNow()).Value!, cancel);
        return Results.Ok(new AlertCounts(counts, counts.Values.Sum(), scopes));
    }

    private static async Task<IReadOnlyDictionary<string, long>> CountEach(
        IDocuments<Alert> alerts, IReadOnlyDictionary<string, DocumentQuery<Alert>> queries, CancellationToken cancel)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, query) in queries)
        {
            counts[name] = await alerts.Count(query, cancel);
        }

        return counts;
    }

    private static async Task<IResult> Groups(
        string? by, [AsParameters] AlertQuery asked, IDocuments<Alert> alerts, TimeProvider time, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (by is not (null or "" or "event" or "host"))
        {
            return Faults.Query([new FieldFault("by", Limits.Short(by), "must be event or host")]).ToResult();
        }

        if ((asked with { Cursor = null }).Read(now).Fault is { } wrong)
        {
            return wrong.ToResult();
        }

        var (read, next) = (new List<Alert>(), (string?)null);
        do
        {
            var query = (asked with { Cursor = next, Limit = AlertGrouping.PageSize }).Read(now).Value!;
            var page = await alerts.Query(query, cancel);
            read.AddRange(page.Items.Select(i => i.Document));
            next = page.Next;
        }
        while (next is not null && read.Count < AlertGrouping.ReadMax);
        return Results.Ok(AlertGroups.Of(read, by == "host", next is null));
    }

    private static async Task<IResult> Raise(
        HttpRequest request, AlertIntake intake, DeliveryLoop loop, TimeProvider time, CancellationToken cancel)
    {
        var given = RaisedAlert.Read(await request.ReadJson(cancel), time.GetUtcNow(), Problems.Malformed);
        if (given.Fault is { } fault)
        {
            return fault.ToResult();
        }

        var received = await intake.AcceptMany(given.Value!, System.Diagnostics.Activity.Current?.Id, cancel);
        loop.Hurry();
        return Results.Json(
            new RaisedAnswer([.. received.Select(r => new RaisedItem(r.Alert.Id, r.Transition.ToString()))]),
            statusCode: StatusCodes.Status202Accepted);
    }

    private static IResult Events(Platform.Settings settings) => Results.Ok(new ListPage<EventView>(
        [.. EventCatalog.All.Select(e => EventView.Of(e, settings.PublicUrl))], null));

    private static IResult RunbookOf(string name) => EventCatalog.Knows(name) && RunbookPages.Section(name) is { } section
        ? Results.Text(section, "text/markdown; charset=utf-8")
        : Faults.UnknownRunbook(name).ToResult();

    private static async Task<IResult> Get(string id, IDocuments<Alert> alerts, CancellationToken cancel) =>
        await alerts.Find(id, cancel) is { } found ? Results.Ok(found.Document) : Faults.UnknownAlert(id).ToResult();

    private static async Task<IResult> Children(
        string id, string? cursor, string? limit, IDocuments<Alert> alerts, CancellationToken cancel)
    {
        var faults = new List<FieldFault>();
        var most = Limits.Read(limit, faults);
        return faults.Count > 0 ? Faults.Query(faults).ToResult()
            : await alerts.Find(id, cancel) is null ? Faults.UnknownAlert(id).ToResult()
            : await Paged.Page(
                alerts,
                DocumentQuery<Alert>.All.Where(a => a.Parent, Match.Equal, id).Take(most)
                    .After(string.IsNullOrEmpty(cursor) ? null : cursor),
                cancel);
    }
}
