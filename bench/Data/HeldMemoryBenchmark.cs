namespace Holdfast.Bench.Data;

/// <summary>The memory of both programs: at rest, at work, and through one transaction of very many rows.</summary>
internal static class HeldMemoryBenchmark
{
    private const double GoalIdle = 60;
    private const double GoalStore = 150;
    private const double GoalSync = 250;

    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(30);

    internal static async Task<bool> Idle()
    {
        await using var scene = await MovingRows.Start();
        await Task.Delay(Rest);
        var (store, sync) = (Resident(scene.Store), Resident(scene.Sync));
        Print.Line("of these its own, not shared with the others", $"{Own(scene.Store):0} Store, {Own(scene.Sync):0} MiB Incr-Sync");
        var before = (ProcFigures.CpuSeconds(scene.Store.Id), ProcFigures.CpuSeconds(scene.Sync.Id));
        await Task.Delay(Rest);
        Print.Line("CPU at rest", $"{(ProcFigures.CpuSeconds(scene.Store.Id) - before.Item1) / Rest.TotalSeconds * 100:0.00} Store, {
            (ProcFigures.CpuSeconds(scene.Sync.Id) - before.Item2) / Rest.TotalSeconds * 100:0.00} % of a core Incr-Sync");
        var reached = Print.Goal("Store at rest, RSS", store, "MiB", GoalIdle, atLeast: false);
        reached &= Print.Goal("Incr-Sync at rest, RSS", sync, "MiB", GoalIdle, atLeast: false);
        for (var id = 1; id < 100_000; id += 1000)
        {
            scene.Source.Write(id, 1000);
        }

        await scene.Sink.Reached(100_000, Max);
        await Task.Delay(Rest);
        Print.Line("at rest again after 100,000 rows", $"{Resident(scene.Store):0} Store, {Resident(scene.Sync):0} MiB Incr-Sync");
        return reached;
    }

    /// <summary>HOLDFAST_BENCH_ROWS: how many rows; the goal is for ten million.</summary>
    internal static async Task<bool> Large()
    {
        var rows = int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_BENCH_ROWS") ?? "2000000", CultureInfo.InvariantCulture);
        await using var scene = await MovingRows.Start();
        using var looking = new CancellationTokenSource();
        var most = Look(scene, looking.Token);
        var clock = Stopwatch.StartNew();
        await Task.Run(() => scene.Source.Write(1, rows));
        var written = clock.Elapsed;
        var halves = 0;
        while (scene.Sink.Last() is var last && last < rows)
        {
            halves += last > 0 ? 1 : 0;
            if (clock.Elapsed > Max || scene.Store.HasExited || scene.Sync.HasExited)
            {
                throw new InvalidOperationException($"{rows:#,0} rows did not come in {clock.Elapsed}: the sink has {last:#,0}");
            }

            await Task.Delay(20);
        }

        var moved = clock.Elapsed;
        await looking.CancelAsync();
        var (store, sync) = await most;
        scene.Compare();
        Print.Line($"one transaction of {rows:#,0} rows",
            $"committed in {written.TotalSeconds:0} s, at the sink after {moved.TotalSeconds:0} s; {halves} looks found a part of it");
        var reached = Print.Goal("Store, most RSS", store, "MiB", GoalStore, atLeast: false);
        reached &= Print.Goal("Incr-Sync, most RSS", sync, "MiB", GoalSync, atLeast: false);
        return reached && halves == 0;
    }

    /// <summary>Looks at both ten times a second, and prints a curve of twenty points or so.</summary>
    private static async Task<(double Store, double Sync)> Look(MovingRows scene, CancellationToken end)
    {
        var curve = new List<(double Second, double Store, double Sync)>();
        var clock = Stopwatch.StartNew();
        while (!end.IsCancellationRequested)
        {
            curve.Add((clock.Elapsed.TotalSeconds, Resident(scene.Store), Resident(scene.Sync)));
            await Task.Delay(100, CancellationToken.None);
        }

        var step = Math.Max(1, curve.Count / 16);
        foreach (var part in curve.Chunk(step))
        {
            Print.Line($"  until {part[^1].Second:0} s", $"Store {part.Max(p => p.Store):0}, Incr-Sync {part.Max(p => p.Sync):0} MiB");
        }

        return (curve.Max(p => p.Store), curve.Max(p => p.Sync));
    }

    private static double Resident(Process process) => ProcFigures.Mebibytes(process.Id, "VmRSS");

    /// <summary>Pages that no other process has: what one more Store costs a host is little more.</summary>
    private static double Own(Process process) => File.ReadLines($"/proc/{process.Id}/smaps_rollup")
        .Where(l => l.StartsWith("Private_", StringComparison.Ordinal))
        .Sum(l => double.Parse(l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)) / 1024;
}
