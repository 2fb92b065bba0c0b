using FsCheck;
using FsCheck.Fluent;
using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Sink;
using Holdfast.Engine.Kafka.Topics;
using static Holdfast.Engines.Tests.Kafka.KafkaScene;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>Partitions of keys; each key keeps its order there.</summary>
public sealed class KafkaPartitionTests
{
    /// <summary>The values that Kafka's own test of its hash has (UtilsTest of apache/kafka).</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void The_hash_of_a_key_is_that_of_Kafka_s_producers(string key, int hash) =>
        Assert.Equal(hash, Partitioner.Murmur2(Encoding.UTF8.GetBytes(key)));

    [Theory]
    [InlineData("{\"id\":1}", 3)]
    [InlineData("", 7)]
    [InlineData("x", 1)]
    public void A_partition_is_one_of_the_topic_s(string key, int partitions) =>
        Assert.InRange(Partitioner.Of(Encoding.UTF8.GetBytes(key), partitions), 0, partitions - 1);

    /// <summary>
    /// Random changes of few keys, in random groups: what is in the partitions, a key at a time, is the source's order; and no key is
    /// in two of them.
    /// </summary>
    [Fact]
    public void Messages_of_one_key_are_in_one_partition_in_the_source_s_order()
    {
        var changes = Gen.Choose(0, 4).Zip(Gen.Choose(0, 2)).ListOf(40).ToArbitrary();
        Prop.ForAll(changes, steps =>
        {
            var builder = new MessageBuilder(new KafkaSettings { Servers = "x", Name = "shop" }, new TopicRouter(
                new KafkaSettings { Servers = "x", Name = "shop" }));
            var (expected, seen) = (new Dictionary<string, List<string>>(), new Dictionary<string, List<string>>());
            var partitions = new Dictionary<string, HashSet<int>>();
            var number = 0;
            foreach (var chunk in steps.Chunk(7))
            {
                var statements = chunk.Select(step => Change(step.Item1, step.Item2, ++number, expected)).ToArray();
                foreach (var draft in builder.Build(Of(1, statements), null, _ => null, new Dictionary<string, string>(), 0)
                    .Where(d => d.Topic == "shop.main.item" && d.Message.Value is not null))
                {
                    var key = Encoding.UTF8.GetString(draft.Message.Key!);
                    var value = System.Text.Json.Nodes.JsonNode.Parse(draft.Message.Value!)!;
                    Add(seen, key, $"{value["op"]}{(value["after"] ?? value["before"])!["v"]}");
                    (partitions.TryGetValue(key, out var known) ? known : partitions[key] = []).Add(Partitioner.Of(draft.By, 5));
                }
            }

            return partitions.Values.All(p => p.Count == 1) && expected.Keys.Order().SequenceEqual(seen.Keys.Order())
                && expected.All(e => e.Value.SequenceEqual(seen[e.Key]));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_table_without_a_key_has_one_partition_for_all_its_rows()
    {
        var table = Item with { Keys = [] };
        var settings = new KafkaSettings { Servers = "x", Name = "shop" };
        var statement = new SinkStatement(table, WriteMode.Insert, [0, 1], [0, 1],
            [new SinkRow(default, Rows.Of(1, "a"), At(1)), new SinkRow(default, Rows.Of(2, "b"), At(1))]);
        var drafts = new MessageBuilder(settings, new TopicRouter(settings)).Build(
            Sourced(1, statement), null, _ => null, new Dictionary<string, string>(), 0).Where(d => d.Row is not null).ToList();
        Assert.Equal(2, drafts.Count);
        Assert.All(drafts, d => Assert.Null(d.Message.Key));
        Assert.All(drafts, d => Assert.Equal("main.item", Encoding.UTF8.GetString(d.By)));
    }

    private static SinkStatement Change(int id, int kind, int number, Dictionary<string, List<string>> expected)
    {
        var (before, after) = (Rows.Of(id, $"{number}"), Rows.Of(id, $"{number}"));
        Add(expected, $$"""{"id":{{id}}}""", $"{"cud"[kind]}{number}");
        return kind switch
        {
            0 => new SinkStatement(Item, WriteMode.Insert, [0], [0, 1], [new SinkRow(default, after, At(1))]),
            1 => new SinkStatement(Item, WriteMode.Update, [0], [0, 1], [new SinkRow(before, after, At(1))]),
            _ => new SinkStatement(Item, WriteMode.Delete, [0], [0, 1], [new SinkRow(before, default, At(1))]),
        };
    }

    private static void Add(Dictionary<string, List<string>> to, string key, string value) =>
        (to.TryGetValue(key, out var known) ? known : to[key] = []).Add(value);
}
