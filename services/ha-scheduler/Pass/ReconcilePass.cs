using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Replay;
using Holdfast.Rules.HaScheduler.Pass;

namespace Holdfast.HaScheduler.Pass;

/// <summary>One reconcile pass over the regions that this replica leads: take a snapshot, decide, carry out.</summary>
internal sealed class ReconcilePass(
    Leadership leadership, SnapshotBuilder snapshots, PassPipeline pipeline, PassRecorder recorder, LatestPass latest)
{
    /// <param name="stall">The time for which this process itself made none.</param>
    /// <param name="started">Now, on the feed's clock.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>False: this replica leads nothing, and has only looked.</returns>
    internal async Task<bool> Run(TimeSpan stall, TimeSpan started, CancellationToken cancel)
    {
        if (leadership.Covered.Count == 0)
        {
            latest.Progress.Decide<Decision>([], LatestPass.CodeOf);
            latest.See(snapshots.Take(stall).All, started);
            return false;
        }

        await pipeline.Prepare(cancel);
        var (snapshot, all, config) = snapshots.Take(stall);
        latest.See(all, started);
        var decisions = Decider.Decide(snapshot, config);
        latest.Progress.Decide(decisions, LatestPass.CodeOf);
        recorder.Record(snapshot, config, decisions);
        await pipeline.CarryOut(new DecidedPass(snapshot, config, decisions), cancel);
        return true;
    }
}
