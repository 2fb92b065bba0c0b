using System.ComponentModel;
using Holdfast.Platform.Explain;
using Holdfast.Platform.Http;
using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.StoreManager.Api;

/// <summary>Questions of consumers and people: which Store, what is covered, why.</summary>
internal static class StoreQuestions
{
    internal static void Map(RouteGroupBuilder stores)
    {
        stores.MapGet("/resolve", ResolveFor).AnswersOnce(StoresEndpoint.HasHeard, StoresEndpoint.Silence)
            .WithSummary("The Store that a consumer reads from: of a subtopic, at a position (checkpoint, unix seconds).")
            .WithDescription("Ask again when the Store dies or another one is wanted: the answer is always the best running one. "
                + "position (with systemId, the source that it is of) is the exact one, which decides where the Stores say theirs. "
                + "avoid names Stores that could not be read just now: one of them is named only when there is no other.")
            .Produces<ResolvedStore>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        stores.MapGet("/coverage", Coverages).AnswersOnce(StoresEndpoint.HasHeard, StoresEndpoint.Silence)
            .WithSummary("Per subtopic which Store holds which interval, who needs what, where the gap is.")
            .WithDescription("Filters: subtopic, region, gaps.")
            .Produces<ListPage<CoverageMap>>().ProducesProblem(404);
        stores.MapGet("/why", WhyOf).WithSummary("The latest decision about a subtopic: an act, or the reason why not.")
            .WithDescription("Any replica answers, also one that does not look after the subtopic: by the same rules from the same state.")
            .Produces<StoreDecisionRecord>().ProducesProblem(400).ProducesProblem(404);
        stores.MapGet("/decisions", Decisions).WithSummary("The decision history, newest first.").Produces<ListPage<StoreDecisionRecord>>();
    }

    private static IResult ResolveFor(Subtopics subtopics, SubtopicViews subtopicViews, HostsHeard hosts, StoreKeys keys,
        HttpContext context,
        string? subtopic, long? checkpoint, string? position = null, string? systemId = null, string[]? avoid = null,
        [Description("Name of a Store that is not meant: one that reads another Store asks so for itself.")] string? except = null,
        [Description("Who is to read: the answer has a ticket for it, good for 60 seconds.")] string? task = null)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Resolve(subtopics, subtopicViews, hosts, subtopic, checkpoint, position, systemId, avoid, except) switch
        {
            Ok<ResolvedStore> { Value: { } found } => Results.Ok(WithTicket(found, task, keys, hosts.Moment().Now)),
            var other => other,
        };
    }

    /// <summary>As its reader needs it: where it is reached from elsewhere, and with what it is opened.</summary>
    internal static ResolvedStore WithTicket(ResolvedStore found, string? task, StoreKeys keys, DateTimeOffset now) => found with
    {
        Endpoint = Reached.At(found.Endpoint, found.Address),
        Ticket = string.IsNullOrEmpty(task) ? null : keys.Ticket(found.Store, found.Subtopic, task, now),
    };

    internal static IResult Resolve(Subtopics subtopics, SubtopicViews subtopicViews, HostsHeard hosts, string? subtopic, long? checkpoint,
        string? position = null, string? systemId = null, string[]? avoid = null,
        string? except = null)
    {
        if (string.IsNullOrEmpty(subtopic) || checkpoint is null)
        {
            return StoreFaults.Bad([
                .. string.IsNullOrEmpty(subtopic) ? new[] { new FieldFault("subtopic", subtopic, "must be given") } : [],
                .. checkpoint is null ? new[] { new FieldFault("checkpoint", null, "must be given, in unix seconds") } : [],
            ]).ToResult();
        }

        var exact = ExactPlace.Of(position, systemId);
        if (position is not null && exact is null)
        {
            return StoreFaults.Bad(new FieldFault("position", position, "must be an exact position, as 1/2A, or be left out")).ToResult();
        }

        var moment = hosts.Moment();
        var now = moment.Now;
        if (subtopics.Cache.Find(subtopic) is not { } document)
        {
            return StoreFaults.UnknownSubtopic(subtopic).ToResult();
        }

        // The time of an exact position may lie ahead: its source's clock was set back since.
        var seconds = exact is null ? checkpoint.Value : Math.Min(checkpoint.Value, now.ToUnixTimeSeconds());
        if (OperationRules.CheckPosition("checkpoint", seconds, null, now) is { } bad)
        {
            return bad.ToResult();
        }

        // A Store may still have what its source has thrown away.
        var seen = subtopicViews.StoresAt(document, moment).Where(s => s.Store.Name != except).ToList();
        if (Resolving.Best(seen, seconds, exact, avoid) is not { } best)
        {
            return (OperationRules.CheckPosition("checkpoint", seconds, document.Source, now)
                ?? StoreFaults.NotServed(subtopic, checkpoint.Value, exact, OperationRules.Ranges(seen))).ToResult();
        }

        return Results.Ok(new ResolvedStore
        {
            Store = best.Store.Name,
            Subtopic = subtopic,
            Host = best.Store.Host,
            Address = hosts.Fleet.Find(best.Store.Host)?.Report.Address ?? "",
            Endpoint = hosts.Reports.Store(best.Store.Name)?.Report.Endpoint,
            Epoch = best.Store.Epoch,
            Begin = best.Begin,
            End = best.End,
            PositionBegin = best.Exact?.Begin.ToString(),
            PositionEnd = best.Exact?.End?.ToString(),
            HasPosition = Reach.IsThere(best, seconds, exact),
        });
    }

    private static IResult Coverages(Subtopics subtopics, SubtopicViews subtopicViews, HostsHeard hosts,
        string? cursor, int? limit, string? subtopic, string? region, bool? gaps)
    {
        var (moment, terms) = (hosts.Moment(), subtopicViews.Terms());
        if (subtopic is not null && subtopics.Cache.Find(subtopic) is null)
        {
            return StoreFaults.UnknownSubtopic(subtopic).ToResult();
        }

        var found = subtopics.Cache.All
            .Where(s => (subtopic is null || s.Subtopic == subtopic) && (region is null || s.Region == region))
            .Where(s => gaps != true || Coverage.GapOf(subtopicViews.At(s, terms, moment), null, moment.Now) is not null);
        return Paging.Page(found, s => s.Subtopic, document =>
        {
            var view = subtopicViews.At(document, terms, moment);
            return Coverage.Of(view, Cleanup.Of(view, terms.For(document), moment.Now), moment.Now);
        }, cursor, limit);
    }

    private static async Task<IResult> WhyOf(WhyAnswers answers, string? subtopic, CancellationToken cancel) =>
        string.IsNullOrEmpty(subtopic) ? StoreFaults.Bad(new FieldFault("subtopic", subtopic, "must be given")).ToResult()
        : await answers.Of(subtopic, cancel) is { } found ? Results.Ok(found)
        : StoreFaults.UnknownSubtopic(subtopic).ToResult();

    private static Task<IResult> Decisions(
        StoreDecisionLog decisionLog, string? subtopic, string? cursor, int? limit, CancellationToken cancel) =>
        Paging.Stored(limit, most => decisionLog.History(
            new DecisionQuery(subtopic is null ? null : [subtopic], Cursor: cursor, Limit: most), cancel));
}
