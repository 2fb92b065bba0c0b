using RabbitMQ.Client;

namespace Holdfast.Containers.Tests;

/// <summary>
/// The broker that tests take where HOLDFAST_TEST_RABBITMQ names none and rabbitmq-server is not installed: one in a container, by
/// Testcontainers, of the image that docker-compose.yml names.
/// </summary>
[Collection(StackCollection.Name)]
[Trait("Category", "process")]
public sealed class BrokerTests(Stack stack)
{
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_broker_in_a_container_takes_a_message_and_gives_it_and_is_gone_with_its_test()
    {
        Assert.SkipWhen(Stack.Missing is not null, Stack.Missing ?? "");
        Assert.Null(ContainerServer.Missing);
        var before = await Containers();
        var (address, server) = await ContainerServer.RabbitMq();
        await using (server)
        {
            Assert.StartsWith("amqp://", address, StringComparison.Ordinal);
            Assert.Equal(before.Count + 1, (await Containers()).Count);
            Assert.Equal("a message", await SentAndReceived(new Uri(address)));
        }

        Assert.Equal(before, await Containers());
    }

    private async Task<IReadOnlyList<string>> Containers() =>
        [.. (await stack.Docker("ps", "--all", "--no-trunc", "--quiet")).Split('\n').Order(StringComparer.Ordinal)];

    private static async Task<string> SentAndReceived(Uri address)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancel);
        var queue = (await channel.QueueDeclareAsync("tried", durable: true, exclusive: false, autoDelete: false,
            arguments: new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: cancel)).QueueName;
        await channel.BasicPublishAsync("", queue, Encoding.UTF8.GetBytes("a message"), cancel);
        var received = "";
        await Eventually.Holds(async () =>
        {
            if (await channel.BasicGetAsync(queue, autoAck: true, cancel) is not { } message)
            {
                return "a message";
            }

            received = Encoding.UTF8.GetString(message.Body.Span);
            return null;
        }, AnswerMax);
        return received;
    }
}
