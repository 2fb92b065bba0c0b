using Confluent.Kafka;
using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Sink;
using Holdfast.Samples.Kafka;
using static Holdfast.Engines.Tests.Kafka.KafkaScene;
using static Holdfast.Engines.Tests.Exam.Rows;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>A cluster that answers and does not keep transactions is refused rather than believed.</summary>
[Trait("Category", "process")]
public sealed class KafkaHonestyTests
{
    [Fact]
    public async Task A_cluster_that_knows_no_transactions_is_refused()
    {
        await using var scene = new KafkaScene();
        scene.Broker.Vice = Vice.KnowsNoTransactions;
        Assert.Equal(("DP-604", false), await Faulty(scene.Settings));
    }

    [Fact]
    public async Task A_cluster_that_shows_what_was_taken_back_is_refused()
    {
        await using var scene = new KafkaScene();
        scene.Broker.Vice = Vice.ShowsAll;
        Assert.Equal(("DP-605", false), await Faulty(scene.Settings));
    }

    [Fact]
    public async Task A_cluster_that_confirms_and_forgets_is_refused_at_the_start()
    {
        await using var scene = new KafkaScene();
        scene.Broker.Vice = Vice.Forgets;
        Assert.Equal(("DP-606", false), await Faulty(scene.Settings with { AnswerMax = TimeSpan.FromSeconds(2) }));
    }

    [Fact]
    public async Task A_cluster_that_begins_to_forget_is_refused_after_the_commit()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink(settings: scene.Settings with { AnswerMax = TimeSpan.FromSeconds(2) });
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Of(1, Insert(Of(1, "a"))), Cancel));
        scene.Broker.Vice = Vice.Forgets;
        var refused = Assert.IsType<Refused>(await lane.Apply(Of(2, Insert(Of(2, "b"))), Cancel));
        Assert.Equal("DP-606", refused.Code);
        Assert.NotNull(refused.Workaround);
    }

    [Fact]
    public async Task A_cluster_whose_progress_topic_was_lost_while_the_task_runs_is_refused()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink();
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Of(1, Insert(Of(1, "a"))), Cancel));
        scene.Broker.Topics.Delete("holdfast.progress.task");
        scene.Broker.Topics.Make("holdfast.progress.task", 1);
        var fault = await Assert.ThrowsAsync<SourceFaultException>(() => sink.Progress("task", Cancel));
        Assert.Equal("DP-606", fault.Fault.Code);
    }

    /// <summary>librdkafka's own cluster speaks the real protocol and answers each call of a transaction, but shows all messages.</summary>
    [Fact]
    public async Task The_mock_cluster_of_librdkafka_keeps_no_transactions_and_is_refused()
    {
        using var host = new ProducerBuilder<Null, Null>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = "127.0.0.1:1", ["test.mock.num.brokers"] = "1",
        }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(host.Handle).Build();
        var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Single();
        var settings = new KafkaSettings
        {
            Servers = $"{broker.Host}:{broker.Port}", Name = "shop", AnswerMax = TimeSpan.FromSeconds(10), Replication = 1,
            ProgressTopic = "progress",
        };
        using (var maker = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = settings.Servers }).Build())
        {
            // It makes a topic, of one partition and more, when somebody writes to it.
            await maker.ProduceAsync("progress", new Message<Null, string> { Value = "{}" });
        }

        var (code, _) = await Faulty(settings);
        Assert.Contains(code, new[] { "DP-605", "DP-607" });

        // Its topics have several partitions, so that may be said first: what is taken back is shown all the same.
        using var producer = new ProducerBuilder<Null, string>(
            new ProducerConfig { BootstrapServers = settings.Servers, TransactionalId = "t" }).SetLogHandler((_, _) => { }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(10));
        producer.BeginTransaction();
        await producer.ProduceAsync("taken-back", new Message<Null, string> { Value = "seen" });
        producer.AbortTransaction(TimeSpan.FromSeconds(10));
        Assert.Equal("seen", Assert.Single(Read(settings.Servers, "taken-back")).Message.Value);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("compact,delete")]
    public async Task A_progress_topic_that_forgets_by_time_is_refused(string policy)
    {
        await using var scene = new KafkaScene();
        scene.Broker.CleanupPolicy = policy;
        Assert.Equal(("DP-607", false), await Faulty(scene.Settings));
    }

    [Fact]
    public async Task A_progress_topic_of_several_partitions_is_refused()
    {
        await using var scene = new KafkaScene();
        scene.Broker.Topics.Make("holdfast.progress.task", 2);
        Assert.Equal(("DP-607", false), await Faulty(scene.Settings));
    }

    [Fact]
    public async Task A_cluster_that_is_away_is_waited_for()
    {
        var settings = new KafkaSettings { Servers = "127.0.0.1:1", Name = "shop", AnswerMax = TimeSpan.FromSeconds(1) };
        Assert.Equal(("DP-601", true), await Faulty(settings));
    }

    [Fact]
    public async Task A_password_is_in_no_message()
    {
        await using var scene = new KafkaScene();
        var settings = scene.Settings with
        {
            AnswerMax = TimeSpan.FromSeconds(2),
            Security = new KafkaSecurity { Protocol = "sasl_plaintext", Mechanism = "PLAIN", User = "holdfast", Password = "geheim" },
        };
        var error = await Assert.ThrowsAsync<SourceFaultException>(() => KafkaSink.Open(settings, TimeProvider.System, Cancel));
        Assert.DoesNotContain("geheim", $"{error}{settings}{settings.Security}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_that_is_open_for_too_long_is_told_as_such()
    {
        await using var scene = new KafkaScene();
        await using var sink = await scene.Sink(settings: scene.Settings with { TransactionMax = TimeSpan.FromSeconds(1) });
        await sink.Fence("task", 1, Cancel);
        await using var lane = await sink.Lane("task", 0, 1, "n/task", Cancel);
        Assert.IsType<Applied>(await lane.Apply(Of(1, Insert(Of(1, "a"))) with { IsPart = true, Done = [] }, Cancel));
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Cancel);
        var refused = Assert.IsType<Refused>(await lane.Apply(Of(1, Insert(Of(2, "b"))), Cancel));
        Assert.Equal("DP-613", refused.Code);
        Assert.Empty(scene.Items());
    }

    private static async Task<(string Code, bool IsPassing)> Faulty(KafkaSettings settings)
    {
        var error = await Assert.ThrowsAsync<SourceFaultException>(async () =>
        {
            await using var sink = await KafkaSink.Open(settings, TimeProvider.System, Cancel);
            await sink.Fence("task", 1, Cancel);
        });
        return (error.Fault.Code, error.Fault.IsPassing);
    }
}
