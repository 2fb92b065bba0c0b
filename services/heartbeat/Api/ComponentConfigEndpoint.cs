using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Tokens;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.Heartbeat.Api;

/// <summary>
/// GET /api/v1/hosts/{id}/components/{name}/config: for the supervisor of that host, which writes it where the component reads it.
/// A caller that may not report the host may not read it either, whatever else it may read.
/// </summary>
internal sealed class ComponentConfigEndpoint(ComponentConfigs configs, CollectorHealth health, Settings settings)
{
    internal static void Map(IEndpointRouteBuilder routes, ComponentConfigEndpoint endpoint) => routes
        .MapGet("/api/v1/hosts/{id}/components/{name}/config", endpoint.Get)
        .WithTags("heartbeats").NeedsToken()
        .WithSummary("The configuration of a component that is placed on a host, as its supervisor writes it to config.json.")
        .WithDescription("Needs the scope 'report': it may hold secrets, so it is for the host's supervisor. A host's own token reads "
            + "its own components only. The ETag is the configDigest of the heartbeat's reply.")
        .Produces<object>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);

    private async Task<IResult> Get(string id, string name, HttpContext context, CancellationToken cancel)
    {
        if (HostTokenRules.WhyNot(Caller.Of(context), id, settings.HostTokensOnly) is { } notYours)
        {
            return notYours.ToResult();
        }

        if (GrantFaults.Of(health.IsLoaded ? Grants.Grant : Grants.NotLoaded) is { } notYet)
        {
            return notYet.ToResult();
        }

        if (await configs.Find(id, name, cancel) is not { } row)
        {
            return AssignmentFaults.NoConfig(id, name).ToResult();
        }

        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ETag = $"\"{ComponentConfig.DigestOf(row.Text)}\"";
        return Results.Text(row.Text, "application/json");
    }
}
