using Holdfast.Bench.Data;

namespace Holdfast.Bench.Compare;

/// <summary>The most memory that both programs have had, a large transaction included.</summary>
internal static class MemoryFigures
{
    private const int Rows = 300_000;
    private const double GoalStore = 150;
    private const double GoalSync = 250;

    internal static async Task<bool> Print(Pipeline pipeline, CatchUp both, Mover ours, BenchServer source)
    {
        var (store, sync) = (Most(pipeline.Store.Id), Most(pipeline.Sync.Id));
        var moved = await both.Run([ours], () => source.Write(1, Rows));
        Bench.Print.Line($"one transaction of {Rows:#,0} rows",
            $"{moved[0].Rate:#,0} rows/s; CPU {moved[0].Cpu:0.0} µs: {moved[0].Shares}");
        Bench.Print.Line("most RSS before it", $"Store {store:0}, Incr-Sync {sync:0} MiB");
        var reached = Bench.Print.Goal("Store, most RSS", Most(pipeline.Store.Id), "MiB", GoalStore, atLeast: false);
        return Bench.Print.Goal("Incr-Sync, most RSS", Most(pipeline.Sync.Id), "MiB", GoalSync, atLeast: false) && reached;
    }

    private static double Most(int pid) => ProcFigures.Mebibytes(pid, "VmHWM");
}
