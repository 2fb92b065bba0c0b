using Holdfast.DataPlane.Tests.Pairs;

namespace Holdfast.DataPlane.Tests.MySql;

/// <summary>
/// A MariaDB primary is lost while a bank works, and a replica takes its place behind the same address. The place from which the Store goes
/// on is proven by GTID; else it stops and says what is missing.
/// </summary>
[Trait("Category", "process")]
public sealed class TakeoverTests
{
    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_promoted_replica_takes_over_under_load_and_nothing_is_lost_or_doubled()
    {
        await using var scene = await TakeoverScene.Start();
        await scene.Trades(60);
        // The replica has what the Store has; what the bank does after that may be lost with the primary.
        await scene.Store.Kill();
        await scene.ReplicaCatchesUp();
        await scene.Trades(20);
        await scene.Primary.Kill();
        scene.Address.To(scene.Replica.Port);
        scene.StartStore();
        await Plant.Says(scene.Store, "DP-376");
        await scene.Promote();
        await Plant.Says(scene.Store, s => s["error"] is null && Generation(s["positionEnd"]!.ToString()) == 2);
        await scene.Trades(60);
        // Killed once more on the new server, it goes on there by its position.
        await scene.Store.Kill();
        scene.StartStore();
        await scene.Trades(30);
        await scene.Closes();

        // The former primary comes back as it was: it has not what was given out since, and is not read.
        await scene.Primary.Launch();
        scene.Address.To(scene.Primary.Port);
        await Plant.Says(scene.Store, "DP-375");
        Assert.Contains("0-2-", (string?)scene.Store.Status["error"], StringComparison.Ordinal);
        scene.Address.To(scene.Replica.Port);
        await scene.Replica.Run("UPDATE main.account SET owner = 'somebody' WHERE id = 1");
        await scene.Arrived();
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_replica_that_lacks_what_was_given_out_is_not_read_and_the_primary_that_comes_back_is()
    {
        await using var scene = await TakeoverScene.Start();
        await scene.Trades(20);
        await scene.Replica.Run("STOP SLAVE");
        await scene.Trades(40);
        await scene.Arrives();
        await scene.Primary.Kill();
        await scene.Promote();
        scene.Address.To(scene.Replica.Port);
        await Plant.Says(scene.Store, "DP-375");
        Assert.Contains("given out already: 0-1-", (string?)scene.Store.Status["error"], StringComparison.Ordinal);
        var before = await scene.Sink.Rows();
        await scene.Primary.Launch();
        Assert.Equal(before, await scene.Sink.Rows());
        scene.Address.To(scene.Primary.Port);
        await scene.Trades(20);
        await scene.Closes();
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_replica_that_wrote_something_of_its_own_is_not_read_and_it_is_named()
    {
        await using var scene = await TakeoverScene.Start();
        await scene.Trades(20);
        await scene.ReplicaCatchesUp();
        await scene.Replica.Run("SET GLOBAL gtid_strict_mode = OFF", "UPDATE main.account SET owner = 'nobody' WHERE id = 2");
        await scene.Trades(20);
        await scene.Arrives();
        await scene.ReplicaCatchesUp();
        await scene.StopTrading();
        // It beats in the source itself: what it gives out now, the replica might not get in time. So it gets nothing any more.
        scene.Store.Pause();
        scene.Address.To(scene.Replica.Port);
        await scene.ReplicaCatchesUp();
        await scene.Primary.Kill();
        await scene.Promote();
        scene.Store.Continue();
        await Plant.Ends(scene.Store, "DP-377");
        Assert.Contains(": 0-2-", (string?)scene.Store.Status["error"], StringComparison.Ordinal);
    }

    private static uint Generation(string position) =>
        Position.TryParse(position, out var at) ? (uint)(at.Major >> 32) : throw new FormatException(position);
}

/// <summary>A primary with a replica behind one address, a bank there, and its copy in a SQLite file.</summary>
internal sealed class TakeoverScene : IAsyncDisposable
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(90);

    private readonly Plant _plant = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _trade = Task.CompletedTask;
    private int _made;

    private TakeoverScene(MariaDb primary, MariaDb replica)
    {
        (Primary, Replica, Address) = (primary, replica, new PortForward(primary.Port));
        Bank = new PairBank(new MySqlPlace(primary, Address.Port));
    }

    internal MariaDb Primary { get; }

    internal MariaDb Replica { get; }

    internal PortForward Address { get; }

    /// <summary>The bank at the server that the address leads to.</summary>
    internal PairBank Bank { get; }

    internal PairBank Sink { get; private set; } = null!;

    internal DataProcess Store { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static async Task<TakeoverScene> Start()
    {
        var scene = new TakeoverScene(
            await MariaDb.Start("--server-id=1", "--gtid-strict-mode=ON", "--log-slave-updates=ON"),
            await MariaDb.Start("--server-id=2", "--gtid-strict-mode=ON", "--log-slave-updates=ON", "--read-only=ON"));
        try
        {
            await scene.Begin();
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    private async Task Begin()
    {
        await Replica.Run("CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos, "
            + string.Create(CultureInfo.InvariantCulture, $"MASTER_PORT = {Primary.Port}, MASTER_USER = 'hf', ")
            + "MASTER_PASSWORD = 'it''s \\secret'", "START SLAVE");
        await Bank.Create();
        Sink = await PairBank.New(BankPlace.Sqlite, _plant.Folder("sink.db"));
        Store = _plant.StartStore("st1", "", "bank", c => PairScene.Configure(c, "source", Bank.Place.Config(_plant)));
        await Plant.Serves(Store);
        _plant.StartSync("t1", "", "bank", c => c["sink"] = Sink.Place.Config(_plant));
        _trade = Task.Run(() => Bank.Trade(seed: 5, n => Volatile.Write(ref _made, n), _stop.Token), Cancel);
    }

    internal void StartStore() => Store = _plant.Start("store", "st1", "");

    /// <summary>Waits until the bank has done this many more transactions.</summary>
    internal Task Trades(int more)
    {
        var until = Volatile.Read(ref _made) + more;
        return Eventually.Holds(() => Volatile.Read(ref _made) >= until ? null : $"{_made} of {until}: {_trade.Exception} {Told}", Slow);
    }

    /// <summary>Waits until what the bank has done by now is at the sink.</summary>
    internal Task Arrives()
    {
        var made = Volatile.Read(ref _made);
        return Eventually.Holds(async () => (await Sink.State())?.Journal >= made ? null : $"{made}: {Told}", Slow);
    }

    /// <summary>Waits until the replica has what the primary has written by now.</summary>
    internal async Task ReplicaCatchesUp()
    {
        var at = await Text(Primary, "SELECT @@gtid_binlog_pos");
        await Eventually.Holds(async () => await Text(Replica, $"SELECT MASTER_GTID_WAIT('{at}', 1)") == "0" ? null
            : $"{at}: the replica has {await Text(Replica, "SELECT @@gtid_slave_pos")}", Slow);
    }

    internal Task Promote() => Replica.Run("STOP SLAVE", "RESET SLAVE ALL", "SET GLOBAL read_only = OFF");

    internal async Task StopTrading()
    {
        await _stop.CancelAsync();
        await _trade;
    }

    /// <summary>The bank closes, and the sink is what the address leads to.</summary>
    internal async Task Closes()
    {
        await StopTrading();
        await Arrived();
        Assert.Equal(Pairs(await Bank.State()), Pairs(await Sink.State()));

        static (long, long) Pairs((long Sum, long Journal, long Twice)? state) =>
            state is var (sum, _, twice) ? (sum, twice) : throw new InvalidOperationException("it is away");
    }

    /// <summary>Waits until the sink has the rows of the source.</summary>
    internal Task Arrived() => Eventually.Holds(async () =>
        (await Bank.Rows()).SequenceEqual(await Sink.Rows()) ? null : $"{await Bank.State()} {await Sink.State()} {Told}", Slow);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _plant.DisposeAsync();
        await Address.DisposeAsync();
        await Primary.DisposeAsync();
        await Replica.DisposeAsync();
        await Task.WhenAny(_trade);
        _stop.Dispose();
    }

    private string Told => $"{Store.Status}\n{Store.Output}";

    private static async Task<string?> Text(MariaDb server, string sql)
    {
        await using var connection = await Engine.MySql.Db.Connections.Open(server.Server, Cancel);
        return await Engine.MySql.Db.Connections.First(connection, sql, Cancel) is [var value]
            ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;
    }
}
