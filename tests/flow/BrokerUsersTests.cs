using System.Diagnostics;
using System.Text.RegularExpressions;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Holdfast.Flow.Tests;

/// <summary>Each service by itself, with its own user of a real broker, as deploy/broker.sh makes them.</summary>
[Trait("Category", "process")]
public sealed partial class BrokerUsersTests(BrokerWithUsers broker) : IClassFixture<BrokerWithUsers>, IAsyncDisposable
{
    private const string Outsider = BrokerWithUsers.Outsider;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);
    private static readonly string[] Public =
        ["AlertRaised", "AlertSent", "HeartbeatReported", "HostDown", "HostRecovered", "StoreRequested"];

    private readonly TempDirectory _directory = new();
    private readonly List<WebApplication> _services = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static IEnumerable<string> ServiceNames => BrokerWithUsers.ServiceNames;

    /// <summary>
    /// The table of contracts/README.md: message, who says it, who hears it. Every service raises alerts and says that it lives.
    /// </summary>
    private static IReadOnlyList<(string Message, IReadOnlyList<string> Says, IReadOnlyList<string> Hears)> Table { get; } =
        [.. Row().Matches(File.ReadAllText(Path.Combine(BrokerWithUsers.Root, "contracts", "README.md"))).Select(row =>
        {
            var (message, everybody) = (row.Groups["message"].Value, row.Groups["message"].Value is "AlertRaised" or "ServiceBeat");
            string[] says = [.. ServiceNames.Where(s => everybody || row.Groups["says"].Value.Contains(s, StringComparison.Ordinal))];
            var toItself = row.Groups["hears"].Value.Contains("its other replicas", StringComparison.Ordinal);
            return (message, (IReadOnlyList<string>)says,
                (IReadOnlyList<string>)[.. ServiceNames.Where(s => row.Groups["hears"].Value.Contains(s, StringComparison.Ordinal)
                    || (toItself && says.Contains(s)))]);
        })];

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            await service.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            await service.DisposeAsync();
        }

        _directory.Dispose();
    }

    [Fact]
    public async Task Every_service_does_its_work_with_its_own_user_and_is_refused_everywhere_else()
    {
        var apis = new Dictionary<string, Api>(StringComparer.Ordinal);
        foreach (var module in ServiceModules.All())
        {
            apis[module.Name] = await Start(module);
        }

        foreach (var (name, api) in apis)
        {
            await Eventually.Holds(async () => (await api.Get("/health/ready")).Body is var body && (bool?)body["ready"] == true
                ? null : $"{name}: {body}", Soon);
        }

        await using (var host = new FakeSupervisor(apis["heartbeat"], "north", "n1", 1))
        {
            await Eventually.Holds(
                async () => await apis["ha-scheduler"].HostState("n1") is not "Online" and var state ? $"n1 is {state}" : null, Soon);
            await apis["ha-scheduler"].CreateTask("orders", "north", ["run"]);
            await Eventually.Holds(() => host.Desired.Count > 0 ? null : "nothing is placed", Soon);
        }

        foreach (var api in apis.Values)
        {
            api.Dispose();
        }

        var written = new List<string>();
        foreach (var user in ServiceNames.Append(Outsider))
        {
            foreach (var (message, says, _) in Table.Where(t => !t.Says.Contains(user)))
            {
                written.AddRange(await IsRefused(user, c => Publish(c, $"Holdfast.Contracts:{message}")) ? [] : [$"{user} says {message}"]);
            }

            foreach (var other in ServiceNames.Where(s => s != user))
            {
                var queue = $"{other}.anything";
                written.AddRange(await IsRefused(user, c => c.QueueDeclareAsync(queue, cancellationToken: Cancel))
                    ? [] : [$"{user}: {queue}"]);
            }

            written.AddRange(await IsRefused(user, c => Publish(c, "heartbeat.component-placed")) != (user != "heartbeat")
                ? [$"{user} sends to heartbeat's own queue"] : []);
        }

        Assert.Empty(written);
    }

    [Fact]
    public async Task A_subscriber_hears_what_is_public_and_can_do_nothing_else()
    {
        await broker.Do("holdfast", async channel =>
        {
            foreach (var (message, _, _) in Table)
            {
                await channel.ExchangeDeclareAsync($"Holdfast.Contracts:{message}", "fanout", durable: true, cancellationToken: Cancel);
            }
        });
        var heard = new List<string>();
        foreach (var (message, _, _) in Table)
        {
            if (!await IsRefused(Outsider, async channel =>
                {
                    await channel.QueueDeclareAsync($"{Outsider}.mine", cancellationToken: Cancel);
                    await channel.QueueBindAsync($"{Outsider}.mine", $"Holdfast.Contracts:{message}", "", cancellationToken: Cancel);
                }))
            {
                heard.Add(message);
            }
        }

        Assert.Equal(Public, heard.Order(StringComparer.Ordinal));
        Assert.True(await IsRefused(Outsider, c => c.ExchangeDeleteAsync("Holdfast.Contracts:HostDown", cancellationToken: Cancel)));
    }

    private async Task<Api> Start(IServiceModule module)
    {
        var settings = new Settings
        {
            Port = 0,
            DataDirectory = _directory.Location,
            Profile = Profile.Fast,
            Broker = broker.AddressOf(module.Name),
            Instance = "users",
        };
        var service = HoldfastHost.Build(settings, [module], TokenAuth.Load(_directory.Location).Value!);
        _services.Add(service);
        await service.StartAsync(Cancel);
        return new Api(service.Urls.Single(), (await File.ReadAllTextAsync(_directory.File("token"), Cancel)).Trim());
    }

    private async Task<bool> IsRefused(string user, Func<IChannel, Task> work)
    {
        try
        {
            await broker.Do(user, work);
            return false;
        }
        catch (Exception error) when (error is OperationInterruptedException or PublishException)
        {
            Assert.Contains("ACCESS_REFUSED", error.ToString(), StringComparison.Ordinal);
            return true;
        }
    }

    private static async Task Publish(IChannel channel, string exchange) =>
        await channel.BasicPublishAsync(exchange, "", false, "{}"u8.ToArray(), Cancel);

    [GeneratedRegex(@"^\| (?<message>[A-Z]\w+) \| (?<says>[^|]+) \| (?<hears>[^|]+) \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Row();
}

/// <summary>A broker that was started with the definitions of deploy/broker.sh; null parts where none can be had.</summary>
public sealed class BrokerWithUsers : IAsyncLifetime
{
    internal const string Outsider = "subscriber";

    private readonly TempDirectory _directory = new();
    private readonly Dictionary<string, IConnection> _connections = new(StringComparer.Ordinal);
    private Rabbit? _rabbit;

    internal static IEnumerable<string> ServiceNames => ServiceModules.All().Select(m => m.Name);

    internal static string Root => AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!Rabbit.IsOwn)
        {
            return;
        }

        _rabbit = new Rabbit();
        var users = ServiceNames.Append(Outsider).Select(u => $"{u} of-{u}\n").Append(_rabbit.Address.UserInfo.Replace(':', ' ') + "\n");
        await File.WriteAllTextAsync(_directory.File("definitions.json"), await Definitions(string.Concat(users)), Cancel);
        _rabbit.Load(_directory.File("definitions.json"));
        await _rabbit.Start();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _connections.Values)
        {
            await connection.DisposeAsync();
        }

        await (_rabbit?.DisposeAsync() ?? ValueTask.CompletedTask);
        _directory.Dispose();
    }

    internal Uri AddressOf(string user)
    {
        Rabbit.SkipUnlessOwn();
        return user == "holdfast" ? _rabbit!.Address : new UriBuilder(_rabbit!.Address) { UserName = user, Password = $"of-{user}" }.Uri;
    }

    /// <summary>Works on a channel of its own, which the broker closes when it refuses something.</summary>
    internal async Task Do(string user, Func<IChannel, Task> work)
    {
        if (!_connections.TryGetValue(user, out var connection))
        {
            _connections[user] = connection = await new ConnectionFactory { Uri = AddressOf(user) }.CreateConnectionAsync(Cancel);
        }

        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Cancel);
        await work(channel);
    }

    private static async Task<string> Definitions(string users)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Root, "deploy", "broker.sh")])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        await shell.StandardInput.WriteAsync(users.AsMemory(), Cancel);
        shell.StandardInput.Close();
        var output = await shell.StandardOutput.ReadToEndAsync(Cancel);
        await shell.WaitForExitAsync(Cancel);
        Assert.Equal(0, shell.ExitCode);
        return output;
    }
}
