using Holdfast.Bench.Data;

namespace Holdfast.Bench.Compare;

/// <summary>PostgreSQL to PostgreSQL, beside pg_recvlogical and a native subscription.</summary>
internal static class PostgresComparison
{
    private const int Runs = 3;
    private const int LargeTransactions = 150;
    private const int RowsOfTransaction = 1_000;
    private const int SmallTransactions = 20_000;
    private const int PerSecond = 500;
    private const int Seconds = 10;
    private const double GoalDecode = 0.9;
    private const double GoalLarge = 1;
    private const double GoalSmall = 2;
    private const double GoalP99Ms = 150;
    private const string Tables = "bench.*";
    private const string Slot = "peer";

    /// <summary>Programs run for months: what the first rows of a process cost is no part of it, nor what compiles them for good.</summary>
    private const int Warm = 300;
    private static readonly TimeSpan WarmRest = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Max = TimeSpan.FromMinutes(2);

    internal static async Task<bool> Run()
    {
        if (PrivatePostgres.Missing is { } missing)
        {
            Print.Line("not measured", $"{missing}");
            return false;
        }

        var reached = await Decode();
        return await Apply() && reached;
    }

    /// <summary>Whole transactions of pgoutput, read from the log.</summary>
    private static async Task<bool> Decode()
    {
        await using var source = await PostgresServer.Start();
        await source.Create(source.Origin);
        await source.Publish();
        await using var pipeline = new Pipeline(source.Config(source.Origin), source.Config(source.Origin), Tables);
        await pipeline.StartStore();
        await source.Write(Warm, RowsOfTransaction);
        await Task.Delay(WarmRest);
        await source.MakeSlot(Slot);
        var store = new HoldfastMover("", source, pipeline);
        const int rows = LargeTransactions * RowsOfTransaction;
        var ratios = new Ratios("pg_recvlogical", "rows/s");
        for (var run = 0; run < Runs; run++)
        {
            await store.Hold();
            await source.Write(LargeTransactions, RowsOfTransaction);
            string[] command = ["pg_recvlogical", "-h", "127.0.0.1", "-p", source.Port.ToString(CultureInfo.InvariantCulture),
                "-U", "holdfast", "-d", source.Origin, "--slot", Slot, "--start", "-f", "/dev/null", "-n", "--endpos", await source.End(),
                "-o", "proto_version=1", "-o", "publication_names=native"];
            await ratios.Add(run, () => LogRead.ByStore(store, rows), () => LogRead.ByCommand(command, source, rows));
        }

        await LogRead.Check(store, (Runs * LargeTransactions + Warm) * RowsOfTransaction);
        return ratios.Goal("decoded and stored", GoalDecode);
    }

    private static async Task<bool> Apply()
    {
        await using var source = await PostgresServer.Start();
        await using var sink = await PostgresServer.Start();
        await source.Create(source.Origin);
        await sink.Create("native");
        await sink.Create("ours");
        await source.Publish();
        await sink.Subscribe("native", source);
        await using var pipeline = new Pipeline(source.Config(source.Origin), sink.Config("ours"), Tables);
        await pipeline.StartStore();
        await pipeline.StartSync();
        var ours = new HoldfastMover("ours", source, pipeline);
        var native = new NativeMover("a native subscription", "native", isOn => sink.Subscribe("native", isOn));
        var both = new CatchUp(source, sink);
        await both.Run([ours, native], async () =>
        {
            await source.Write(Warm, RowsOfTransaction);
            await source.WriteSingle(SmallTransactions);
        });
        await Task.Delay(WarmRest);
        var reached = await Compare("1,000-row transactions", GoalLarge, () => source.Write(LargeTransactions, RowsOfTransaction));
        reached &= await Compare("1-row transactions", GoalSmall, () => source.WriteSingle(SmallTransactions));
        reached &= await Latency(source, sink, both, ours, native);
        return await MemoryFigures.Print(pipeline, both, ours, source) && reached;

        async Task<bool> Compare(string what, double goal, Func<Task> write)
        {
            var ratios = new Ratios(native.Name, $"rows/s, {what}");
            for (var run = 0; run < Runs; run++)
            {
                Mover[] ways = run % 2 == 0 ? [ours, native] : [native, ours];
                var moved = await both.Run(ways, write);
                ratios.Add(moved[run % 2], moved[1 - run % 2]);
            }

            return ratios.Goal($"end to end, {what}", goal);
        }
    }

    /// <summary>Measures from the moment at which a row was inserted, before its commit, until the sink shows it.</summary>
    private static async Task<bool> Latency(PostgresServer source, PostgresServer sink, CatchUp both, Mover ours, Mover native)
    {
        var worst = new List<double>();
        await native.Hold();
        for (var run = 0; run < Runs; run++)
        {
            var cpu = new Spent([.. ours.Programs, ("source", source.Pid), ("sink", sink.Pid)]);
            worst.Add(Told($"run {run + 1}: Holdfast", await Steady(source, sink, ours.Database), cpu));
        }

        await both.Go(native, await source.Count(source.Origin) - 1);
        await ours.Hold();
        var peer = new Spent([("source", source.Pid), ("sink", sink.Pid)]);
        Told($"  {native.Name}", await Steady(source, sink, native.Database), peer);
        await both.Go(ours, await source.Count(source.Origin) - 1);
        return Print.Goal($"p99 at {PerSecond} transactions/s, median of {Runs} runs", worst.Order().ElementAt(Runs / 2), "ms", GoalP99Ms,
            atLeast: false);

        static double Told(string who, List<double> sorted, Spent cpu)
        {
            var (half, most) = (Print.Percentile(sorted, 0.5), Print.Percentile(sorted, 0.99));
            Print.Line($"{who}, {PerSecond}/s: p50, p99, most", $"{half:0.0}, {most:0.0}, {sorted[^1]:0.0} ms; CPU a transaction: {
                cpu.Over(PerSecond * Seconds, Seconds).Shares} µs, the load and the look included");
            return most;
        }
    }

    private static async Task<List<double>> Steady(PostgresServer source, PostgresServer sink, string database)
    {
        var (low, beyond) = (await sink.Last(database), new HashSet<long>());
        var last = low + PerSecond * Seconds;
        var latencies = new List<double>();
        var clock = Stopwatch.StartNew();
        var writing = source.WriteEvenly(PerSecond, Seconds);
        while (low < last)
        {
            foreach (var (id, written) in await sink.After(database, low))
            {
                if (beyond.Add(id))
                {
                    latencies.Add((TimeProvider.System.GetUtcNow().UtcDateTime - written).TotalMilliseconds);
                }
            }

            for (; beyond.Remove(low + 1); low++)
            {
            }

            if (clock.Elapsed > Max)
            {
                throw new InvalidOperationException($"{latencies.Count} of {PerSecond * Seconds} transactions came in {Max}");
            }

            await Task.Delay(1);
        }

        await writing;
        return [.. latencies.Order()];
    }
}
