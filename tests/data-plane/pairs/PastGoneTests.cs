using Holdfast.Engine.MySql.Binlog;
using Holdfast.Engine.MySql.Db;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>
/// While a Store is away its source throws away what it has not read, or becomes another server that does not have it. Nothing is passed
/// over: the Store says so, the sink stays as it is, and the way back that docs/data.md describes leads back.
/// </summary>
[Trait("Category", "process")]
[Trait("Category", "heavy")]
public sealed class PastGoneTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_binary_log_that_was_purged()
    {
        var server = await MariaDb.Start();
        await using var bank = new PairBank(new MySqlPlace(server));
        await bank.Create();
        await Gone(bank, async () =>
        {
            await server.Run("FLUSH BINARY LOGS", "FLUSH BINARY LOGS");
            // A file that the server may need to recover stays for a moment.
            await Eventually.Holds(async () =>
            {
                await server.Run("PURGE BINARY LOGS TO 'binlog.000003'");
                await using var connection = await Connections.Open(server.Server, Cancel);
                return (await BinlogFiles.All(connection, Cancel))[0].Number == 3 ? null : "the server has kept it";
            }, Plant.Slow);
        }, "DP-353");
    }

    [Fact]
    public async Task A_slot_that_the_server_has_given_up()
    {
        await using var bank = new PairBank(await PostgresPlace.Start(
            "max_slot_wal_keep_size=1MB", "min_wal_size=32MB", "max_wal_size=32MB"));
        await bank.Create();
        await Gone(bank, () => bank.Run("CREATE TABLE other AS SELECT i, repeat('x', 1000) FROM generate_series(1, 60000) AS i",
            "SELECT pg_switch_wal()", "CHECKPOINT"), "DP-163");
    }

    /// <summary>PostgreSQL before 17 takes no slot along, and one that is made by hand begins too late.</summary>
    [Fact]
    public async Task A_standby_that_was_promoted_without_the_slot()
    {
        Assert.SkipWhen(PrivatePostgres.Missing is not null, PrivatePostgres.Missing ?? "");
        string[] settings = ["fsync=off", "wal_level=logical", "max_connections=50"];
        await using var primary = await PrivatePostgres.Start(settings);
        await using var standby = await primary.StartStandby("standby", [.. settings, "hot_standby=on"]);
        await using var address = new PortForward(primary.Port);
        await using var first = new PostgresPlace(primary);
        var bank = new PairBank(new PostgresPlace(primary, address.Port));
        await bank.Create();
        await Gone(bank, async () =>
        {
            await first.Kill();
            await standby.Promote();
            address.To(standby.Port);
        }, "DP-164", async () => await bank.Run("SELECT pg_create_logical_replication_slot('holdfast_' || oid || '_st1', 'pgoutput') "
            // The Store itself may have made one there, which is no better.
            + "FROM pg_database WHERE datname = 'postgres' AND NOT EXISTS ("
            + "SELECT FROM pg_replication_slots WHERE slot_name = 'holdfast_' || oid || '_st1')"));
    }

    /// <param name="bank">The source.</param>
    /// <param name="goes">The event while the Store is away.</param>
    /// <param name="code">Code that the Store says then.</param>
    /// <param name="inVain">An attempt at help after which the Store says the same; null: none.</param>
    private static async Task Gone(PairBank bank, Func<Task> goes, string code, Func<Task>? inVain = null)
    {
        await using var plant = new Plant();
        await using var sink = await PairBank.New(BankPlace.Sqlite, plant.Folder("sink.db"));
        var store = plant.StartStore("st1", "", "bank", c => PairScene.Configure(c, "source", bank.Place.Config(plant)));
        await Plant.Serves(store);
        var sync = plant.StartSync("t1", "", "bank", c => c["sink"] = sink.Place.Config(plant));
        var made = await Trade(bank, 1, 40);
        await Arrived(bank, sink);
        await store.Kill();
        made = await Trade(bank, made + 1, 20);
        await goes();
        made = await Trade(bank, made + 1, 20);
        var before = await sink.Rows();
        await Plant.Ends(plant.Start("store", "st1", ""), code);
        if (inVain is not null)
        {
            await inVain();
            await Plant.Ends(plant.Start("store", "st1", ""), code);
        }

        Assert.Equal(before, await sink.Rows());

        // docs/data.md, "Another database behind a name"; nobody writes meanwhile.
        Assert.Equal(DataProcess.Asked, await sync.Stop());
        Directory.Delete(Path.Combine(plant.Folder("st1"), "log"), recursive: true);
        store = plant.Start("store", "st1", "");
        await Plant.Serves(store);
        await sink.Become(bank);
        await sink.Run("DELETE FROM hf_lane WHERE task = 't1'");
        plant.Start("incr-sync", "t1", "t1");
        await Trade(bank, made + 1, 40);
        await Arrived(bank, sink);
        Assert.Equal(0, (await sink.State())!.Value.Twice);
    }

    private static async Task<int> Trade(PairBank bank, int first, int count)
    {
        using var stop = new CancellationTokenSource();
        await bank.Trade(first, made =>
        {
            if (made >= first + count - 1)
            {
                stop.Cancel();
            }
        }, stop.Token, first);
        return first + count - 1;
    }

    private static Task<TimeSpan> Arrived(PairBank bank, PairBank sink) => Eventually.Holds(async () =>
        (await bank.Rows()).SequenceEqual(await sink.Rows()) ? null
        : $"{await bank.State()} {await sink.State()}", Plant.Slow);
}
