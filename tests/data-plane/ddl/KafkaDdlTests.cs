using Holdfast.DataPlane.Tests.Kafka;
using Holdfast.Samples.Kafka;

namespace Holdfast.DataPlane.Tests.Ddl;

/// <summary>Statements of PostgreSQL as messages, where changes are kept and not applied.</summary>
[Trait("Category", "process")]
public sealed class KafkaDdlTests
{
    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_statement_between_rows_is_a_message_and_the_rows_behind_it_have_the_new_column()
    {
        Assert.SkipWhen(KafkaReaders.NoKcat is not null, KafkaReaders.NoKcat ?? "");
        await using var broker = new Broker();
        await using var plant = new Plant();
        await using var source = await DdlSide.Start("postgres", plant, "source");
        await source.Run("CREATE TABLE item(id integer PRIMARY KEY)");
        await Plant.Serves(plant.StartStore("st1", "", "shop", c =>
        {
            c["source"] = source.Config;
            c["tables"] = new JsonArray($"{DdlSide.Schema}.*");
        }));
        var sync = plant.StartSync("t1", "", "shop", c =>
        {
            c["sink"] = KafkaScene.Sink(broker, "shop");
            c["sink"]!["kafka"]!["partitions"] = 1;
        });
        await source.Run("BEGIN", "INSERT INTO item VALUES(1)", "ALTER TABLE item ADD COLUMN price numeric(10,2)",
            "INSERT INTO item VALUES(2, 1.5)", "COMMIT", "DROP TABLE item");
        await Eventually.Holds(async () => broker.Topics.Of("shop") is not null
            && (await KafkaReaders.Kcat(broker.Servers, "shop")).Count(m => m.Event["ddl"] is not null) >= 2 ? null
            : $"{sync.Status.ToJsonString()}\n{sync.Output}", Plant.Slow);
        var items = (await KafkaReaders.Kcat(broker.Servers, "shop.main.item")).ConvertAll(i => i.Event["after"]!.AsObject());
        Assert.Equal([false, true], items.Select(i => i.ContainsKey("price")));
        var told = (await KafkaReaders.Kcat(broker.Servers, "shop")).Select(m => (string?)m.Event["ddl"]).OfType<string>().ToList();
        Assert.Equal(["ALTER TABLE item ADD COLUMN price numeric(10,2)", "DROP TABLE item"], told);
    }
}
