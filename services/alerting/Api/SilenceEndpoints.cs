using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Silences;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Alerting.Api;

internal static class SilenceEndpoints
{
    internal static void MapSilences(this IEndpointRouteBuilder routes)
    {
        var silences = routes.MapGroup("/api/v1/silences").WithTags("silences");
        silences.MapGet("", List).WithSummary("Silences that have not ended, the last to end first; ended=true: all that are kept.")
            .Produces<ListPage<Silence>>().ProducesProblem(400);
        silences.MapPost("", Create)
            .WithSummary("Alerts that match are kept and shown, and not delivered, until it ends; an end of what was delivered always is.")
            .Produces<Silence>(201).ProducesProblem(400).ProducesProblem(401).ProducesProblem(409);
        silences.MapGet("/{id}", Get).WithSummary("One silence.").Produces<Silence>().ProducesProblem(404);
        silences.MapDelete("/{id}", End).WithSummary("Ends it now; what it covered and still fires is delivered.")
            .Produces<Silence>().ProducesProblem(401).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> List(
        bool? ended, string? cursor, string? limit, SilenceDirectory directory, IDocuments<Silence> silences, CancellationToken cancel)
    {
        var faults = new List<FieldFault>();
        var most = Limits.Read(limit, faults);
        return faults.Count > 0
            ? Faults.Query(faults).ToResult()
            : await Paged.Page(
                silences, directory.List(ended ?? false).Take(most).After(string.IsNullOrEmpty(cursor) ? null : cursor), cancel);
    }

    private static async Task<IResult> Create(
        SilenceRequest asked, SilenceDirectory directory, SilenceMarks marks, CancellationToken cancel) =>
        (await Marked(await directory.Create(asked, cancel), marks, cancel))
            .ToResult(silence => Results.Created($"/api/v1/silences/{silence.Id}", silence));

    private static async Task<IResult> Get(string id, SilenceDirectory directory, CancellationToken cancel) =>
        (await directory.Find(id, cancel)).ToResult();

    private static async Task<IResult> End(
        string id, SilenceDirectory directory, SilenceMarks marks, DeliveryLoop loop, CancellationToken cancel)
    {
        var ended = await Marked(await directory.End(id, cancel), marks, cancel);
        loop.Hurry();
        return ended.ToResult();
    }

    private static async Task<Outcome<Silence>> Marked(Outcome<Silence> made, SilenceMarks marks, CancellationToken cancel)
    {
        if (made.Value is { } silence)
        {
            await marks.Mark(silence.Matcher, cancel);
        }

        return made;
    }
}
