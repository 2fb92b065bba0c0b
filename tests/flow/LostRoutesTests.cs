using RabbitMQ.Client;

namespace Holdfast.Flow.Tests;

/// <summary>Exchanges, queues, bindings and rights are taken away from running services, on a broker of their own.</summary>
[Trait("Category", "process")]
public sealed class LostRoutesTests(UnheardServices services) : IClassFixture<UnheardServices>
{
    private const string Reports = "Holdfast.Contracts:HeartbeatReported";

    /// <summary>A limit, no goal: each service declares what it needs every 5 s.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    /// <summary>Two batches come in less, and the exchange is not declared again by everybody.</summary>
    private static readonly TimeSpan MissedWithin = TimeSpan.FromSeconds(3);

    private RabbitControl Broker => services.Broker.Control;

    [Fact]
    public async Task Every_exchange_that_is_deleted_comes_back_with_all_its_bindings()
    {
        await Whole();
        var (exchanges, bindings) = (await Exchanges(), await Bindings());
        Assert.Contains(Reports, exchanges);
        await Do(async channel =>
        {
            foreach (var exchange in exchanges)
            {
                await channel.ExchangeDeleteAsync(exchange, cancellationToken: TestContext.Current.CancellationToken);
            }
        });
        await Returns(bindings);
        await services.Ready(Soon);
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task Every_queue_that_is_deleted_comes_back_bound_and_is_consumed()
    {
        await Whole();
        var (queues, bindings) = (await Consumed(), await Bindings());
        Assert.Contains("alerting.alert-raised", queues);
        await Do(async channel =>
        {
            foreach (var queue in queues)
            {
                await channel.QueueDeleteAsync(queue, cancellationToken: TestContext.Current.CancellationToken);
            }
        });
        await Returns(bindings);
        await Seldom(async () => queues.Except(await Consumed()).ToList() is { Count: > 0 } missing
            ? $"consumers of {string.Join(", ", missing)}" : null);
        await services.Ready(Soon);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task One_binding_that_is_taken_away_comes_back()
    {
        await Whole();
        var bindings = await Bindings();
        Assert.Contains("Holdfast.Contracts:ComponentPlaced > heartbeat.component-placed > exchange", bindings);
        // Answered: it is gone from then on.
        await Do(channel => channel.ExchangeUnbindAsync("heartbeat.component-placed", "Holdfast.Contracts:ComponentPlaced", "",
            cancellationToken: TestContext.Current.CancellationToken));
        await Returns(bindings);
    }

    [Fact]
    public async Task While_reports_reach_no_queue_it_is_said_and_a_host_that_dies_meanwhile_is_found_Down()
    {
        await Whole();
        await using var lost = await Host("cut-1");
        await using var other = await Host("cut-2");
        Assert.StartsWith("HeartbeatReported", await Lose(Reports), StringComparison.Ordinal);
        await lost.FallSilent();
        await services.Ready(Soon);
        await Eventually.Holds(async () => await services.Api.HostState("cut-1") is "Down" ? null : "cut-1 is Down", Soon);
        Assert.Equal("Online", await services.Api.HostState("cut-2"));
        await Eventually.Holds(async () => await Alerts(AlertEvents.RouteLost) is var alerts && alerts.Any(a =>
            ((string)a["target"]!).EndsWith("/HeartbeatReported", StringComparison.Ordinal) && (string)a["condition"]! == "resolved")
            ? null : $"raised and resolved: {string.Join(", ", alerts)}", Soon);
    }

    [Fact]
    public async Task Rights_that_are_lost_are_told_and_all_comes_back_with_them()
    {
        await Whole();
        var bindings = await Bindings();
        var user = services.Broker.Address.UserInfo.Split(':')[0];
        await Broker.Run("set_permissions", user, "^$", "^$", "^$");
        var refused = await Eventually.Found(() => NotReady("routes"), Soon, "a route that is refused");
        Assert.Contains("refused", refused, StringComparison.OrdinalIgnoreCase);
        await Broker.Run("set_permissions", user, ".*", ".*", ".*");
        await Returns(bindings);
        await services.Ready(Soon);
    }

    /// <summary>Deletes an exchange until it is missed: it may be declared again before anything is published to it.</summary>
    /// <returns>The words about it.</returns>
    private async Task<string> Lose(string exchange)
    {
        string? said = null;
        await Eventually.Holds(async () =>
        {
            await Do(channel => channel.ExchangeDeleteAsync(exchange, cancellationToken: TestContext.Current.CancellationToken));
            var deleted = TimeProvider.System.GetTimestamp();
            while (said is null && TimeProvider.System.GetElapsedTime(deleted) < MissedWithin)
            {
                said = await NotReady("routes");
            }

            return said is null ? "nobody missed it" : null;
        }, Soon);
        return said!;
    }

    private async Task Whole()
    {
        Assert.SkipWhen(services.Missing is not null, services.Missing ?? "");
        Rabbit.SkipUnlessOwn();
        await services.Ready(Soon);
        await Seldom(async () => (await Broker.List("list_queues", "name", "durable", "consumers"))
            .Where(q => q is [_, "true", "0"] && !q[0].EndsWith("_error", StringComparison.Ordinal)).Select(q => q[0]).ToList()
            is { Count: > 0 } idle ? $"consumers of {string.Join(", ", idle)}" : null);
    }

    private async Task<FakeSupervisor> Host(string host)
    {
        var supervisor = new FakeSupervisor(services.Api, "cut", host);
        await Eventually.Holds(async () => await services.Api.HostState(host) is "Online" ? null : $"{host} is Online", Soon);
        return supervisor;
    }

    /// <summary>The part's sentence while it is not ready; null: it is.</summary>
    private async Task<string?> NotReady(string part) => (await services.Api.Get("/health/ready")).Body["parts"]!.AsArray()
        .Where(p => (string)p!["part"]! == part && !(bool)p["ready"]!).Select(p => (string)p!["why"]!).FirstOrDefault();

    private async Task<IReadOnlyList<JsonNode>> Alerts(string name) => [.. await services.Api.List($"/api/v1/alerts?event={name}")];

    private async Task Do(Func<IChannel, Task> deed)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var connection = await new ConnectionFactory { Uri = services.Broker.Address }.CreateConnectionAsync(cancel);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancel);
        await deed(channel);
    }

