using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler.Api;

/// <summary>Until the state has been read nothing is answered: an empty list would be a lie.</summary>
internal static class Loaded
{
    private static readonly Fault NotYet = new("HA-001", 503, "Still reading its state",
        "The scheduler has started and has not read its state yet.",
        "Try again in a second; if it stays so, see /health/ready/ha-scheduler.");

    /// <summary>Answers only once hosts have reported to this process, since the answer is made from their reports.</summary>
    internal static RouteHandlerBuilder OnceHeard(this RouteHandlerBuilder endpoint) =>
        endpoint.AnswersOnce(services => services.GetRequiredService<LatestPass>().HasHeard,
            services => services.GetRequiredService<LivenessFeed>().Silence);

    internal static RouteGroupBuilder MapLoadedGroup(this IEndpointRouteBuilder routes, string prefix, string tag)
    {
        var group = routes.MapGroup(prefix).WithTags(tag);
        group.AddEndpointFilter(async (context, next) =>
        {
            if (context.HttpContext.RequestServices.GetRequiredService<Cluster>().Loaded)
            {
                return await next(context);
            }

            context.HttpContext.Response.Headers.RetryAfter = "1";
            return NotYet.ToResult();
        });
        return group;
    }
}
