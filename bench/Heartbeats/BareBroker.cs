using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Holdfast.Bench.Heartbeats;

/// <summary>
/// The peer on the bus: RabbitMQ.Client alone, confirms on, into a quorum queue that a consumer drains and acknowledges.
/// </summary>
internal static class BareBroker
{
    private const string Queue = "bare";

    /// <summary>Heartbeats per second when each is a message, and when so many of them are one.</summary>
    internal static async Task<double> PerSecond(Uri broker, int heartbeatsPerMessage, TimeSpan duration)
    {
        var factory = new ConnectionFactory { Uri = broker };
        await using var connection = await factory.CreateConnectionAsync();
        var unconfirmedMax = heartbeatsPerMessage == 1 ? 512 : 2;
        var confirmed = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true,
            outstandingPublisherConfirmationsRateLimiter: null);
        await using var channel = await connection.CreateChannelAsync(confirmed);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["x-queue-type"] = "quorum" });
        await using var drain = await Drain(factory);
        var body = Body(heartbeatsPerMessage);
        var properties = new BasicProperties { Persistent = true };
        var clock = Stopwatch.StartNew();
        long sent = 0;
        while (clock.Elapsed < duration)
        {
            var unconfirmed = new Task[unconfirmedMax];
            for (var i = 0; i < unconfirmedMax; i++)
            {
                unconfirmed[i] = channel.BasicPublishAsync("", Queue, mandatory: false, properties, body).AsTask();
            }

            await Task.WhenAll(unconfirmed);
            sent += unconfirmedMax * heartbeatsPerMessage;
        }

        var perSecond = sent / clock.Elapsed.TotalSeconds;
        await channel.QueueDeleteAsync(Queue, ifUnused: false, ifEmpty: false);
        return perSecond;
    }

    internal static HostReport Report(int host) => new()
    {
        Host = $"bench-0-{host:d5}",
        Incarnation = 1,
        Sequence = 1_700_000_000_000 + host,
        Region = "cn-hz",
        Idc = $"hz-{host % 3}",
        Address = $"10.0.{host / 250}.{host % 250}:7000",
        Usage = new Usage(0.25, 0.5, 0.75),
        DesiredVersion = 1,
    };

    private static byte[] Body(int heartbeats) => heartbeats == 1
        ? JsonSerializer.SerializeToUtf8Bytes(Report(1), JsonSerializerOptions.Web)
        : JsonSerializer.SerializeToUtf8Bytes(
            new HeartbeatReported
            {
                Collector = "bare",
                Sequence = 1,
                WindowEnd = DateTimeOffset.UnixEpoch,
                UptimeMs = 1,
                Lease = 15,
                KillGrace = 5,
                Reports = [.. Enumerable.Range(0, heartbeats).Select(Report)],
            },
            JsonSerializerOptions.Web);

    private static async Task<IConnection> Drain(ConnectionFactory factory)
    {
        var connection = await factory.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 256, false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) => await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        return connection;
    }
}
