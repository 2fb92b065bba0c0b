using Holdfast.Samples.Kafka;

namespace Holdfast.DataPlane.Tests.Kafka;

/// <summary>A source is compared with its events in Kafka, by the program as it is delivered.</summary>
[Trait("Category", "process")]
public sealed class KafkaVerifyTests
{
    private const string Debezium = "debezium";

    public static TheoryData<string, bool> Written { get; } = new()
    {
        { Debezium, false }, { Debezium, true }, { "cloudevents", false },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public async Task Every_row_is_found_in_its_newest_event_while_rows_are_written(string format, bool hasSchemas)
    {
        await using var broker = new Broker(partitions: 2);
        await using var plant = new Plant();
        var bank = Bank.Create(plant.Folder("bank.db"));
        var sync = await Start(plant, broker, format, hasSchemas);
        await using var traffic = Traffic.Start(bank, seed: 11);
        await Plant.Says(sync, s => s["positionEnd"] is not null && traffic.Made > 100);
        var report = await Verify(plant, broker, format, hasSchemas);
        Assert.True((bool)report["isEqual"]!, $"{report}\n{sync.Output}");
        Assert.Contains(report["tables"]!.AsArray(), t => $"{t!["table"]}" == "main.ledger" && (long)t["rows"]! > 50);
        Assert.True((long)report["counter"]!["last"]! > 50, $"{report}");
        Assert.True(traffic.Made > (long)report["counter"]!["last"]!, "it was to be compared while rows are written");
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task What_somebody_else_writes_to_a_topic_is_told_by_key()
    {
        Assert.SkipWhen(KafkaReaders.NoKcat is not null, KafkaReaders.NoKcat ?? "");
        await using var broker = new Broker();
        await using var plant = new Plant();
        plant.Create("bank.db",
            "CREATE TABLE item(id INTEGER PRIMARY KEY, what TEXT); CREATE TABLE journal(no INTEGER NOT NULL, what TEXT)");
        var sync = await Start(plant, broker, Debezium, false, tables: ["main.item", "main.journal"]);
        for (var i = 1; i <= 5; i++)
        {
            plant.Run("bank.db", $"INSERT INTO item VALUES({i}, 'a'); INSERT INTO journal VALUES({i}, 'item')");
        }

        var topics = (string[])["bank.main.item", "bank.main.journal"];
        await Eventually.Holds(async () => broker.Topics.Of(topics[1]) is not null
            && (await KafkaReaders.Kcat(broker.Servers, topics)).Count == 10 ? null : $"{sync.Status}\n{sync.Output}", Plant.Slow);
        Assert.True((bool)(await Verify(plant, broker, Debezium, false))["isEqual"]!);

        await Say(broker, topics[0], """{"id":2}|{"before":{"id":2,"what":"a"},"after":null,"op":"d"}""",
            """{"id":3}|{"before":null,"after":{"id":3,"what":"b"},"op":"u"}""",
            """{"id":9}|{"before":null,"after":{"id":9,"what":"a"},"op":"c"}""");
        await Say(broker, topics[1], """|{"before":null,"after":{"no":4,"what":"item"},"op":"c"}""");
        var report = await Verify(plant, broker, Debezium, false);
        Assert.False((bool)report["isEqual"]!);
        Assert.Equal(
            [
                "main.item key='{\"id\":2}' lost", "main.item key='{\"id\":3}' differing", "main.item key='{\"id\":9}' only at the sink",
                "main.journal no=4, row='{\"no\":4,\"what\":\"item\"}' doubled",
            ],
            report["findings"]!.AsArray().Select(f => $"{f!["table"]} {f["key"]} {f["what"]}").Order(StringComparer.Ordinal));
        Assert.Equal([4], report["counter"]!["examples"]!.AsArray().Select(e => (long)e!));
    }

    private static async Task<DataProcess> Start(
        Plant plant, Broker broker, string format, bool hasSchemas, IReadOnlyList<string>? tables = null)
    {
        await Plant.Serves(plant.StartStore("st1", "bank.db", "bank", s =>
            s["tables"] = new JsonArray([.. (tables ?? Bank.Collected).Select(t => (JsonNode)t)])));
        return plant.StartSync("t1", "", "bank", s => s["sink"] = Sink(broker, format, hasSchemas));
    }

    private static async Task<JsonObject> Verify(Plant plant, Broker broker, string format, bool hasSchemas)
    {
        var file = plant.Configure("verify", new JsonObject
        {
            ["verify"] = new JsonObject
            {
                ["task"] = "t1", ["source"] = Plant.Sqlite(plant.Folder("bank.db")), ["sink"] = Sink(broker, format, hasSchemas),
                // Accounts are older than the task.
                ["storeTables"] = new JsonArray("main.ledger", "main.journal", "main.item"),
                ["counter"] = "main.journal.no", ["limitSeconds"] = 60,
            },
        });
        return JsonNode.Parse(await DataProcess.Said("verify", "--config", file))!.AsObject();
    }

    private static JsonObject Sink(Broker broker, string format, bool hasSchemas) => new()
    {
        ["kind"] = "kafka",
        ["kafka"] = new JsonObject
        {
            ["servers"] = broker.Servers, ["name"] = "bank", ["partitions"] = 1, ["replicationFactor"] = 1, ["timeoutSeconds"] = 5,
            ["format"] = format, ["schemas"] = hasSchemas,
        },
    };

    /// <summary>Messages with a key before the bar, which is none where it is empty.</summary>
    private static async Task Say(Broker broker, string topic, params string[] messages)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/kcat",
            ["-P", "-b", broker.Servers, "-t", topic, "-K", "|", "-Z", "-X", "enable.idempotence=true"])
        {
            UseShellExecute = false, RedirectStandardInput = true,
        })!;
        await process.StandardInput.WriteAsync(string.Join('\n', messages) + "\n");
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Plant.Slow, TimeProvider.System);
        Assert.Equal(0, process.ExitCode);
    }
}
