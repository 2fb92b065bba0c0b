using Holdfast.HaScheduler;
using Holdfast.Platform.State;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Bench.Scheduler;

/// <summary>Writes a fleet's tasks, components and verdicts into a state file, as an earlier life of the scheduler left them.</summary>
internal static class SeededState
{
    private const int ChunkSize = 5_000;

    internal static async Task Write(IServiceProvider services, int hosts)
    {
        await Upsert(services, Enumerable.Range(0, hosts).Select(FleetScene.Verdict));
        await Upsert(services, FleetScene.Components(hosts));
        await Upsert(services, Enumerable.Range(0, hosts * FleetScene.ComponentsPerHost)
            .Select(n => FleetScene.Task(n / FleetScene.ComponentsPerHost, n % FleetScene.ComponentsPerHost)));
    }

    private static async Task Upsert<T>(IServiceProvider services, IEnumerable<T> documents) where T : class
    {
        foreach (var chunk in documents.Chunk(ChunkSize))
        {
            await services.GetRequiredService<IDocuments<T>>().UpsertMany(chunk, CancellationToken.None);
        }
    }
}
