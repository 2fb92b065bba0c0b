using Holdfast.Platform.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Holdfast.Platform.Http;

/// <summary>One part of the process; when it is not ready, why, and otherwise what it is about, if anything.</summary>
public sealed record HealthPart(string Part, bool Ready, string? Why);

/// <summary>Part that a service adds to /health/ready.</summary>
public interface IHealthPart
{
    HealthPart Say();
}

/// <summary>Whether the bus answers.</summary>
internal interface IBusHealth
{
    /// <summary>Null when it does; otherwise why not, in a sentence.</summary>
    Task<string?> Fault(CancellationToken cancel);
}

/// <summary>Answer of /health/ready.</summary>
public sealed record HealthReport(bool Ready, IReadOnlyList<HealthPart> Parts);

/// <summary>/health/live: the process answers. /health/ready: the bus and the store answer it, asked now, not remembered; and what
/// the work has asked the store of late was answered.</summary>
internal static class Health
{
    /// <summary>/health/ready answers within this, whatever the store does.</summary>
    private static readonly TimeSpan StoreMax = TimeSpan.FromSeconds(8);

    /// <param name="app">The process.</param>
    /// <param name="services">Services that it runs.</param>
    internal static void MapHealth(this WebApplication app, IReadOnlyCollection<string> services)
    {
        app.MapGet("/health/live", () => Results.Ok(new HealthReport(true, [])))
            .WithTags("health").WithSummary("The process answers.").Produces<HealthReport>();
        app.MapGet("/health/ready", Ready)
            .WithTags("health").WithSummary("The bus and the store answer; 503 says which does not, and why.")
            .Produces<HealthReport>().Produces<HealthReport>(503);
        // The gateway asks that service. Where all are one process it is this process that is ready, or not.
        app.MapGet("/health/ready/{service}", (string service, IBusHealth bus, IDocumentStore store, StoreWork work,
                IEnumerable<IHealthPart> others, TimeProvider time, CancellationToken cancel) =>
                services.Contains(service, StringComparer.Ordinal) ? Ready(bus, store, work, others, time, cancel)
                    : Task.FromResult(Fault.NotFound("PF-404", "service", service,
                        $"Here is: {string.Join(", ", services)}.").ToResult()))
            .WithTags("health").WithSummary("As /health/ready, of one service: behind the gateway each is a process of its own.")
            .Produces<HealthReport>().Produces<HealthReport>(503).ProducesProblem(404);
    }

    private static async Task<IResult> Ready(
        IBusHealth bus, IDocumentStore store, StoreWork work, IEnumerable<IHealthPart> others, TimeProvider time, CancellationToken cancel)
    {
        // Beside each other: who asks has a limit of its own.
        var (ofBus, ofStore) = (bus.Fault(cancel), StoreFault(store, time, cancel));
        var report = Report(await ofBus, StoreFault(await ofStore, work.Fault()), others.Select(o => o.Say()));
        return Results.Json(report, statusCode: report.Ready ? 200 : 503);
    }

    /// <summary>A store has its own limit; whatever becomes of that, the answer goes out.</summary>
    internal static async Task<string?> StoreFault(IDocumentStore store, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return await store.CheckHealth(cancel).WaitAsync(StoreMax, time, cancel);
        }
        catch (TimeoutException)
        {
            return $"no answer within {StoreMax.TotalSeconds:0} s";
        }
    }

    /// <summary>
    /// The probe alone names no collection, and the work alone does not know of what nobody has asked for yet: both are said.
    /// </summary>
    internal static string? StoreFault(string? probe, string? work) => (probe, work) switch
    {
        (null, _) => work,
        (_, null) => probe,
        _ => $"{work}; and asked just now: {probe}",
    };

    /// <param name="busFault">Reason why the bus does not answer; null: it does.</param>
    /// <param name="storeFault">Reason why the store does not answer; null: it does.</param>
    /// <param name="others">Parts that the services add.</param>
    internal static HealthReport Report(string? busFault, string? storeFault, params IEnumerable<HealthPart> others)
    {
        HealthPart[] parts = [new("bus", busFault is null, busFault), new("store", storeFault is null, storeFault), .. others];
        return new HealthReport(parts.All(p => p.Ready), parts);
    }
}
