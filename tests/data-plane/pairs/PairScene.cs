using System.Data.Common;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>
/// A bank in one database, its copy in another one, and a Store and an Incr-Sync between them as real processes. While the bank's
/// customers trade, blows are dealt, and somebody looks at the sink all the time: each committed state has the bank's sum.
/// </summary>
internal sealed class PairScene : IAsyncDisposable
{
    internal const string Secret = "never shown";

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(120);

    private readonly Plant _plant;
    private readonly CancellationTokenSource _stopTrade = new();
    private readonly CancellationTokenSource _stopLook = new();
    private DataProcess _store;
    private DataProcess _sync;
    private Task _trade = Task.CompletedTask;
    private Task<int> _look = Task.FromResult(0);
    private int _made;

    private PairScene(Plant plant, PairBank source, PairBank sink, DataProcess store, DataProcess sync) =>
        (_plant, Source, Sink, _store, _sync) = (plant, source, sink, store, sync);

    internal PairBank Source { get; }

    internal PairBank Sink { get; }

    /// <summary>Count of the transactions that the bank has committed.</summary>
    internal int Made => Volatile.Read(ref _made);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Told => $"{_store.Status} {_sync.Status}\n{_store.Output}\n{_sync.Output}";

    internal static async Task<PairScene> Start(string from, string to)
    {
        var plant = new Plant();
        var (source, sink) = ((PairBank?)null, (PairBank?)null);
        try
        {
            source = await PairBank.New(from, plant.Folder("source.db"));
            sink = await PairBank.New(to, plant.Folder("sink.db"));
            var store = plant.StartStore("st1", "", "bank", c => Configure(c, "source", source.Place.Config(plant)));
            await Plant.Serves(store);
            var sync = plant.StartSync("t1", "", "bank", c => c["sink"] = sink.Place.Config(plant));
            return new PairScene(plant, source, sink, store, sync);
        }
        catch
        {
            await plant.DisposeAsync();
            await (source?.DisposeAsync() ?? ValueTask.CompletedTask);
            await (sink?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    internal static void Configure(JsonObject component, string database, JsonObject config)
    {
        component[database] = config;
        component["tables"] = new JsonArray([.. PairBank.Tables.Select(t => (JsonNode)t)]);
    }

    /// <summary>Lets customers trade from now on, and the sink be looked at.</summary>
    internal void Open(int seed)
    {
        _trade = Task.Run(() => Source.Trade(seed, n => Volatile.Write(ref _made, n), _stopTrade.Token), Cancel);
        _look = Task.Run(Look, Cancel);
    }

    /// <summary>It has something to hit: a file has no server.</summary>
    internal bool Has(PairBlow blow) => blow switch
    {
        PairBlow.SourceKilled or PairBlow.SourceStopped or PairBlow.SourceKilledWithinTransaction => Source.Place.IsServer,
        PairBlow.SinkKilled or PairBlow.SinkStopped or PairBlow.SinkKilledWithinTransaction => Sink.Place.IsServer,
        _ => true,
    };

    internal async Task Deal(PairBlow blow, TimeSpan pause)
    {
        switch (blow)
        {
            case PairBlow.StoreKilled:
                await _store.Kill();
                _store = _plant.Start("store", "st1", "");
                break;
            case PairBlow.SyncKilled:
                await _sync.Kill();
                _sync = _plant.Start("incr-sync", "t1", "t1");
                break;
            case PairBlow.SourceKilled:
                await Restart(Source);
                break;
            case PairBlow.SinkKilled:
                await Restart(Sink);
                break;
            case PairBlow.SourceStopped:
                await Paused(Source, pause);
                break;
            case PairBlow.SinkStopped:
                await Paused(Sink, pause);
                break;
            case PairBlow.SourceKilledWithinTransaction:
                await WithinTheirs();
                break;
            case PairBlow.SinkKilledWithinTransaction:
                await WithinOurs();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(blow), blow, null);
        }
    }

    /// <summary>The customers go home; until the sink is the source.</summary>
    /// <returns>Count of the states of the sink that were looked at.</returns>
    internal async Task<int> Close()
    {
        await _stopTrade.CancelAsync();
        await _trade.WaitAsync(Slow, TimeProvider.System, Cancel);
        await Eventually.Holds(async () =>
        {
            // A look that has failed says more than a sink that is behind.
            if (_look.IsFaulted)
            {
                await _look;
            }

            var (source, sink) = (await Source.State(), await Sink.State());
            return source is not null && source == sink ? null : $"source {source}, sink {sink}; {Told}";
        }, Slow);
        await _stopLook.CancelAsync();
        var states = await _look;
        Assert.Equal(await Source.Rows(), await Sink.Rows());
        Assert.Equal((Bank.Sum, Made, 0L), await Sink.State());
        Assert.DoesNotContain(Secret, Told, StringComparison.Ordinal);
        await Verified();
        return states;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopTrade.CancelAsync();
        await _stopLook.CancelAsync();
        await Task.WhenAny(Task.WhenAll(_trade, _look));
        await _plant.DisposeAsync();
        await Source.DisposeAsync();
        await Sink.DisposeAsync();
        _stopTrade.Dispose();
        _stopLook.Dispose();
    }

    /// <summary>The program's own comparison finds nothing either.</summary>
    private async Task Verified()
    {
        var said = await DataProcess.Said("verify", "--config", _plant.Configure("verify", new JsonObject
        {
            ["verify"] = new JsonObject
            {
                ["task"] = "t1", ["source"] = Source.Place.Config(_plant), ["sink"] = Sink.Place.Config(_plant),
                ["tables"] = new JsonArray([.. PairBank.Tables.Select(t => (JsonNode)t)]), ["counter"] = "main.journal.no",
            },
        }));
        var report = said.Length > 0 ? JsonNode.Parse(said)! : new JsonObject();
        Assert.True(report["findings"] is JsonArray { Count: 0 } && (long?)report["counter"]?["last"] == Made, $"{said} {Told}");
    }

    private async Task<int> Look()
    {
        var states = new HashSet<long>();
        while (!_stopLook.IsCancellationRequested)
        {
            if (await Sink.State() is var (sum, journal, twice))
            {
                Assert.True((sum, twice) == (Bank.Sum, 0), $"the balances come to {sum}, {twice} transfers are there twice: {Told}");
                states.Add(journal);
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(40), TimeProvider.System, _stopLook.Token));
        }

        return states.Count;
    }

    private static async Task Restart(PairBank bank)
    {
        await bank.Place.Kill();
        await bank.Place.Launch();
    }

    private static async Task Paused(PairBank bank, TimeSpan pause)
    {
        bank.Place.Pause();
        await Task.Delay(pause, TimeProvider.System, Cancel);
        bank.Place.Continue();
    }

    /// <summary>A transaction that was not committed is nowhere afterwards.</summary>
    private async Task WithinTheirs()
    {
        await using var half = await Held(Source,
            "UPDATE main.account SET balance = balance - 1 WHERE id < 25; INSERT INTO main.journal VALUES(0, 'never')");
        await Restart(Source);
    }

    /// <summary>A transaction that was begun and is not ended; whoever is in its way may make it fail, and it is tried again.</summary>
    internal static Task<DbConnection> Held(PairBank bank, string sql) => Eventually.Found<DbConnection>(async () =>
    {
        DbConnection? connection = null;
        try
        {
            connection = await bank.Place.Open(Cancel);
            await PairBank.Run(connection, $"BEGIN; {sql}", Cancel);
            return connection;
        }
        catch (DbException)
        {
            await PairBank.Drop(connection);
            return null;
        }
    }, Slow, "a transaction that is not ended");

    private async Task WithinOurs()
    {
        await using var holder = await Held(Sink, "SELECT id FROM main.account ORDER BY id FOR UPDATE");
        await Eventually.Holds(async () => await Sink.Count(Sink.Place.Waiting) > 0 ? null : $"nobody waits for it; {Told}", Slow);
        await Restart(Sink);
    }
}
