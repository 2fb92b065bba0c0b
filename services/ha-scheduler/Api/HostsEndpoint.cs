using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Index;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Body of POST /api/v1/hosts/{id}/release; all of it may be left out.</summary>
internal sealed record HostRelease
{
    public string? Reason { get; init; }

    /// <summary>The person who releases it.</summary>
    public string? By { get; init; }
}

internal static class HostsEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var hosts = routes.MapLoadedGroup("/api/v1/hosts", "hosts");
        hosts.MapGet("", List).OnceHeard()
            .WithSummary("Hosts with their state, load and what runs there. q: in id, address, IDC. "
                + "components=false: without what runs there.")
            .Produces<ListPage<HostView>>();
        hosts.MapGet("/{id}", Get).OnceHeard().WithSummary("One host.").Produces<HostView>().ProducesProblem(404);
        hosts.MapDelete("/{id}", Delete)
            .WithSummary("Deletes a host that is Down or empty: verdict, alerts, quotas, tags, drain, maintenance, tokens, Stores.")
            .WithDescription("confirm: the host's id once more. What was registered on a Down host is placed elsewhere as after a "
                + "failover. A host that reports under this id afterwards is a new one: it is Quarantined first, and needs a token of "
                + "its own anew.")
            .Produces<DeletedHost>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        hosts.MapPost("/{id}/release", Release)
            .WithSummary("A host that flaps takes new work at once, as if it had never been Down; one that is not held off stays as it is.")
            .Produces(204).ProducesProblem(400).ProducesProblem(404);
    }

    private static async Task<IResult> Release(
        string id, HostRelease? body, HoldOffBoard board, PassTrigger passes, CancellationToken cancel)
    {
        if (OperationRules.BadReason(body?.Reason) is { } bad)
        {
            return bad.ToResult();
        }

        if (!await board.Release(id, OperationsEndpoint.By(body?.By), body?.Reason, cancel))
        {
            return HostRemoval.Unknown(id).ToResult();
        }

        passes.Hurry();
        return Results.NoContent();
    }

    private static IResult List(Cluster cluster, ComponentIndex index, LivenessFeed feed, HoldOffBoard held,
        string? cursor, int? limit, string? region, string? state, string? q, bool? components)
    {
        HostState? wanted = Enum.TryParse<HostState>(state, ignoreCase: true, out var named) ? named : null;
        if (state is not null && wanted is null)
        {
            return Fault.Invalid("HA-103", "Use one of the states, or leave the filter out.",
                new FieldFault("state", state, $"must be one of {string.Join(", ", Enum.GetNames<HostState>())}")).ToResult();
        }

        var found = cluster.Hosts.All
            .Where(v => region is null || v.Region == region)
            .Where(v => wanted is null || v.State == wanted)
            .Where(v => string.IsNullOrEmpty(q) || Any(q, v.Host, v.Address, v.Idc));
        return Paging.PageAtOnce(found, v => v.Host, page => Views(page, index, feed, held, components ?? true), cursor, limit);
    }

    private static async Task<IResult> Delete(
        string id, string? confirm, HostRemoval removal, PassTrigger passes, CancellationToken cancel) =>
        (await removal.Order(id, confirm, cancel)).ToResult(gone =>
        {
            passes.Hurry();
            return Results.Ok(new DeletedHost
            {
                Host = gone.Host,
                Was = gone.Verdict.State,
                At = gone.At,
                Note = gone.WasDown ? null
                    : "Stop its supervisor: a host that goes on reporting is registered anew, as a new host.",
            });
        });

    /// <summary>The text is somewhere in one of these, whatever its case.</summary>
    internal static bool Any(string text, params ReadOnlySpan<string?> fields)
    {
        foreach (var field in fields)
        {
            if (field?.Contains(text, StringComparison.OrdinalIgnoreCase) == true)
            {
                return true;
            }
        }

        return false;
    }

    internal static IResult Get(string id, Cluster cluster, ComponentIndex index, LivenessFeed feed, HoldOffBoard held) =>
        cluster.Hosts.Find(id) is { } verdict
        ? Results.Ok(Views([verdict], index, feed, held, withComponents: true).Single())
        : Fault.NotFound("HA-110", "host", id, "See GET /api/v1/hosts for the hosts that have reported.").ToResult();

    private static IEnumerable<HostView> Views(
        IReadOnlyList<HostVerdict> verdicts, ComponentIndex index, LivenessFeed feed, HoldOffBoard held, bool withComponents) =>
        Views(feed.Hosts(verdicts.Select(v => (v, TimeSpan.Zero))), (feed.Refused(), feed.Lapses()), held, index, withComponents);

    private static IEnumerable<HostView> Views(List<HostSnapshot> hosts,
        (IReadOnlyDictionary<string, RefusedHost> Refused, IReadOnlyDictionary<string, Lapses> Lapses) signs,
        HoldOffBoard held, ComponentIndex index, bool withComponents) =>
        hosts.Select(h => View(h, index.On(h.Verdict.Host), withComponents) with
        {
            Refused = signs.Refused.GetValueOrDefault(h.Verdict.Host),
            Lapses = signs.Lapses.GetValueOrDefault(h.Verdict.Host),
            HeldOffUntil = held.Of(h.Verdict)?.Until,
            Returns = held.Counts(h.Verdict),
        });

    private static HostView View(HostSnapshot host, HostIndex? index, bool withComponents) => new()
    {
        Host = host.Verdict.Host,
        State = host.Verdict.State,
        Region = host.Verdict.Region,
        Idc = host.Verdict.Idc,
        Address = host.Verdict.Address,
        Since = host.Verdict.Since,
        SilenceSeconds = Math.Round(host.Silence.TotalSeconds, 3),
        Incident = host.Verdict.Incident,
        Incarnation = host.Reported?.Report.Incarnation,
        Usage = host.Reported?.Report.Usage,
        Quotas = host.Reported?.Quotas,
        Tags = host.Reported?.Tags,
        Drain = host.Verdict.Drain,
        Maintenance = host.Verdict.Maintenance,
        LeftOut = host.Reported?.LeftOut,
        Placed = index?.Placed ?? 0,
        Stores = index?.Stores ?? 0,
        Components = withComponents ? host.Reported?.Components ?? [] : null,
    };
}
