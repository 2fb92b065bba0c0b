using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>One part of the process and, when it is not ready, why.</summary>
public sealed record HealthPart(string Part, bool Ready, string? Why);

/// <summary>Answer of /health/ready.</summary>
public sealed record HealthReport(bool Ready, IReadOnlyList<HealthPart> Parts);

/// <summary>/health/live: the process answers. /health/ready: the bus and the store answer it, asked now, not remembered.</summary>
internal static class Health
{
    internal static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", () => Results.Ok(new HealthReport(true, [])))
            .WithTags("health").WithSummary("The process answers.").Produces<HealthReport>();
        app.MapGet("/health/ready", Ready)
            .WithTags("health").WithSummary("The bus and the store answer; 503 says which does not, and why.")
            .Produces<HealthReport>().Produces<HealthReport>(503);
    }

    private static async Task<IResult> Ready(BusProbe bus, IDocumentStore store, CancellationToken cancel)
    {
        var report = Report(await bus.Fault(cancel), await store.CheckHealth(cancel));
        return Results.Json(report, statusCode: report.Ready ? 200 : 503);
    }

    /// <param name="busFault">Why the bus does not answer; null: it does.</param>
    /// <param name="storeFault">Why the store does not answer; null: it does.</param>
    internal static HealthReport Report(string? busFault, string? storeFault)
    {
        HealthPart[] parts = [new("bus", busFault is null, busFault), new("store", storeFault is null, storeFault)];
        return new HealthReport(parts.All(p => p.Ready), parts);
    }
}
