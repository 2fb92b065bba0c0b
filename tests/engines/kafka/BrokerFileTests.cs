using Confluent.Kafka;
using Holdfast.Samples.Kafka;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>Our broker on a file: one goes on where the one before it ended, and does not grow without a bound.</summary>
[Trait("Category", "process")]
public sealed class BrokerFileTests : IDisposable
{
    private static readonly string Long = new('x', 100);

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_broker_on_the_file_of_another_has_what_was_committed_and_nothing_else()
    {
        await using (var first = Open())
        {
            Write(first, "t", isCommit: true, ("a", "1"), ("b", "2"));
            Write(first, "t", isCommit: false, ("c", "3"));
            // Left open, as by a producer whose process is killed.
            using var open = Producer(first, "t");
            open.BeginTransaction();
            Send(open, ("d", "4"));
        }

        await File.AppendAllTextAsync(_directory.File("log"), "cut off", Rows.Cancel);
        await using var second = Open();
        Assert.Equal(["a=1", "b=2"], Read(second));
        Write(second, "t", isCommit: true, ("e", "5"));
        Assert.Equal(["a=1", "b=2", "e=5"], Read(second));
    }

    [Fact]
    public async Task A_partition_beyond_its_bound_keeps_the_newest_message_of_each_key()
    {
        const int Bound = 10_000;
        await using (var broker = Open(Bound))
        {
            WriteEach(broker, Enumerable.Range(0, 200).Select(i => ((string?)$"k{i % 4}", $"{i} {Long}")).Prepend(("rare", "0")));

            Assert.InRange(broker.Topics.Of("items", 0)!.Bytes, 1, 2 * Bound);
        }

        await using var again = Open(Bound);
        var last = Read(again).Select(m => m.Split('=')).ToLookup(m => m[0], m => m[1].Split(' ')[0]);
        Assert.Equal(["k0", "k1", "k2", "k3", "rare"], last.Select(l => l.Key).Order(StringComparer.Ordinal));
        Assert.Equal(["196", "197", "198", "199", "0"], last.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => l.Last()));
    }

    [Fact]
    public async Task Messages_without_a_key_go_when_they_are_the_oldest_and_readers_begin_behind_them()
    {
        const int Bound = 10_000;
        await using var broker = Open(Bound);
        WriteEach(broker, Enumerable.Range(0, 200).Select(i => ((string?)null, $"{i} {Long}")));

        var log = broker.Topics.Of("items", 0)!;
        Assert.InRange(log.Bytes, 1, 2 * Bound);
        Assert.True(log.Start > 0);
        var numbers = Read(broker).Select(m => int.Parse(m.Split('=')[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(200 - numbers.Count(), numbers.Count()), numbers);
    }

    private Broker Open(long bytesMax = long.MaxValue) => new(0, _directory.File("log"), bytesMax, partitions: 1, TimeProvider.System);

    private static void Write(Broker broker, string id, bool isCommit, params (string? Key, string Value)[] messages)
    {
        using var producer = Producer(broker, id);
        producer.BeginTransaction();
        Send(producer, messages);
        if (isCommit)
        {
            producer.CommitTransaction(Slow);
        }
        else
        {
            producer.AbortTransaction(Slow);
        }
    }

    /// <summary>Each message is a transaction.</summary>
    private static void WriteEach(Broker broker, IEnumerable<(string? Key, string Value)> messages)
    {
        using var producer = Producer(broker, "t");
        foreach (var message in messages)
        {
            producer.BeginTransaction();
            Send(producer, message);
            producer.CommitTransaction(Slow);
        }
    }

    private static IProducer<string?, string> Producer(Broker broker, string id)
    {
        var producer = new ProducerBuilder<string?, string>(new ProducerConfig
        {
            BootstrapServers = broker.Servers, TransactionalId = id, LingerMs = 0,
        }).SetLogHandler((_, _) => { }).SetKeySerializer(Text.It!).SetValueSerializer(Text.It).Build();
        producer.InitTransactions(Slow);
        return producer;
    }

    private static void Send(IProducer<string?, string> producer, params (string? Key, string Value)[] messages)
    {
        foreach (var (key, value) in messages)
        {
            producer.Produce("items", new Message<string?, string> { Key = key, Value = value });
        }

        producer.Flush(Slow);
    }

    private static IEnumerable<string> Read(Broker broker) =>
        [.. KafkaScene.Read(broker.Servers, "items").Select(m => $"{m.Message.Key}={m.Message.Value}")];

    private sealed class Text : ISerializer<string>
    {
        internal static readonly Text It = new();

        public byte[] Serialize(string data, SerializationContext context) => data is null ? null! : Encoding.UTF8.GetBytes(data);
    }
}
