using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler;

/// <summary>Until the state has been read nothing is answered: an empty list would be a lie.</summary>
internal static class Loaded
{
    private static readonly Fault NotYet = new("HA-001", 503, "Still reading its state",
        "The scheduler has started and has not read its state yet.", "Try again in a second; if it stays so, see /health/ready.");

    internal static RouteGroupBuilder MapLoadedGroup(this IEndpointRouteBuilder routes, string prefix, string tag)
    {
        var group = routes.MapGroup(prefix).WithTags(tag);
        group.AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<Cluster>().Loaded ? await next(context) : NotYet.ToResult());
        return group;
    }
}
