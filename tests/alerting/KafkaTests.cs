using System.Diagnostics;
using Confluent.Kafka;
using Holdfast.Alerting.Channels.Kafka;

namespace Holdfast.Alerting.Tests;

/// <summary>Against librdkafka's own cluster: the real protocol on real ports.</summary>
[Trait("Category", "process")]
public class KafkaTests
{
    private static ChannelDefinition Channel(string servers, int timeout = 10) => new()
    {
        Name = "kafka_ops",
        Kind = "kafka",
        Settings = new KafkaSettings { BootstrapServers = servers, Topic = "alerts", TimeoutSeconds = timeout },
        CreatedAt = T0.AddDays(-1),
        UpdatedAt = T0.AddDays(-1),
    };

    private static IChannel Open(ChannelDefinition channel) => Opened(channel);

    [Fact]
    public async Task A_consumer_reads_the_CloudEvent_with_its_key_and_headers()
    {
        using var cluster = MockCluster.Start();
        await using var channel = Open(Channel(cluster.Servers));
        var answer = await channel.Deliver(Notification(), World.Cancel);
        Assert.Equal((AnswerKind.Delivered, ""), (answer.Kind, answer.Why));
        var record = await cluster.Read("alerts");
        Assert.Equal(Alert().Fingerprint, record.Key);
        Assert.Equal("content-type=application/cloudevents+json,holdfast-delivery=abc-1-ops,dedup_key=abc-1-ops", record.Headers);
        using var json = JsonDocument.Parse(record.Value);
        Assert.Equal("abc-1-ops", json.RootElement.GetProperty("id").GetString());
        Assert.Equal("oms_host_down", json.RootElement.GetProperty("data").GetProperty("alarm_name").GetString());
    }

    [Fact]
    public async Task A_broker_that_is_away_is_tried_again()
    {
        await using var channel = Open(Channel($"127.0.0.1:{FreePort.Next()}", timeout: 1));
        var answer = await channel.Deliver(Notification(), World.Cancel)
            .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.Equal(AnswerKind.TryAgain, answer.Kind);
        Assert.StartsWith("AL-322", answer.Why);
    }

    [Fact]
    public async Task Settings_that_the_client_refuses_are_given_up_with_its_words()
    {
        var channel = Channel("127.0.0.1:1", timeout: 1);
        await using var broken = Open(channel with
        {
            Settings = channel.SettingsOf<KafkaSettings>() with { SecurityProtocol = "ssl", CaFile = "/nowhere/ca.pem" },
        });
        var answer = await broken.Deliver(Notification(), World.Cancel)
            .WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.Equal(AnswerKind.GiveUp, answer.Kind);
        Assert.StartsWith("AL-331", answer.Why);
    }

    [Fact]
    public async Task A_broker_that_comes_back_gets_what_waited_as_Sent_again()
    {
        using var cluster = MockCluster.Start();
        await using var world = new World();
        var port = FreePort.Next();
        await world.Channels.Insert(Channel($"127.0.0.1:{port}", timeout: 1), World.Cancel);
        await world.StartReplica();
        await world.Raise(Firing(T0));
        var slowly = TimeSpan.FromMilliseconds(40);
        await world.UntilDelivery(d =>
            d is { Status: SendingStatus.Failed, NextAttempt: not null, AttemptCount: 1 }, slowly);
        await using var forward = new PortForward(cluster.Port, port);
        await world.UntilDelivery(d => d.Status == SendingStatus.SentAgain, slowly);
        var delivery = Assert.Single(await world.AllDeliveries());
        Assert.Contains($"holdfast-delivery={delivery.Id}", (await cluster.Read("alerts")).Headers);
    }
}
