using System.Text.Json.Nodes;
using Holdfast.DataPlane.Tests.Pairs;
using Holdfast.Tests;
using Holdfast.Samples.Kafka;

namespace Holdfast.DataPlane.Tests;

/// <summary>
/// A bank's changes in a Kafka cluster that keeps transactions (samples/kafka). The program as it is delivered writes them and is killed -9
/// again and again. kcat and kafkajs read each transaction once and whole, each key in its order.
/// </summary>
[Trait("Category", "process")]
public sealed class KafkaBankTests
{
    private static readonly string[] Tables = ["account", "journal", "ledger", "posting"];
    private const string Journal = "bank.main.journal";
    private static readonly string[] Topics = [.. Tables.Select(t => $"bank.main.{t}"), "bank.transaction"];

    [Fact]
    [Trait("Category", "heavy")]
    public Task Whoever_is_killed_each_transaction_is_there_once_and_each_key_in_its_order() => Killed(BankPlace.Sqlite);

    [Fact]
    [Trait("Category", "heavy")]
    public Task Whoever_is_killed_PostgreSQL_too_each_transaction_is_there_once() => Killed(BankPlace.Postgres);

    [Fact]
    [Trait("Category", "long")]
    public Task Whoever_is_killed_MariaDB_too_each_transaction_is_there_once() => Killed(BankPlace.MySql);

    private static async Task Killed(string from)
    {
        Assert.SkipWhen(KafkaReaders.NoKcat is not null, KafkaReaders.NoKcat ?? "");
        await using var broker = new Broker(partitions: 3) { HeldTopic = Journal };
        await using var plant = new Plant();
        await using var bank = await PairBank.New(from, plant.Folder("bank.db"));
        var store = plant.StartStore("st1", "", "bank", s => PairScene.Configure(s, "source", bank.Place.Config(plant)));
        await Plant.Serves(store);
        var sync = StartSync(plant, broker);
        var made = 0;
        using var stop = new CancellationTokenSource();
        var trade = Task.Run(() => bank.Trade(seed: 3, n => Volatile.Write(ref made, n), stop.Token), stop.Token);
        try
        {
            var random = new Random(7);
            foreach (var vice in (Vice[])[Vice.None, Vice.HoldsEnd, Vice.LosesAnswerOfEnd, Vice.HoldsEnd, Vice.None, Vice.HoldsEnd])
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300 + random.Next(900)), TimeProvider.System,
                    TestContext.Current.CancellationToken);
                await InTheMiddle(broker, sync, vice);
                await sync.Kill();
                broker.Vice = Vice.None;
                if (vice == Vice.None)
                {
                    await store.Kill();
                    store = plant.Start("store", "st1", "");
                }

                if (bank.Place.IsServer)
                {
                    await bank.Place.Kill();
                    await bank.Place.Launch();
                }

