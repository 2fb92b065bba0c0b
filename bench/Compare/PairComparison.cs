using Holdfast.Bench.Data;

namespace Holdfast.Bench.Compare;

/// <summary>Between PostgreSQL and MariaDB, both ways, beside a writer that sends each row by itself.</summary>
internal static class PairComparison
{
    private const int Runs = 3;
    private const int Transactions = 100;
    private const int RowsOfTransaction = 1_000;
    private const int PeerTransactions = 5;
    private const int Warm = 200;
    private const double Goal = 5;

    internal static async Task<bool> Run()
    {
        if ((PrivatePostgres.Missing ?? MariaServer.Missing) is { } missing)
        {
            Print.Line("not measured", $"{missing}");
            return false;
        }

        await using var postgres = await PostgresServer.Start();
        await using var maria = await MariaServer.Start(1);
        await postgres.Create(postgres.Origin);
        await maria.Create(maria.Origin);
        var reached = await Move(maria, postgres);
        return await Move(postgres, maria) && reached;
    }

    private static async Task<bool> Move(BenchServer source, BenchServer sink)
    {
        await sink.Create("ours");
        await sink.Create("single");
        await using var pipeline = new Pipeline(source.Config(source.Origin), sink.Config("ours"), "bench.*");
        await pipeline.StartStore();
        await pipeline.StartSync();
        var ours = new HoldfastMover("ours", source, pipeline);
        var way = new CatchUp(source, sink);
        await way.Run([ours], () => source.Write(Warm, RowsOfTransaction));
        await sink.WriteRowByRow("single", 1, RowsOfTransaction);
        var ratios = new Ratios("row by row", $"rows/s, {source.Name} to {sink.Name}");
        for (var run = 0; run < Runs; run++)
        {
            var moved = await way.Run([ours], () => source.Write(Transactions, RowsOfTransaction));
            var spent = new Spent([("writer", Environment.ProcessId), ("sink", sink.Pid)]);
            var clock = Stopwatch.StartNew();
            await sink.WriteRowByRow("single", PeerTransactions, RowsOfTransaction);
            ratios.Add(moved[0], spent.Over(PeerTransactions * RowsOfTransaction, clock.Elapsed.TotalSeconds));
        }

        return ratios.Goal($"{source.Name} to {sink.Name}", Goal);
    }
}
