using Holdfast.Platform.Bus;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>One part of the process; when it is not ready, why, and otherwise what it is about, if anything.</summary>
public sealed record HealthPart(string Part, bool Ready, string? Why);

/// <summary>What a service adds to /health/ready.</summary>
public interface IHealthPart
{
    HealthPart Say();
}

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

    private static async Task<IResult> Ready(
        BusProbe bus, IDocumentStore store, IEnumerable<IHealthPart> others, CancellationToken cancel)
    {
        var report = Report(await bus.Fault(cancel), await store.CheckHealth(cancel), others.Select(o => o.Say()));
        return Results.Json(report, statusCode: report.Ready ? 200 : 503);
    }

    /// <param name="busFault">Why the bus does not answer; null: it does.</param>
    /// <param name="storeFault">Why the store does not answer; null: it does.</param>
    /// <param name="others">What the services add.</param>
    internal static HealthReport Report(string? busFault, string? storeFault, params IEnumerable<HealthPart> others)
    {
        HealthPart[] parts = [new("bus", busFault is null, busFault), new("store", storeFault is null, storeFault), .. others];
        return new HealthReport(parts.All(p => p.Ready), parts);
    }
}
