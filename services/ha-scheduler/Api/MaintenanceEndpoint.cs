using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Findings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Maintenance of IDCs and tasks; a host's is set with PATCH /api/v1/hosts/{id}.</summary>
internal static class MaintenanceEndpoint
{
    private const int HeldBackShown = 100;

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var maintenance = routes.MapLoadedGroup("/api/v1/maintenance", "maintenance");
        maintenance.MapGet("", List).WithSummary("All maintenances of hosts, IDCs and tasks, with what they hold back at the moment.")
            .Produces<ListPage<MaintenanceView>>();
        maintenance.MapPut("/idc/{region}/{idc}",
            (string region, string idc, NewMaintenance body, Maintenances all, CancellationToken cancel) =>
                Put(all, MaintenanceScope.IdcKey(region, idc), all.KnowsIdc(region, idc), body, cancel))
            .WithSummary("HA leaves the hosts of an IDC alone; again: changes reason, owner and end.")
            .Produces<MaintenanceView>().ProducesProblem(400).ProducesProblem(404);
        maintenance.MapPut("/task/{id}", (string id, NewMaintenance body, Maintenances all, CancellationToken cancel) =>
            Put(all, MaintenanceScope.TaskKey(id), all.KnowsTask(id), body, cancel))
            .WithSummary("HA leaves a task alone and raises no alert about it; again: changes reason, owner and end.")
            .Produces<MaintenanceView>().ProducesProblem(400).ProducesProblem(404);
        maintenance.MapDelete("/idc/{region}/{idc}", (string region, string idc, Maintenances all, CancellationToken cancel) =>
            Delete(all, MaintenanceScope.IdcKey(region, idc), cancel))
            .WithSummary("Ends it. Answer: what HA would have done meanwhile.").Produces<MaintenanceReport>().ProducesProblem(404);
        maintenance.MapDelete("/task/{id}", (string id, Maintenances all, CancellationToken cancel) =>
            Delete(all, MaintenanceScope.TaskKey(id), cancel))
            .WithSummary("Ends it. Answer: what HA would have done meanwhile.").Produces<MaintenanceReport>().ProducesProblem(404);
    }

    private static async Task<IResult> List(
        Maintenances all, SchedulerDecisionLog decisionLog, TimeProvider time, string? cursor, int? limit, CancellationToken cancel)
    {
        var (held, now) = (await decisionLog.HeldBackNow(cancel), time.GetUtcNow());
        return Paging.Page(all.Open(), o => o.Key, o => View(o, held[o.Key], now), cursor, limit);
    }

    private static async Task<IResult> Put(
        Maintenances all, string key, Fault? unknown, NewMaintenance body, CancellationToken cancel) => unknown is { } fault
            ? fault.ToResult()
            : (await all.Begin(key, body, cancel)).ToResult(open => Results.Ok(View(open, [], all.Now)));

    private static async Task<IResult> Delete(Maintenances all, string key, CancellationToken cancel) =>
        (await all.End(key, cancel)).ToResult();

    private static MaintenanceView View(OpenMaintenance open, IEnumerable<DecisionRecord> held, DateTimeOffset now)
    {
        var acts = held.Where(h => h.Plan is not null).Select(h => new HeldBackAct(h.Object, h.Plan!, h.At))
            .OrderBy(h => h.Object, StringComparer.Ordinal).ToList();
        return new MaintenanceView
        {
            Key = open.Key,
            Scope = MaintenanceAlerts.ScopeOf(open.Key),
            Region = open.Region,
            Reason = open.Work.Reason,
            Owner = open.Work.Owner,
            Until = open.Work.Until,
            By = open.Work.By,
            At = open.Work.At,
            IsOverdue = now > open.Work.Until,
            EndWith = MaintenanceAlerts.Ending(open.Key),
            HeldBackCount = acts.Count,
            HeldBack = [.. acts.Take(HeldBackShown)],
        };
    }
}
