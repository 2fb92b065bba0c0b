using System.Globalization;
using Holdfast.Contracts;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting;

/// <summary>A page of a list; <paramref name="Next"/> is the cursor of the following one, absent on the last.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>
/// What may be asked of the list of alerts. Text, so that a wrong value is answered with the rule that it breaks.
/// </summary>
internal sealed record AlertQuery(
    string? Scope, string? Range, string? Event, string? Status, string? Q, string? Cursor, string? Limit)
{
    private const int TextMax = 200;

    private static readonly Dictionary<string, int> Days = new(StringComparer.Ordinal)
        { ["7d"] = 7, ["3w"] = 21, ["1m"] = 30, ["3m"] = 92 };
    private static readonly Dictionary<string, AlertScope> Scopes = new(StringComparer.Ordinal)
        { ["system"] = AlertScope.System, ["task"] = AlertScope.Task };

    private static readonly Dictionary<string, SendingStatus> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Pending"] = SendingStatus.Pending,
        ["Failed"] = SendingStatus.Failed,
        ["Successful"] = SendingStatus.Successful,
        ["Sent again"] = SendingStatus.SentAgain,
        ["Completed"] = SendingStatus.Completed,
    };

    /// <summary>Newest first; alerts that were heard of only when they had ended are left out.</summary>
    internal Outcome<DocumentQuery<Alert>> Read(DateTimeOffset now)
    {
        var faults = new List<FieldFault>();
        var limit = Limits.Read(Limit, faults);
        var days = One("range", Range ?? "7d", Days, faults);
        var query = DocumentQuery<Alert>.All
            .Where(a => a.LastTriggered, Match.GreaterOrEqual, Saying.Micros(now.AddDays(-days)))
            .Where(a => a.Count, Match.Greater, 0L)
            .OrderBy(a => a.LastTriggered, descending: true).Take(limit)
                .After(string.IsNullOrEmpty(Cursor) ? null : Cursor);
        query = string.IsNullOrEmpty(Scope) ? query
            : query.Where(a => a.Scope, Match.Equal, One("scope", Scope, Scopes, faults));
        query = string.IsNullOrEmpty(Status) ? query
            : query.Where(a => a.Status, Match.Equal, One("status", Status, Statuses, faults));
        query = string.IsNullOrEmpty(Event) ? query
            : query.Where(a => a.Event, Match.Equal, Text("event", Event, faults));
        query = string.IsNullOrEmpty(Q) ? query : query.Where(a => a.Search, Match.Contains, Text("q", Q, faults));
        return faults.Count > 0 ? Faults.Query(faults) : query;
    }

    private static T? One<T>(string field, string given, Dictionary<string, T> allowed, List<FieldFault> faults)
    {
        if (!allowed.TryGetValue(given, out var value))
        {
            faults.Add(new FieldFault(field, Limits.Short(given), $"must be one of {string.Join(", ", allowed.Keys)}"));
        }

        return value;
    }

    private static string Text(string field, string given, List<FieldFault> faults)
    {
        if (given.Length > TextMax)
        {
            faults.Add(new FieldFault(field, Limits.Short(given), $"must have at most {TextMax} characters"));
        }

        return given;
    }
}

internal static class Limits
{
    private const int Default = 50;
    private const int Max = 500;

    internal static int Read(string? given, List<FieldFault> faults)
    {
        if (string.IsNullOrEmpty(given))
        {
            return Default;
        }

        if (int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= Max)
        {
            return limit;
        }

        faults.Add(new FieldFault("limit", Short(given), $"must be 1 to {Max}"));
        return Default;
    }

    internal static string Short(string text) => text.Length <= 100 ? text : text[..99] + "…";
}

internal static class AlertEndpoints
{
    internal static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        var alerts = routes.MapGroup("/api/v1/alerts").WithTags("alerts");
        alerts.MapGet("", List)
            .WithSummary(
                "Alerts, newest first: scope system or task; range 7d (default), 3w, 1m, 3m; event; status; q in id and text.")
            .Produces<ListPage<Alert>>().ProducesProblem(400);
        alerts.MapGet("/{id}", Get).WithSummary("One alert.").Produces<Alert>().ProducesProblem(404);
        alerts.MapGet("/{id}/deliveries", Deliveries)
            .WithSummary("Its deliveries, newest first: one per round and channel, each with its attempts.")
            .Produces<ListPage<Delivery>>().ProducesProblem(400).ProducesProblem(404);
        alerts.MapPost("/{id}/resend", Resend)
            .WithSummary("Tells it again to every matching channel, now; what waits for its next attempt goes now too.")
            .Produces<Alert>(202).ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> List(
        [AsParameters] AlertQuery asked, IDocuments<Alert> alerts, TimeProvider time, CancellationToken cancel)
    {
        var query = asked.Read(time.GetUtcNow());
        return query.Fault is { } fault ? fault.ToResult() : await Paged.Page(alerts, query.Value!, cancel);
    }

    private static async Task<IResult> Get(string id, IDocuments<Alert> alerts, CancellationToken cancel) =>
        await alerts.Find(id, cancel) is { } found ? Results.Ok(found.Document) : Faults.UnknownAlert(id).ToResult();

    private static async Task<IResult> Deliveries(
        string id, string? cursor, string? limit, IDocuments<Alert> alerts, IDocuments<Delivery> deliveries,
            CancellationToken cancel)
    {
        var faults = new List<FieldFault>();
        var most = Limits.Read(limit, faults);
        if (faults.Count > 0)
        {
            return Faults.Query(faults).ToResult();
        }

        return await alerts.Find(id, cancel) is null
            ? Faults.UnknownAlert(id).ToResult()
            : await Paged.Page(deliveries, DocumentQuery<Delivery>.All.Where(d => d.Alert, Match.Equal, id)
                .OrderBy(d => d.CreatedAt, descending: true).Take(most)
                    .After(string.IsNullOrEmpty(cursor) ? null : cursor), cancel);
    }

    private static async Task<IResult> Resend(string id, Ledger ledger, DeliveryLoop loop, CancellationToken cancel)
    {
        var resent = await ledger.Resend(id, cancel);
        loop.Hurry();
        return resent.ToResult(alert => Results.Json(alert, statusCode: StatusCodes.Status202Accepted));
    }
}

internal static class Paged
{
    internal static async Task<IResult> Page<T>(IDocuments<T> documents, DocumentQuery<T> query,
        CancellationToken cancel) where T : class
    {
        try
        {
            var page = await documents.Query(query, cancel);
            return Results.Ok(new ListPage<T>([.. page.Items.Select(i => i.Document)], page.Next));
        }
        catch (BadCursorException)
        {
            return Faults.Cursor(query.Cursor ?? "").ToResult();
        }
    }
}
