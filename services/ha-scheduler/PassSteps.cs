using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.State;
using Holdfast.HaScheduler.Tickets;
using Holdfast.Rules.HaScheduler.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.HaScheduler;

/// <summary>Names the steps of a pass, in their order.</summary>
internal static class PassSteps
{
    internal static PassPipeline Of(IServiceProvider services)
    {
        var (monitor, maintenances, decisionLog) = (The<TaskMonitor>(), The<MaintenanceWatch>(), The<SchedulerDecisionLog>());
        var (leadership, names, feed) = (The<Leadership>(), The<ObjectNames>(), The<LivenessFeed>());
        var (removal, tickets, rateLimiter) = (The<HostRemoval>(), The<TicketReconciler>(), The<MoveRateLimiter>());
        var (executor, incidents, states) = (The<DecisionExecutor>(), The<IncidentReconciler>(), The<StatePublisher>());
        var (suspects, avoided, moves) = (The<SuspectPublisher>(), The<AvoidedHosts>(), The<MoveNotifier>());
        var (brakes, stores, room) = (The<BrakeBoard>(), The<StoreRequests>(), The<RoomPublisher>());
        return new PassPipeline(
            load: [decisionLog.Load, monitor.Load, maintenances.Load],
            prepare:
            [
                The<Cluster>().Settle,
                maintenances.Settle,
                cancel => removal.Work(leadership.Covers, cancel),
                The<Registrar>().Register,
                tickets.OpenMissing,
                The<ManualWorkReconciler>().Work,
            ],
            carryOut:
            [
                Now(pass => monitor.Look(pass.Snapshot, pass.Config, pass.Decisions)),
                (pass, cancel) => executor.Apply(pass.Decisions, cancel),
                Now(pass => rateLimiter.Spend(pass.Decisions)),
                (pass, cancel) => tickets.Update(pass.Decisions, cancel),
                (_, cancel) => incidents.Follow(cancel),
                Now(_ => leadership.Demand()),
                (pass, cancel) => decisionLog.Record(
                    monitor.HeldBack.Count == 0 ? pass.Decisions : [.. pass.Decisions, .. monitor.HeldBack], pass.Snapshot.Now,
                    leadership.Covers, names.RegionOf, cancel),
                (_, cancel) => suspects.Say(cancel),
                (pass, cancel) => avoided.Say(pass.Snapshot, pass.Config, cancel),
                (_, cancel) => states.Say(cancel),
                // After the hosts: nobody hears of a move before they have heard of what it is for.
                (pass, cancel) => moves.Say(pass.Decisions, cancel),
                (_, cancel) => brakes.Say(feed.Elapsed, cancel),
                (_, cancel) => stores.Say(cancel),
                (pass, cancel) => room.Say(pass.Decisions, cancel),
                (_, cancel) => states.SayConflicts(cancel),
                Now(_ => leadership.Demand()),
                (_, cancel) => monitor.Say(leadership.Covers, cancel),
                (pass, cancel) => maintenances.Follow(
                    monitor.Open, leadership.Covers, task => pass.Snapshot.Tasks.GetValueOrDefault(task), cancel),
            ]);

        T The<T>() where T : notnull => services.GetRequiredService<T>();
    }

    /// <summary>A step that waits for nothing.</summary>
    private static CarryingStep Now(Action<DecidedPass> step) => (pass, _) =>
    {
        step(pass);
        return Task.CompletedTask;
    };
}
