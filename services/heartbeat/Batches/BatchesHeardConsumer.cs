using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.Heartbeat.Batches;

/// <summary>Schedulers say how far they have heard this collector, and which hosts it numbers below what they know of them.</summary>
internal sealed class BatchesHeardConsumer(CollectorHealth health, CurrentTerms terms, HostRegistry hosts) : IConsumer<BatchesHeard>
{
    public Task Consume(ConsumeContext<BatchesHeard> context)
    {
        Hear(context.Message);
        return Task.CompletedTask;
    }

    internal void Hear(BatchesHeard said)
    {
        foreach (var batch in health.Hear(said))
        {
            terms.Step(rollout => rollout.SaidInBatch(batch.Terms));
        }

        foreach (var known in said.Outnumbered ?? [])
        {
            hosts.Find(known.Host)?.Outnumber(known.Incarnation, health.Now);
        }
    }
}

/// <summary>Each replica hears it; an answer that is lost is outdated by the next one.</summary>
internal sealed class BatchesHeardDefinition(Settings settings)
    : LiveEndpoint<BatchesHeardConsumer>("heartbeat.batches-heard", settings);
