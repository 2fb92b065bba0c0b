namespace Holdfast.Bench.Data;

/// <summary>
/// Rows from a source file to a sink file, both programs between them, beside a bare loop of the same prepared inserts into a file. Also
/// the time that a row takes when 500 transactions a second are committed by the clock.
/// </summary>
internal static class EndToEndBenchmark
{
    private const int RowsOfTransaction = 1_000;
    private const int Rows = 200_000;
    private const int Runs = 3;
    private const double GoalShare = 0.5;
    private const int PerSecond = 500;
    private const int Seconds = 10;
    private const double GoalP99Ms = 150;

    private static readonly TimeSpan Max = TimeSpan.FromMinutes(3);

    internal static async Task<bool> Rate()
    {
        var shares = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await using var scene = await MovingRows.Start();
            // Programs run for months: what the first rows of a process cost is no part of it.
            await Move(scene, 1, Rows / 10, null);
            var (bare, cpu) = Bare();
            shares.Add(bare / await Move(scene, Rows, Rows, $"run {run + 1}: {Rows:#,0} rows"));
            Print.Line("  a bare loop of prepared inserts",
                $"{Rows / bare:#,0} rows/s, {cpu * 1e6 / Rows:0.0} µs CPU a row; end to end is {shares[^1]:0.00} of it");
            scene.Compare();
        }

        return Print.Goal($"median share of the bare loop in {Runs} runs", shares.Order().ElementAt(Runs / 2), "", GoalShare,
            atLeast: true);
    }

    internal static async Task<bool> Latency()
    {
        var worst = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await using var scene = await MovingRows.Start();
            await Steady(scene, 1, PerSecond);
            var cpu = new CpuOf(scene);
            var sorted = (await Steady(scene, 1 + PerSecond, PerSecond * Seconds)).Order().ToList();
            worst.Add(Print.Percentile(sorted, 0.99));
            Print.Line($"run {run + 1}: {PerSecond} transactions/s for {Seconds} s, p50, p99, most",
                $"{Print.Percentile(sorted, 0.5):0.0}, {worst[^1]:0.0}, {sorted[^1]:0.0} ms; {cpu.Text(sorted.Count)} a transaction");
            scene.Compare();
        }

        return Print.Goal($"p99 from source commit to sink commit, median of {Runs} runs", worst.Order().ElementAt(Runs / 2), "ms",
            GoalP99Ms, atLeast: false);
    }

    /// <summary>Seconds from the first insert at the source until the last row is committed at the sink.</summary>
    private static async Task<double> Move(MovingRows scene, long first, int rows, string? title)
    {
        var cpu = new CpuOf(scene);
        var clock = Stopwatch.StartNew();
        var writing = Task.Run(() =>
        {
            Loop(scene.Source, first, rows);
            return clock.Elapsed.TotalSeconds;
        });
        await scene.Sink.Reached(first + rows - 1, Max);
        var seconds = clock.Elapsed.TotalSeconds;
        if (title is not null)
        {
            var written = await writing;
            Print.Line(title,
                $"{rows / seconds:#,0} rows/s end to end, written in {written:0.0} of {seconds:0.0} s; {cpu.Text(rows)} a row");
        }

        return seconds;
    }

    private static (double Seconds, double Cpu) Bare()
    {
        using var folder = new TempDirectory();
        using var file = Table.Create(folder.File("bare.db"));
        var clock = Stopwatch.StartNew();
        var cpu = Environment.CpuUsage.TotalTime;
        Loop(file, 1, Rows);
        return (clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    private static void Loop(Table table, long first, int rows)
    {
        for (var id = first; id < first + rows; id += RowsOfTransaction)
        {
            table.Write(id, RowsOfTransaction);
        }
    }

    /// <summary>Commits one row at a time by the clock; milliseconds from each commit until the row is seen at the sink.</summary>
    private static async Task<double[]> Steady(MovingRows scene, long first, int count)
    {
        var committed = new long[count];
        var latencies = new double[count];
        var started = Stopwatch.GetTimestamp();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                while (Stopwatch.GetElapsedTime(started).TotalSeconds * PerSecond < i)
                {
                    await Task.Delay(1);
                }

                scene.Source.Write(first + i, 1);
                Volatile.Write(ref committed[i], Stopwatch.GetTimestamp());
            }
        });
        for (var seen = 0; seen < count;)
        {
            var last = scene.Sink.Last() - first + 1;
            var now = Stopwatch.GetTimestamp();
            for (; seen < last; seen++)
            {
                // The sink may be seen to have a row before the writer has noted that its commit is done.
                var at = Volatile.Read(ref committed[seen]);
                latencies[seen] = at == 0 ? 0 : Stopwatch.GetElapsedTime(at, now).TotalMilliseconds;
            }

            if (Stopwatch.GetElapsedTime(started) > Max)
            {
                throw new InvalidOperationException($"{seen} of {count} transactions came in {Max}");
            }

            await Task.Delay(1);
        }

        await writing;
        return latencies;
    }
}
