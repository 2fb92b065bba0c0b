using Holdfast.Samples.Kafka;

namespace Holdfast.DataPlane.Tests.Kafka;

/// <summary>A task whose sink is a Kafka cluster: who may write, tables that change, and clusters that lack something.</summary>
[Trait("Category", "process")]
public sealed class KafkaTaskTests
{
    [Fact]
    public async Task A_newer_placement_ends_the_older_one_with_3()
    {
        await using var broker = new Broker();
        await using var plant = new Plant();
        var bank = Bank.Create(plant.Folder("bank.db"));
        await Plant.Serves(plant.StartStore("st1", "bank.db", "bank", s => s["tables"] = Texts(Bank.Collected)));
        var old = KafkaScene.StartSync(plant, broker);
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
            s["sink"] = KafkaScene.Sink(broker, "shop");
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
        await Plant.Ends(plant.StartSync("t1", "", "shop", s => s["sink"] = KafkaScene.Sink(broker, "shop")), "DP-605");
        Assert.DoesNotContain("shop.main.item", broker.Topics.Names);
    }

    [Fact]
    public async Task A_check_names_what_a_cluster_lacks()
    {
        await using var broker = new Broker();
        await using var plant = new Plant();
        var check = new JsonObject
        {
            ["database"] = KafkaScene.Sink(broker, "shop"), ["isSink"] = true, ["tables"] = new JsonArray("main.item"),
        };
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

    private static JsonArray Texts(string[] texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
