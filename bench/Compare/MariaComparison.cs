using Holdfast.Bench.Data;

namespace Holdfast.Bench.Compare;

/// <summary>MariaDB to MariaDB, beside mariadb-binlog and replication.</summary>
internal static class MariaComparison
{
    private const int Runs = 3;
    private const int LargeTransactions = 150;
    private const int RowsOfTransaction = 1_000;
    private const int SmallTransactions = 20_000;
    private const double GoalRead = 0.8;
    private const double GoalOne = 1;
    private const double GoalFour = 0.6;
    private const int Threads = 4;
    private const string Tables = "bench.*";

    /// <summary>Programs run for months: what the first rows of a process cost is no part of it, nor what compiles them for good.</summary>
    private const int Warm = 300;
    private static readonly TimeSpan WarmRest = TimeSpan.FromSeconds(3);

    internal static async Task<bool> Run()
    {
        if (MariaServer.Missing is { } missing)
        {
            Print.Line("not measured", $"{missing}");
            return false;
        }

        var reached = await Read();
        return await Apply() && reached;
    }

    private static async Task<bool> Read()
    {
        const int transactions = 3 * LargeTransactions;
        await using var source = await MariaServer.Start(1);
        await source.Create(source.Origin);
        await using var pipeline = new Pipeline(source.Config(source.Origin), source.Config(source.Origin), Tables);
        await pipeline.StartStore();
        await source.Write(Warm, RowsOfTransaction);
        await Task.Delay(WarmRest);
        var store = new HoldfastMover("", source, pipeline);
        var ratios = new Ratios("mariadb-binlog --raw", "rows/s");
        for (var run = 0; run < Runs; run++)
        {
            await store.Hold();
            var file = await source.NewFile();
            await source.Write(transactions, RowsOfTransaction);
            var bytes = await source.FileBytes();
            const int rows = transactions * RowsOfTransaction;
            using var copy = new TempDirectory();
            await ratios.Add(run, () => LogRead.ByStore(store, rows),
                () => LogRead.ByCommand(source.CopyCommand(file, copy.Location), source, rows));
            Print.Line("  a row in the log", $"{(double)bytes / rows:0} bytes");
        }

        await LogRead.Check(store, (Runs * transactions + Warm) * RowsOfTransaction);
        return ratios.Goal("read, parsed and stored", GoalRead);
    }

    private static async Task<bool> Apply()
    {
        await using var source = await MariaServer.Start(1);
        await using var sink = await MariaServer.Start(2);
        await source.Create(source.Origin);
        await sink.Create(source.Origin);
        await sink.Create("ours");
        await using var pipeline = new Pipeline(source.Config(source.Origin), sink.Config("ours"), Tables);
        await pipeline.StartStore();
        await pipeline.StartSync();
        var ours = new HoldfastMover("ours", source, pipeline);
        var replication = new NativeMover("replication", source.Origin, sink.Follow);
        var both = new CatchUp(source, sink);
        await sink.Follow(source, await source.NewFile(), 0);
        await both.Run([ours, replication], async () =>
        {
            await source.Write(Warm, RowsOfTransaction);
            await source.WriteSingle(SmallTransactions);
        });
        await Task.Delay(WarmRest);
        Print.Line("transactions of one row", $"written by {MariaServer.Load}");
        var reached = await Compare("1,000-row transactions", () => source.Write(LargeTransactions, RowsOfTransaction));
        reached &= await Compare("1-row transactions", () => source.WriteSingle(SmallTransactions));
        return await MemoryFigures.Print(pipeline, both, ours, source) && reached;

        async Task<bool> Compare(string what, Func<Task> write)
        {
            var one = new Ratios("replication, 1 thread", $"rows/s, {what}");
            var four = new Ratios($"replication, {Threads} threads", $"rows/s, {what}");
            for (var run = 0; run < Runs; run++)
            {
                await replication.Hold();
                var file = await source.NewFile();
                await sink.Follow(source, file, 0);
                var before = await source.Count(source.Origin);
                Mover[] ways = run % 2 == 0 ? [ours, replication] : [replication, ours];
                var moved = await both.Run(ways, write);
                one.Add(moved[run % 2], moved[1 - run % 2]);
                // The same file again, by more threads: the rows that it has go first.
                await replication.Hold();
                await sink.Forget(source.Origin, before);
                await sink.Follow(source, file, Threads);
                four.Add(moved[run % 2], await both.Go(replication, before));
            }

            return one.Goal($"end to end, {what}", GoalOne) & four.Goal($"end to end, {what}", GoalFour);
        }
    }
}
