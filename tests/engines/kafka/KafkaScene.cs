using Confluent.Kafka;
using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Sink;
using Holdfast.Samples.Kafka;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>A broker with a task's sink, and readers of what is committed.</summary>
internal sealed class KafkaScene : IAsyncDisposable
{
    internal Broker Broker { get; } = new(partitions: 3);

    internal static readonly TableSchema Item = new()
    {
        Id = 1,
        Schema = "main",
        Name = "item",
        Columns =
        [
            new Column { Name = "id", Kind = ValueKind.Int64, Type = "INTEGER", IsNullable = false },
            new Column { Name = "v", Kind = ValueKind.Text, Type = "TEXT" },
        ],
        Keys = [new UniqueKey { Name = "pk", Columns = [0], IsPrimary = true }],
    };

    internal KafkaSettings Settings => new()
    {
        Servers = Broker.Servers, Name = "shop", AnswerMax = TimeSpan.FromSeconds(5), Partitions = 3, Replication = 1,
        ConfirmInterval = TimeSpan.Zero,
    };

    internal Task<KafkaSink> Sink(Action<string>? passing = null, KafkaSettings? settings = null) =>
        KafkaSink.Open(settings ?? Settings, TimeProvider.System, passing, Rows.Cancel);

    /// <summary>All committed messages of a topic, a partition after the other.</summary>
    internal List<ConsumeResult<string?, string?>> Read(string topic) => Read(Broker.Servers, topic);

    internal static List<ConsumeResult<string?, string?>> Read(string servers, string topic)
    {
        using var consumer = new ConsumerBuilder<string?, string?>(new ConsumerConfig
        {
            BootstrapServers = servers, GroupId = "test", IsolationLevel = IsolationLevel.ReadCommitted, EnablePartitionEof = true,
            EnableAutoCommit = false, FetchWaitMaxMs = 10,
        }).SetLogHandler((_, _) => { }).SetKeyDeserializer(Utf8.It).SetValueDeserializer(Utf8.It).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.SingleOrDefault(t => t.Topic == topic)?.Partitions ?? [];
        consumer.Assign(partitions.Select(p => new TopicPartitionOffset(topic, p.PartitionId, Offset.Beginning)));
        var read = new List<ConsumeResult<string?, string?>>();
        for (var left = partitions.Count; left > 0;)
        {
            var next = consumer.Consume(TimeSpan.FromSeconds(10)) ?? throw new TimeoutException($"{topic} does not end");
            if (next.IsPartitionEOF)
            {
                left--;
            }
            else
            {
                read.Add(next);
            }
        }

        consumer.Close();
        return [.. read.OrderBy(r => r.Partition.Value).ThenBy(r => r.Offset.Value)];
    }

    /// <summary>The values of the items that are committed, tombstones left out.</summary>
    internal IReadOnlyList<string> Items() => [.. Read("shop.main.item").Where(m => m.Message.Value is not null).Select(
        m => System.Text.Json.Nodes.JsonNode.Parse(m.Message.Value!)!).Select(e => $"{e["op"]}{(e["after"] ?? e["before"])!["id"]}")
        .Order(StringComparer.Ordinal)];

    internal static SinkGroup Sourced(ulong place, params SinkStatement[] statements) => Rows.Group(place, statements) with
    {
        Sources = [new SourceTransaction(Rows.At(place), (long)place * 1_000_000, null)],
    };

    internal static SinkStatement Insert(params Row[] rows) => new(Item, WriteMode.Insert, [0], [0, 1],
        [.. rows.Select(r => new SinkRow(default, r, default))]);

    /// <summary>The group's rows are of its transaction.</summary>
    internal static SinkGroup Of(ulong place, params SinkStatement[] statements) => Sourced(place, [.. statements.Select(s => s with
    {
        Rows = [.. s.Rows.Select(r => r with { Source = Rows.At(place) })],
    })]);

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    private sealed class Utf8 : IDeserializer<string?>
    {
        internal static readonly Utf8 It = new();

        public string? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) =>
            isNull ? null : Encoding.UTF8.GetString(data);
    }
}
