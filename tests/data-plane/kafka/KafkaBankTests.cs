using Holdfast.DataPlane.Tests.Pairs;
using Holdfast.Samples.Kafka;

namespace Holdfast.DataPlane.Tests.Kafka;

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
        var sync = KafkaScene.StartSync(plant, broker);
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

                sync = KafkaScene.StartSync(plant, broker);
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
        // Transactions that the kills have left open are there, and were given to nobody.
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
}
