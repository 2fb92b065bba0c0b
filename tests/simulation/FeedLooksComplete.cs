using System.Runtime.CompilerServices;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// Lets all batches seem to come, to each scheduler, from one collector that never pauses and never leaves a hole. What it says of whom it
/// hears stays true: collectors that were told of one that is not there would grant nothing, and nobody could be accused who was accepted.
/// </summary>
internal sealed class FeedLooksComplete : Mutation
{
    /// <summary>No world is kept for it.</summary>
    private readonly ConditionalWeakTable<Site, Ear> _ears = [];

    /// <summary>The batches that one life of a scheduler has heard.</summary>
    private sealed class Ear(Proc proc)
    {
        internal Proc Proc { get; } = proc;

        internal long Sequence { get; set; }

        internal Dictionary<string, long> Truly { get; } = new(StringComparer.Ordinal);
    }

    private Ear EarOf(Site site) => _ears.TryGetValue(site, out var ear)
        ? ear : throw new InvalidOperationException($"{site.Name} speaks before it lives");

    internal override HeartbeatReported Passes(HeartbeatReported batch, Site to)
    {
        var ear = EarOf(to);
        if (batch.Sequence > ear.Truly.GetValueOrDefault(batch.Collector))
        {
            ear.Truly[batch.Collector] = batch.Sequence;
        }

        return batch with
        {
            Collector = ear.Proc.Name,
            Sequence = ++ear.Sequence,
            UptimeMs = (long)TimeSpan.FromTicks(ear.Proc.Machine.Boot).TotalMilliseconds,
            Leaving = false,
        };
    }

    internal override object Says(object message, Site from) => message is BatchesHeard heard
        ? heard with { Collectors = [.. EarOf(from).Truly.Select(t => new CollectorHeard(t.Key, t.Value))] }
        : message;

    internal override T Keeps<T>(T document, Site from) => document is HeardCollectors heard
        ? (T)(object)(heard with { Sequences = new Dictionary<string, long>(EarOf(from).Truly, StringComparer.Ordinal) })
        : document;

    internal override void SchedulerStarts(SchedulerSite site, Proc proc)
    {
        _ears.AddOrUpdate(site, new Ear(proc));
        Fill();

        void Fill()
        {
            _ = site.Consume(new HeartbeatReported
            {
                Collector = "",
                Sequence = 0,
                WindowEnd = default,
                UptimeMs = 0,
                Lease = 1,
                KillGrace = 1,
                Reports = [],
            });
            proc.After(TimeSpan.FromSeconds(0.5), Fill);
        }
    }
}
