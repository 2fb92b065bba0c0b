using Holdfast.Platform.Explain;
using Holdfast.Platform.Http;
using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Tickets;
using Holdfast.StoreManager.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.StoreManager.Api;

/// <summary>/api/v1/stores: Stores, what they cover, why something was or was not done, and what people do with them.</summary>
internal static class StoresEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var stores = routes.MapGroup("/api/v1/stores").WithTags("stores").AddEndpointFilter(async (context, next) =>
        {
            if (context.HttpContext.RequestServices.GetService(typeof(SubtopicViews)) is SubtopicViews { IsLoaded: true })
            {
                return await next(context);
            }

            context.HttpContext.Response.Headers.RetryAfter = "1";
            return StoreFaults.NotYet.ToResult();
        });
        stores.MapGet("", List).AnswersOnce(HasHeard, Silence).WithSummary("Stores by name. Filters: subtopic, host, region, state, task.")
            .Produces<ListPage<StoreView>>();
        stores.MapGet("/{name}", Get).AnswersOnce(HasHeard, Silence).WithSummary("One Store.").Produces<StoreView>().ProducesProblem(404);
        stores.MapGet("/{name}/history", History).WithSummary("What was done about a Store, and its last error; what it printed: logs.")
            .Produces<StoreHistory>().ProducesProblem(404);
        StoreQuestions.Map(stores);
        StoreOrders.Map(stores);
    }

    internal static TimeSpan? Silence(IServiceProvider services) => services.GetRequiredService<HostsHeard>().Silence;

    /// <summary>Each host that should run a Store has said in this life what runs there, or had the time for it.</summary>
    internal static bool HasHeard(IServiceProvider services)
    {
        var hosts = services.GetRequiredService<HostsHeard>();
        return hosts.HadTime || services.GetRequiredService<Subtopics>().Cache.All.SelectMany(s => s.Stores)
            .Where(s => s.Desired != DesiredState.Absent).Select(s => s.Host).Distinct(StringComparer.Ordinal).All(hosts.SaysWhatItRuns);
    }

    private static IResult List(Subtopics subtopics, SubtopicViews subtopicViews, HostsHeard hosts,
        string? cursor, int? limit, string? subtopic, string? host, string? region, string? state, string? task)
    {
        var (moment, terms) = (hosts.Moment(), subtopicViews.Terms());
        var found = subtopics.Cache.All
            .Where(s => (subtopic is null || s.Subtopic == subtopic) && (region is null || s.Region == region)
                && (task is null || s.Tasks.Contains(task, StringComparer.Ordinal)))
            .SelectMany(s => s.Stores.Where(t => host is null || t.Host == host), (s, store) => (Subtopic: s, Store: store));
        if (state is not null)
        {
            found = found.Where(f => View(f.Subtopic, f.Store).State.ToString().Equals(state, StringComparison.OrdinalIgnoreCase));
        }

        return Paging.Page(found, f => f.Store.Name, f => View(f.Subtopic, f.Store), cursor, limit);
        StoreView View(SubtopicDocument document, Store store) => Of(document, store, hosts, terms, moment);
    }

    private static IResult Get(string name, Subtopics subtopics, SubtopicViews subtopicViews, HostsHeard hosts) =>
        subtopics.Find(name) is { } found
            ? Results.Ok(Of(found.Subtopic, found.Store, hosts, subtopicViews.Terms(), hosts.Moment()) with
            {
                Config = ConfigMask.Shown(found.Subtopic.ConfigOf(found.Store)) as JsonObject,
            })
            : StoreFaults.UnknownStore(name).ToResult();

    private static async Task<IResult> History(
        string name, Subtopics subtopics, HostsHeard hosts, TicketStore tickets, StoreDecisionLog decisionLog, CancellationToken cancel)
    {
        if (subtopics.Find(name) is not { } found)
        {
            return StoreFaults.UnknownStore(name).ToResult();
        }

        var opened = await tickets.List(found.Subtopic.Subtopic, null, Paging.LimitMax, cancel);
        var decided = await decisionLog.History(new DecisionQuery([found.Subtopic.Subtopic]), cancel);
        return Results.Ok(new StoreHistory
        {
            Store = name,
            Host = found.Store.Host,
            Error = hosts.Reports.Store(name)?.Report.Error,
            Tickets = [.. opened.Items.Select(i => i.Document).Where(t => t.Store == name)],
            Decisions = [.. decided.Items.Select(i => i.Document)],
        });
    }

    private static StoreView Of(SubtopicDocument subtopic, Store store, HostsHeard hosts, SubtopicTerms terms, Moment moment) =>
        StoreView.Of(subtopic, ObservedStore.Of(store, hosts.Observe(store, moment), terms.SilenceMax), hosts.Reports.Store(store.Name));
}
