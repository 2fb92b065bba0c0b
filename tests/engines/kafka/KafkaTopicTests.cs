using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Sink;
using Holdfast.Engine.Kafka.Topics;
using static Holdfast.Engines.Tests.Kafka.KafkaScene;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>Names of topics, and the rules that choose them.</summary>
public sealed class KafkaTopicTests
{
    private static readonly KafkaSettings Settings = new() { Servers = "x", Name = "shop", Database = "db1" };

    [Theory]
    [InlineData("{name}.{schema}.{table}", "shop.public.orders")]
    [InlineData("{database}-{table}", "db1-orders")]
    [InlineData("all", "all")]
    [InlineData("{other}.{table}", "{other}.orders")]
    public void A_template_names_a_topic(string template, string topic) =>
        Assert.Equal(topic, new TopicRouter(Settings with { Topic = template }).Of("public", "orders").Topic);

    [Theory]
    [InlineData("orders_2024", "shop.orders", true)]
    [InlineData("audit", "trail.audit", false)]
    [InlineData("my_orders_1", "shop.public.my_orders_1", false)]
    public void The_first_route_that_matches_decides_and_its_keys_name_the_table(string table, string topic, bool tableInKey)
    {
        var router = new TopicRouter(Settings with
        {
            Routes =
            [
                new TopicRoute { Match = @"public\.(orders)_\d+", Topic = "{name}.$1" },
                new TopicRoute { Match = @"(?<s>.*)\.audit", Topic = "trail.{table}", HasUniqueKeys = false },
                new TopicRoute { Match = @".*\.audit", Topic = "never" },
            ],
        });
        Assert.Equal(new Routed(topic, tableInKey), router.Of("public", table));
    }

    [Theory]
    [InlineData("a.b-c_D9", null)]
    [InlineData("", "is empty")]
    [InlineData("..", "is not allowed by Kafka")]
    [InlineData("shop.main.bestellung€", "has the character '€'")]
    [InlineData("shop main", "has the character ' '")]
    public void A_name_that_Kafka_refuses_is_refused_before(string name, string? why) =>
        Assert.StartsWith(why ?? "", TopicName.WhyNot(name) ?? "", StringComparison.Ordinal);

    [Fact]
    public void A_name_may_have_249_characters()
    {
        Assert.Null(TopicName.WhyNot(new string('a', 249)));
        Assert.Equal("has 250 characters, Kafka allows 249", TopicName.WhyNot(new string('a', 250)));
    }

    [Fact]
    public void A_table_with_an_illegal_name_is_refused_and_no_letter_is_replaced()
    {
        var fault = Assert.Throws<SourceFaultException>(() => Built(Settings, Item with { Name = "größe" }));
        Assert.Equal("DP-609", fault.Fault.Code);
    }

    [Fact]
    public void Two_tables_in_one_topic_are_refused_unless_their_keys_name_them()
    {
        var template = Settings with { Topic = "{name}.{table}" };
        var other = Item with { Schema = "other" };
        var fault = Assert.Throws<SourceFaultException>(() => Built(template, Item, other));
        Assert.Equal("DP-610", fault.Fault.Code);
        var together = Built(template with { Routes = [new TopicRoute { Match = ".*", Topic = "all" }] }, Item, other);
        Assert.Equal([
            """{"id":1,"__dbz__physicalTableIdentifier":"main.item"}""", """{"id":1,"__dbz__physicalTableIdentifier":"other.item"}"""],
            together.Where(d => d.Topic == "all").Select(d => System.Text.Encoding.UTF8.GetString(d.Message.Key!)));
    }

    private static IReadOnlyList<Draft> Built(KafkaSettings settings, params Engine.Tables.TableSchema[] tables) =>
        new MessageBuilder(settings, new TopicRouter(settings)).Build(Sourced(1, [.. tables.Select(t =>
            new SinkStatement(t, WriteMode.Insert, [0], [0, 1], [new SinkRow(default, Rows.Of(1, "a"), At(1))]))]), null, _ => null,
            new Dictionary<string, string>(), 0);
}
