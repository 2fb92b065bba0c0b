using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Holdfast.Alerting.Tests;
using Holdfast.App.Processes;
using Holdfast.Tests;
using RabbitMQ.Client;

namespace Holdfast.Integration.Tests;

/// <summary>kill -9 again and again between the broker's confirmation and the receiver: real broker, real store.</summary>
[Trait("Category", "process")]
public sealed class AlertKillTests : IDisposable
{
    private const int Alerts = 300;
    private const int Kills = 4;

    private static readonly TimeSpan AllMax = TimeSpan.FromSeconds(150);

    private readonly TempDirectory _directory = new();

    [Fact]
    public async Task No_alert_that_the_broker_has_taken_is_lost_and_what_comes_twice_has_the_same_key()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        await using var rabbit = new Rabbit();
        await rabbit.Start();
        await using var receiver = await Receiver.Start(200);
        var run = await Start(rabbit);
        using (var api = await run.Ready())
        {
            var channel = new JsonObject { ["name"] = "ops", ["kind"] = "webhook",
                ["webhook"] = new JsonObject { ["url"] = receiver.Url } };
            Assert.Equal(HttpStatusCode.Created, (await api.Post("/api/v1/channels", channel)).Status);
        }

        var raising = Raise(rabbit.Address);
        var random = new Random(20260101);
        for (var kill = 0; kill < Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(200, 1500)), TimeProvider.System);
            run.Mark.Send(Signal.Kill);
            await run.DisposeAsync();
            run = await Start(rabbit);
            (await run.Ready()).Dispose();
        }

        await raising;
        await Eventually.Holds(() => Told(receiver).Count == Alerts ? null : $"{Told(receiver).Count} of {Alerts} were told", AllMax);
        Assert.All(Told(receiver), target => Assert.Single(target.Select(r => r.Key).Distinct()));
        await run.DisposeAsync();
    }

    private static List<IGrouping<string, Request>> Told(Receiver receiver) =>
        [.. receiver.Heard.GroupBy(r => (string)JsonNode.Parse(r.Body)!["subject"]!)
            .Where(g => g.Key.StartsWith("k-", StringComparison.Ordinal))];

    private Task<HoldfastProcess> Start(Rabbit rabbit) => Task.FromResult(HoldfastProcess.Run(
        _directory.Location, "--no-fleet", "--rabbitmq", rabbit.Address.OriginalString));

    /// <summary>As any outside system would: one confirmed message each, to the exchange of the contract.</summary>
    private static async Task Raise(Uri broker)
    {
        await using var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        for (var i = 0; i < Alerts; i++)
        {
            var message = new JsonObject
            {
                ["id"] = $"oms_host_down:k-{i}:1", ["event"] = "oms_host_down", ["scope"] = "system", ["target"] = $"k-{i}", ["level"] = 2,
                ["condition"] = "firing", ["summary"] = "s", ["description"] = "d", ["region"] = "r",
                ["at"] = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            };
            var envelope = new JsonObject
            {
                ["messageId"] = Guid.NewGuid().ToString(), ["messageType"] = new JsonArray("urn:message:Holdfast.Contracts:AlertRaised"),
                ["message"] = message,
            };
            var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true };
            await channel.BasicPublishAsync(
                "Holdfast.Contracts:AlertRaised", "", mandatory: true, properties, Encoding.UTF8.GetBytes(envelope.ToJsonString()));
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System);
        }
    }

    public void Dispose() => _directory.Dispose();
}