    /// <summary>Those that MassTransit makes for a bus and its messages, which last.</summary>
    private async Task<IReadOnlyList<string>> Exchanges() =>
    [
        .. (await Broker.List("list_exchanges", "name", "durable")).Where(e => e[1] == "true")
            .Select(e => e[0]).Where(e => e.Length > 0 && !e.StartsWith("amq.", StringComparison.Ordinal)),
    ];

    private async Task<IReadOnlyList<string>> Consumed() =>
    [
        .. (await Broker.List("list_queues", "name", "durable", "consumers")).Where(q => q is [_, "true", not "0"]).Select(q => q[0]),
    ];

    /// <summary>Between what lasts: a bus has an endpoint of its own that goes with it.</summary>
    private async Task<IReadOnlyList<string>> Bindings()
    {
        var lasting = (await Exchanges()).ToHashSet(StringComparer.Ordinal);
        return [.. (await AllBindings()).Where(b => lasting.Contains(b.Split(" > ")[0]))];
    }

    private async Task<IEnumerable<string>> AllBindings() =>
        (await Broker.List("list_bindings", "source_name", "destination_name", "destination_kind")).Select(b => string.Join(" > ", b));

    private Task<TimeSpan> Returns(IReadOnlyList<string> bindings) => Seldom(
        async () => bindings.Except(await AllBindings()).ToList() is { Count: > 0 } missing ? string.Join("; ", missing) : null);

    /// <summary>Each question to the broker starts a program, which takes a second of a processor.</summary>
    private static Task<TimeSpan> Seldom(Func<Task<string?>> whyNot) => Eventually.Holds(
        async () =>
        {
            var why = await whyNot();
            if (why is not null)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
            }

            return why;
        },
        Soon);
}
