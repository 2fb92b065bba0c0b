using Holdfast.Contracts;
using Holdfast.Platform;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// One guarantee taken away, always from the outside of the product: in what it is told, or in the models around it.
/// The suite must see each of them.
/// </summary>
internal class Mutation
{
    internal static Mutation None { get; } = new();

    internal static Mutation NoFencing { get; } = new() { GuardFences = false, SupervisorFences = false };

    internal static Mutation NoEpochCheck { get; } = new() { SinkChecksEpoch = false };

    internal static Mutation LeaseCountsFromTheAnswer { get; } = new() { LeaseFromAnswer = true };

    internal static Mutation NoBrake { get; } = new() { Believe = ha => ha with { BrakeShare = 1, BrakeHostsMin = 100_000 } };

    internal static Mutation NoCooldown { get; } = new() { Believe = ha => ha with { CheckRequestIntervalSec = 0 } };

    internal static Mutation NoContinuity => new PipeLooksWhole();

    internal static Mutation Named(string name) => (Mutation)typeof(Mutation)
        .GetProperty(name, System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.GetValue(null)!;

    internal bool GuardFences { get; private init; } = true;

    internal bool SupervisorFences { get; private init; } = true;

    internal bool SinkChecksEpoch { get; private init; } = true;

    internal bool LeaseFromAnswer { get; private init; }

    private Func<HaConfig, HaConfig> Believe { get; init; } = ha => ha;

    /// <summary>What the scheduler takes for its configuration.</summary>
    internal Profile Believed(Profile profile) => profile with { Ha = Believe(profile.Ha) };

    /// <summary>What the scheduler hears of a batch.</summary>
    internal virtual HeartbeatReported Passes(HeartbeatReported batch) => batch;

    internal virtual void SchedulerStarts(SchedulerSite site, Proc proc)
    {
    }

    /// <summary>All batches seem to come from one collector that never pauses and never leaves a hole.</summary>
    private sealed class PipeLooksWhole : Mutation
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
}