                sync = StartSync(plant, broker);
            }

            await Eventually.Holds(() => Volatile.Read(ref made) > 130 ? null : $"{made} transfers", Plant.Slow);
        }
        finally
        {
            await stop.CancelAsync();
        }

        await trade;
        await Arrived(broker, sync, made);
        await Examine(bank, broker, made);
    }

    [Fact]
    public async Task A_newer_placement_ends_the_older_one_with_3()
    {
        await using var broker = new Broker();
        await using var plant = new Plant();
        var bank = Bank.Create(plant.Folder("bank.db"));
        await Plant.Serves(plant.StartStore("st1", "bank.db", "bank", s => s["tables"] = Texts(Bank.Collected)));
        var old = StartSync(plant, broker);
        await using var traffic = Traffic.Start(bank, seed: 3);
        await Plant.Says(old, s => (string?)s["state"] == "Running" && s["positionEnd"] is not null);
        using var newer = DataProcess.Start("incr-sync", "t1", "t1", 9, plant.Folder("t1"));
        Assert.Equal(3, await old.Ended());
        await Plant.Says(newer, s => (string?)s["state"] == "Running" && s["positionEnd"] is not null);
    }

    [Fact]
    public async Task A_table_that_changes_is_told_and_its_rows_go_on()
    {
        Assert.SkipWhen(KafkaReaders.NoKcat is not null, KafkaReaders.NoKcat ?? "");
        await using var broker = new Broker();
        await using var plant = new Plant();
        plant.Create("shop.db", "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT)");
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        var sync = plant.StartSync("t1", "", "shop", s =>
        {
            s["sink"] = Sink(broker, "shop");
            s["sink"]!["kafka"]!["partitions"] = 1;
        });
        plant.Run("shop.db", "INSERT INTO item VALUES(1, 'a')");
        await Has(1);
        plant.Run("shop.db", "ALTER TABLE item ADD COLUMN price REAL");
        const string Noticed = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%price%'";
        await Eventually.Holds(() => plant.Rows("shop.db", Noticed).Count > 0 ? null : "the Store has not noticed it", Plant.Slow);
        plant.Run("shop.db", "INSERT INTO item VALUES(2, 'b', 1.5); UPDATE item SET id = 3 WHERE id = 1; DELETE FROM item WHERE id = 2");
        await Has(7);
        var items = await KafkaReaders.Kcat(broker.Servers, "shop.main.item");
        Assert.Equal(["c", "c", "d", null, "c", "d", null], items.Select(i => i.Value is null ? null : (string?)i.Event["op"]));
        Assert.Equal(1.5, (double?)items[1].Event["after"]!["price"]);
        var changes = (await KafkaReaders.Kcat(broker.Servers, "shop")).Select(t => t.Event).ToList();
        // The statement at its place, then the table before its first row.
        Assert.Contains("ADD COLUMN", (string?)changes[1]["ddl"], StringComparison.Ordinal);
        Assert.Empty(changes[1]["tableChanges"]!.AsArray());
        var told = changes.Where(c => c["tableChanges"]!.AsArray().Count > 0).Select(c => c["tableChanges"]![0]!).ToList();
        Assert.Equal(["CREATE", "ALTER"], told.Select(t => (string)t["type"]!));
        Assert.Equal(3, told[1]["table"]!["columns"]!.AsArray().Count);

        Task Has(int count) => Eventually.Holds(async () => broker.Topics.Of("shop.main.item") is not null
            && (await KafkaReaders.Kcat(broker.Servers, "shop.main.item")).Count >= count ? null
            : $"{sync.Status.ToJsonString()}\n{sync.Output}\n{DataProcess.Read(plant.Folder("st1")).ToJsonString()}", Plant.Slow);
    }

    [Fact]
    public async Task A_cluster_that_keeps_no_transactions_ends_the_task_before_its_first_row()
    {
        await using var broker = new Broker { Vice = Vice.ShowsAll };
        await using var plant = new Plant();
        plant.Create("shop.db", "CREATE TABLE item(id INTEGER PRIMARY KEY)");
        await Plant.Serves(plant.StartStore("st1", "shop.db", "shop"));
        plant.Run("shop.db", "INSERT INTO item VALUES(1)");
        await Plant.Ends(plant.StartSync("t1", "", "shop", s => s["sink"] = Sink(broker, "shop")), "DP-605");
        Assert.DoesNotContain("shop.main.item", broker.Topics.Names);
    }

    [Fact]
    public async Task A_check_names_what_a_cluster_lacks()
    {
        await using var broker = new Broker();
        await using var plant = new Plant();
        var check = new JsonObject { ["database"] = Sink(broker, "shop"), ["isSink"] = true, ["tables"] = new JsonArray("main.item") };
        var report = await Checked(plant, check);
        Assert.Empty(report["findings"]!.AsArray());
        broker.Vice = Vice.KnowsNoTransactions;
        broker.BatchBytesMax = 500_000;
        broker.Topics.Make("shop.main.item", 1);
        report = await Checked(plant, check);
        Assert.Equal(["DP-604", "DP-611"], report["findings"]!.AsArray().Select(f => (string?)f!["code"]).Order(StringComparer.Ordinal));
    }

    private static async Task<JsonObject> Checked(Plant plant, JsonObject check)
    {
        var file = plant.Configure("check", new JsonObject { ["check"] = check.DeepClone() });
        return JsonNode.Parse(await DataProcess.Said("check", "--config", file))!.AsObject();
    }

    /// <summary>Waits until a transaction has messages at the broker and is not committed, or is and nobody was told.</summary>
    private static async Task InTheMiddle(Broker broker, DataProcess sync, Vice vice)
    {
        await Plant.Says(sync, s => s["positionEnd"] is not null);
        var ended = broker.Calls(Handlers.EndTxn);
        broker.Vice = vice;
        await Eventually.Holds(() => vice switch
        {
            Vice.HoldsEnd => broker.IsOpen(Journal) ? null : "nothing is open",
            Vice.LosesAnswerOfEnd => broker.Calls(Handlers.EndTxn) > ended ? null : "nothing was committed",
            _ => null,
        }, Plant.Slow);
    }

    private static async Task Arrived(Broker broker, DataProcess sync, int made)
    {
        var arrived = -1;
        await Eventually.Holds(async () =>
        {
            arrived = broker.Topics.Of(Journal) is null ? 0
                : (await KafkaReaders.Kcat(broker.Servers, Journal)).Count;
            return arrived >= made ? null : $"{arrived} of {made}\n{sync.Status.ToJsonString()}\n{sync.Output}";
        }, Plant.Slow);
    }

    private static async Task Examine(PairBank bank, Broker broker, int made)
    {
        var read = await KafkaReaders.Kcat(broker.Servers, Topics);
        var journal = read.Where(r => r.Topic == Journal).ToList();
        Assert.All(journal, j => Assert.Null(j.Key));
        Assert.Equal(Enumerable.Range(1, made), journal.Select(j => (int)j.Event["after"]!["no"]!));
        Order(read.Where(r => r.Topic == "bank.main.account").ToList());
        var (balances, last) = (await Balances(bank), Last(read, "bank.main.account"));
        Assert.NotEmpty(last);
        Assert.All(last, a => Assert.Equal(balances[a.Key], (long)a.Value["balance"]!));
        Whole(read);
        // What the kills have left open is there, and was given to nobody.
        Assert.True((await KafkaReaders.KcatAll(broker.Servers, Topics)).Count > read.Count + 2);
        if (KafkaReaders.NoKafkaJs is null)
        {
            Assert.Equal(read, await KafkaReaders.KafkaJs(broker.Servers, read.Count, Topics));
        }
    }

    private static async Task<Dictionary<int, long>> Balances(PairBank bank)
    {
        await using var connection = await bank.Place.Open(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, balance FROM main.account";
        await using var row = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var balances = new Dictionary<int, long>();
        while (await row.ReadAsync(TestContext.Current.CancellationToken))
        {
            balances[row.GetInt32(0)] = row.GetInt64(1);
        }

        return balances;
    }

    /// <summary>Each change found what the one before it left.</summary>
    private static void Order(List<Read> accounts)
    {
        Assert.NotEmpty(accounts);
        foreach (var account in accounts.GroupBy(a => a.Key, StringComparer.Ordinal))
        {
            Assert.Single(account.Select(a => a.Partition).Distinct());
            var known = (long?)null;
            foreach (var change in account)
            {
                Assert.True(known is null || known == (long?)change.Event["before"]?["balance"], $"{account.Key} at {change.Offset}");
                known = (long)change.Event["after"]!["balance"]!;
            }
        }
    }

    private static Dictionary<int, JsonNode> Last(List<Read> read, string topic) => read.Where(r => r.Topic == topic)
        .GroupBy(r => r.Key!, StringComparer.Ordinal).Select(g => g.Last().Event["after"]!).ToDictionary(a => (int)a["id"]!);

    /// <summary>Each transaction begins and ends once, and has as many events as its end says, each with a number of its own.</summary>
    private static void Whole(List<Read> read)
    {
        var told = read.Where(r => r.Topic == "bank.transaction").GroupBy(r => (string)r.Event["id"]!, StringComparer.Ordinal).ToList();
        var events = read.Where(r => r.Topic != "bank.transaction" && r.Value is not null)
            .ToLookup(r => (string)r.Event["transaction"]!["id"]!, r => (int)r.Event["transaction"]!["total_order"]!);
        foreach (var transaction in told)
        {
            Assert.Equal(["BEGIN", "END"], transaction.Select(t => (string)t.Event["status"]!));
            var count = (int)transaction.Last().Event["event_count"]!;
            Assert.Equal(Enumerable.Range(1, count), events[transaction.Key].Order());
        }

        Assert.Equal(told.Count, events.Count);
        Assert.Contains(events, e => e.Count() > PairBank.ClosingRows);
    }

    private static DataProcess StartSync(Plant plant, Broker broker) =>
        plant.StartSync("t1", "", "bank", s => s["sink"] = Sink(broker, "bank"));

    internal static JsonObject Sink(Broker broker, string name) => new()
    {
        ["kind"] = "kafka",
        ["kafka"] = new JsonObject
        {
            ["servers"] = broker.Servers, ["name"] = name, ["partitions"] = 3, ["transactions"] = true, ["replicationFactor"] = 1,
            ["timeoutSeconds"] = 5,
        },
    };

    private static JsonArray Texts(string[] texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
