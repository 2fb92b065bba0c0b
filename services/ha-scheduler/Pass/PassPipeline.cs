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
/// The steps of a region's leader in a reconcile pass around its decisions, in this order: a crash between two of them leaves
/// work that the next pass finds and ends.
/// </summary>
internal sealed class PassPipeline(
    Registrar registrar, TicketReconciler tickets, IncidentReconciler incidents, ManualWorkReconciler manual, DecisionExecutor executor,
    MoveRateLimiter rateLimiter, SchedulerDecisionLog decisionLog, ObjectNames names, TaskMonitor monitor, SuspectPublisher suspects,
    AvoidedHosts avoided, StatePublisher statePublisher, HostRemoval removal, Cluster cluster, Leadership leadership)
{
    /// <summary>At the start, and whenever other regions are led: what another replica has recorded and told is read.</summary>
    internal async Task Load(CancellationToken cancel)
    {
        await decisionLog.Load(cancel);
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
        await executor.Apply(decisions, cancel);
        rateLimiter.Spend(decisions);
        await tickets.Update(decisions, cancel);
        await incidents.Follow(cancel);
        leadership.Demand();
        await decisionLog.Record(
            heldBack.Count == 0 ? decisions : [.. decisions, .. heldBack], snapshot.Now, leadership.Covers, names.RegionOf, cancel);
        await suspects.Say(cancel);
        await avoided.Say(snapshot, config, cancel);
        await statePublisher.Say(decisions, cancel);
        leadership.Demand();
        await monitor.Say(leadership.Covers, cancel);
    }
}
