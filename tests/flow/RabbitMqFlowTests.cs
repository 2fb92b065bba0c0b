using RabbitMQ.Client;

namespace Holdfast.Flow.Tests;

/// <summary>The flow on a RabbitMQ of its own, which can also go away and be given what nobody can read.</summary>
[Trait("Category", "process")]
public sealed class RabbitMqFlowTests(RabbitMqServices services) : FlowTests(services), IClassFixture<RabbitMqServices>
{
    private const string Placements = "heartbeat.component-placed";

    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(60);
    /// <summary>A limit, no goal: after a stall of its own the scheduler counts silence anew.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_broker_that_goes_and_comes_back_costs_no_host_and_no_task()
    {
        Installed();
        await using var host = await Host("cut", "c1");
        await services.Broker.Kill();
        await Eventually.Holds(async () => await Health() == HttpStatusCode.ServiceUnavailable ? null : "503", Soon);
        await Api.CreateTask("cut-1", "cut", ["run"]);
        // How long the outage is: longer than the interval after which a silent host is Down.
        await Task.Delay(Outage, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Health());
        await services.Broker.Start();

        await Services.Ready(Again);
        await Eventually.Holds(() => host.Desired.Any(c => c.Task == "cut-1") ? null : "what was accepted", Again);
        await Runs("cut-1");
        Assert.Equal("Online", await Api.HostState("c1"));
        Assert.DoesNotContain(Services.Bus.Heard<HostDown>(), m => m.Host == "c1");
        Assert.DoesNotContain(await Api.List("/api/v1/ha/decisions?object=c1"),
            d => ((string)d["sentence"]!).Contains("declared Down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_nobody_can_read_lies_in_the_error_queue_is_alerted_and_holds_nothing_up()
    {
        Installed();
        var cancel = TestContext.Current.CancellationToken;
        var factory = new ConnectionFactory { Uri = services.Broker.Address };
        await using var connection = await factory.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        await channel.BasicPublishAsync("", Placements, mandatory: true,
            new BasicProperties { ContentType = "application/vnd.masstransit+json" }, "{ no JSON"u8.ToArray(), cancel);

        await Eventually.Holds(async () =>
        {
            // Asking after a queue that is not there closes the channel.
            await using var asking = await connection.CreateChannelAsync(cancellationToken: cancel);
            try
            {
                return await asking.MessageCountAsync(Placements + "_error", cancel) == 1 ? null : "in the error queue";
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException missing)
            {
                return missing.Message;
            }
        }, Soon);
        await Heard<AlertRaised>(m => m.Event == AlertEvents.PoisonMessage && m.Target == Placements, Soon);
        await Heard<AlertSent>(m => m.Event == AlertEvents.PoisonMessage && m.Target == Placements, Soon);
        await using var host = await Host("poisoned", "p1");
        await Api.CreateTask("poisoned-1", "poisoned", ["run"]);
        await Runs("poisoned-1");
    }

    /// <summary>The bus would tell nobody of one of an unknown type, and not alerting of its own.</summary>
    [Theory]
    [InlineData(Placements, "_skipped", Placements + "_skipped")]
    [InlineData("alerting.alert-raised", "_skipped", "alerting.alert-raised_skipped")]
    [InlineData("alerting.alert-raised", "_error", "alerting.alert-raised")]
    public async Task A_message_of_an_unknown_type_and_one_that_alerting_cannot_read_are_told(string endpoint, string queue, string target)
    {
        Installed();
        var cancel = TestContext.Current.CancellationToken;
        var factory = new ConnectionFactory { Uri = services.Broker.Address };
        await using var connection = await factory.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        var body = queue == "_error" ? "{ no JSON" : """{"messageType":["urn:message:Nobody:Knows"],"message":{}}""";
        await channel.BasicPublishAsync("", endpoint, mandatory: true,
            new BasicProperties { ContentType = "application/vnd.masstransit+json" }, System.Text.Encoding.UTF8.GetBytes(body), cancel);

        await Heard<AlertSent>(m => m.Event == AlertEvents.PoisonMessage && m.Target == target, Soon);
        Assert.Contains(endpoint + queue, (await services.Broker.Queues()).Keys);
    }

    [Fact]
    public async Task Every_queue_of_the_services_is_a_quorum_queue()
    {
        Installed();
        var queues = await services.Broker.Queues();
        Assert.Contains(Placements, queues.Keys);
        Assert.All(queues.Where(q => !q.Key.EndsWith("_error", StringComparison.Ordinal)
                && !q.Key.EndsWith("_skipped", StringComparison.Ordinal)),
            q => Assert.Equal("quorum", q.Value));
    }

    private async Task<HttpStatusCode> Health() => (await Api.Get("/health/ready")).Status;
}
