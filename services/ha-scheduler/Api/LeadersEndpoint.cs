using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Pass;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

internal static class LeadersEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapLoadedGroup("/api/v1/ha", "ha")
        .MapGet("/leaders", (LeaderLoop leaders, Leadership leadership, string? cursor, int? limit) =>
            Paging.Page(leaders.Leases, l => l.Document.Region, l => View(l, leaders, leadership), cursor, limit))
        .WithSummary("Which replica leads each region, and what the one that answers does there.")
        .Produces<ListPage<Contracts.Views.LeaderView>>();

    private static Contracts.Views.LeaderView View(SeenLease lease, LeaderLoop leaders, Leadership leadership) => new(
        lease.Document.Region, lease.Document.Holder, lease.Document.Epoch, lease.Document.Since, leaders.IsLive(lease), leadership.Me,
        leadership.Leads(lease.Document.Region) ? "leader" : "standby");
}

/// <summary>Part of /health/ready: which regions this replica leads. It is ready in either role, and not while its passes hang.</summary>
internal sealed class LeadershipHealth(LeaderLoop leaders, Leadership leadership) : IHealthPart
{
    public HealthPart Say()
    {
        var roles = leaders.Leases.Select(l => l.Document.Region).Order(StringComparer.Ordinal).ToLookup(leadership.Leads);
        string[] words =
        [
            .. roles[true].Any() ? [$"leads {string.Join(", ", roles[true])}"] : Array.Empty<string>(),
            .. roles[false].Any() ? [$"stands by for {string.Join(", ", roles[false])}"] : Array.Empty<string>(),
        ];
        return leaders.GivesWay
            ? new HealthPart("leadership", false, "HA-003 no pass has come to its end for too long; see the service's log")
            : new HealthPart("leadership", true, words.Length == 0 ? "no region has been heard yet" : string.Join("; ", words));
    }
}
