using Holdfast.Contracts;

namespace Holdfast.Simulation.Tests;

/// <summary>All batches seem to come from one collector that never pauses and never leaves a hole.</summary>
internal sealed class PipeLooksWhole : Mutation
{
    private Proc? _proc;
    private long _sequence;

    internal override HeartbeatReported Passes(HeartbeatReported batch) => batch with
    {
        Collector = _proc!.Name,
        Sequence = ++_sequence,
        UptimeMs = (long)TimeSpan.FromTicks(_proc.Machine.Boot).TotalMilliseconds,
        Leaving = false,
    };

    internal override void SchedulerStarts(SchedulerSite site, Proc proc)
    {
        (_proc, _sequence) = (proc, 0);
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
