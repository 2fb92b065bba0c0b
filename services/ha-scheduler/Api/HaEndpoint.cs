using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Holdfast.HaScheduler.Api;

/// <summary>Body of POST /api/v1/ha/brake/confirm.</summary>
internal sealed record BrakeConfirmation(string? Region, string? Reason);

/// <summary>The brake.</summary>
internal static class HaEndpoint
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        var ha = routes.MapLoadedGroup("/api/v1/ha", "ha");
        ha.MapPost("/brake/confirm", Confirm).WithSummary("The silence of a braked region is real: held moves go on.")
            .Produces(204).ProducesProblem(409);
    }

    private static async Task<IResult> Confirm(
        BrakeConfirmation body, BrakeBoard brakes, PassTrigger passes, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(body.Region) || string.IsNullOrWhiteSpace(body.Reason))
        {
            return Fault.Invalid("HA-108", "Name the region and the reason; nothing was confirmed.",
                new FieldFault("region", body.Region, "must be a braked region"),
                new FieldFault("reason", body.Reason, "must be given")).ToResult();
        }

        if (!await brakes.Confirm(body.Region, body.Reason, cancel))
        {
            return new Fault("HA-109", 409, "Not braked", $"Region '{body.Region}' is not braked.",
                "See GET /api/v1/ha/decisions.").ToResult();
        }

        passes.Hurry();
        return Results.NoContent();
    }
}
