using Holdfast.Contracts;
using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.State;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Rules.HaScheduler.Components;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.HaScheduler.Pass;

/// <summary>
/// Steps of a leader's pass around its decisions, in this order. If a crash cuts them off, the next pass finds what is left and
/// finishes it.
/// </summary>
internal sealed class PassWork(
    Registrar registrar, TicketBook tickets, IncidentBook incidents, ManualBook manual, Applier applier, Pace pace, Why why,
    WhyAnswers answers, TaskMonitor monitor, SuspectAnnouncer suspects, AvoidedHosts avoided, Announcer announcer, HostRemoval removal,
    Cluster cluster, Leadership leadership)
{
    /// <summary>At the start, and whenever other regions are led: what another replica has recorded and told is read.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        await why.Load(cancel);
        await monitor.Load(cancel);
    }

    /// <summary>Prepares the state that decisions depend on.</summary>
    internal async Task Prepare(CancellationToken cancel)
    {
        await cluster.Settle(cancel);
        await monitor.Settle(cancel);
        await removal.Work(leadership.Covers, cancel);
        await registrar.Register(cancel);
        await tickets.OpenMissing(cancel);
        await manual.Work(cancel);
    }

    internal async Task CarryOut(Snapshot snapshot, HaConfig config, IReadOnlyList<Decision> decisions, CancellationToken cancel)
    {
        var heldBack = monitor.Look(snapshot, config, decisions);
        await applier.Apply(decisions, cancel);
        pace.Spend(decisions);
        await tickets.Update(decisions, cancel);
        await incidents.Follow(cancel);
        leadership.Demand();
        await why.Record(
            heldBack.Count == 0 ? decisions : [.. decisions, .. heldBack], snapshot.Now, leadership.Covers, answers.RegionOf, cancel);
        await suspects.Say(cancel);
        await avoided.Say(snapshot, config, cancel);
        await announcer.Say(decisions, cancel);
        leadership.Demand();
        await monitor.Say(leadership.Covers, cancel);
    }
}
