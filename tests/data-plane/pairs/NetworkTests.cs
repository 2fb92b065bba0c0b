using System.Security.Cryptography;

namespace Holdfast.DataPlane.Tests.Pairs;

/// <summary>
/// The network between a source, a Store, an Incr-Sync and a sink is cut while a bank works, for longer than anybody waits for an answer.
/// The line is down, or packets vanish and both ends believe in the connection. When it is whole again the rows go on by themselves.
/// </summary>
[Trait("Category", "process")]
public sealed class NetworkTests(ITestOutputHelper output)
{
    /// <summary>Longer than a server may be silent (30 s), and a Store (10 s).</summary>
    private static readonly TimeSpan CutFor = TimeSpan.FromSeconds(40);

    /// <summary>The limit that docs/data.md says.</summary>
    private static readonly TimeSpan HealedMax = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Trait("Category", "long")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Rows_go_on_by_themselves_after_a_cut_at_each_place(bool isSilent)
    {
        // Beside each other: each waits most of the time.
        await Task.WhenAll(AtSource(isSilent), AtStore(isSilent), AtSink(isSilent, isKilled: false), AtSink(isSilent, isKilled: true));
    }

    private async Task AtSource(bool isSilent)
    {
        using var line = NetworkNamespace.New();
        await using var plant = new Plant();
        await using var bank = new PairBank(new MySqlPlace(await MariaDb.Start(line.Inside, line.Address)));
        await using var sink = await PairBank.New(BankPlace.Sqlite, plant.Folder("sink.db"));
        await bank.Create();
        await Cut(plant, bank, sink, line, isSilent, "source");
    }

    private async Task AtStore(bool isSilent)
    {
        using var line = NetworkNamespace.New();
        var key = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        await using var plant = new Plant { TicketKeys = { ["st1"] = key }, Inside = { ["st1"] = line.Inside } };
        using var authority = new Authority(plant.Folder(""), "fleet");
        await using var bank = await PairBank.New(BankPlace.Sqlite, plant.Folder("bank.db"));
        await using var sink = await PairBank.New(BankPlace.Sqlite, plant.Folder("sink.db"));
        var (certificate, private_) = authority.Issue(line.Address, [line.Address]);
        await Cut(plant, bank, sink, line, isSilent, "Store", own: new JsonObject { ["ticketKey"] = key }, store: c =>
        {
            c["listen"] = line.Address;
            c["tls"] = new JsonObject { ["certificate"] = certificate, ["key"] = private_ };
        }, sync: c => c["authorities"] = authority.File);
    }

    private async Task AtSink(bool isSilent, bool isKilled)
    {
        using var line = NetworkNamespace.New();
        await using var plant = new Plant();
        await using var bank = await PairBank.New(BankPlace.Sqlite, plant.Folder("bank.db"));
        await using var sink = new PairBank(new MySqlPlace(await MariaDb.Start(line.Inside, line.Address)));
        await sink.Create();
        await Cut(plant, bank, sink, line, isSilent, isKilled ? "sink, killed meanwhile" : "sink", isKilled,
            // With more of them, one that has sent something notices it for all.
            sync: c => c["lanes"] = isKilled ? 1 : 4);
    }

    private async Task Cut(Plant plant, PairBank bank, PairBank sink, NetworkNamespace line, bool isSilent, string where,
        bool isKilled = false, Action<JsonObject>? store = null, Action<JsonObject>? sync = null, JsonObject? own = null)
    {
        await Plant.Serves(plant.StartStore("st1", "", "bank", c =>
        {
            PairScene.Configure(c, "source", bank.Place.Config(plant));
            store?.Invoke(c);
        }, own: own));
        var writer = plant.StartSync("t1", "", "bank", c =>
        {
            c["sink"] = sink.Place.Config(plant);
            sync?.Invoke(c);
        });
        var made = 0;
        using var stop = new CancellationTokenSource();
        var trade = Task.Run(() => bank.Trade(seed: 4, n => Volatile.Write(ref made, n), stop.Token), Cancel);
        try
        {
            await Arrives(50);
            if (isKilled)
            {
                // The Incr-Sync has asked and waits for the answer: it will not send anything that could fail.
                await using var holder = await PairScene.Held(sink, "SELECT id FROM main.account ORDER BY id FOR UPDATE");
                await Eventually.Holds(async () => await sink.Count(sink.Place.Waiting) > 0 ? null : "nobody waits", Plant.Slow);
                line.Cut(isSilent);
                await sink.Place.Kill();
            }
            else
            {
                line.Cut(isSilent);
            }

            await Task.Delay(CutFor, TimeProvider.System, Cancel);
            line.Heal();
            var healed = TimeProvider.System.GetTimestamp();
            if (isKilled)
            {
                await sink.Place.Launch();
            }

            await Arrives(Volatile.Read(ref made) + 20);
            var took = TimeProvider.System.GetElapsedTime(healed);
            var how = isSilent ? "packets vanish" : "line down";
            output.WriteLine($"{where}, {how}: whole again, rows moved after {took.TotalSeconds:0.0} s");
            Assert.True(took < HealedMax, $"{where}: {took}");
            await stop.CancelAsync();
            await trade;
            await Eventually.Holds(
                async () => (await bank.Rows()).SequenceEqual(await sink.Rows()) ? null : $"{await sink.State()}", Plant.Slow);
            Assert.Equal((Bank.Sum, Volatile.Read(ref made), 0L), await sink.State());
        }
        finally
        {
            await stop.CancelAsync();
        }

        async Task Arrives(int number) => await Eventually.Holds(async () => await sink.State() is var (sum, journal, twice)
            && (sum, twice) == (Bank.Sum, 0) && journal >= number ? null
            : $"{where}: {await sink.State()}, not {number}; {writer.Status}\n{writer.Output}", TimeSpan.FromSeconds(150));
    }
}
