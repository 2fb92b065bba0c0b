using Holdfast.Platform.State;
using Holdfast.Platform.State.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Integration.Tests;

/// <summary>Faults that alerting survives on a real broker and a real store: either is away, or everything comes at once.</summary>
[Trait("Category", "process")]
public sealed class AlertFaultTests : IDisposable
{
    /// <summary>Longer than a statement waits for the lock.</summary>
    private static readonly TimeSpan Locked = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Time after which a standstill counts as one. MassTransit waits up to 30 s between two attempts to reach the broker, and a bus that
    /// does not find it is started anew after 60 s. The machine may be busy besides.
    /// </summary>
    private static readonly TimeSpan StandstillMax = TimeSpan.FromSeconds(180);

    /// <summary>Time limit for one request of 1,000, behind 15 others, on a machine that others use too.</summary>
    private static readonly TimeSpan FloodMax = TimeSpan.FromMinutes(5);

    /// <summary>All services are in this one process. A hundred thousand take no more of it than twenty thousand.</summary>
    private const int FloodMiBMax = 640;

    /// <summary>Count of the alerts that come at once; HOLDFAST_TEST_FLOOD=20000 for a person with less time.</summary>
    private static int Flood { get; } =
        int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_TEST_FLOOD") ?? "100000", CultureInfo.InvariantCulture);

    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    [Trait("Category", "long")]
    public Task A_broker_that_is_gone_costs_no_alert_and_what_comes_over_HTTP_is_told_meanwhile() => IsGone(TimeSpan.FromSeconds(10));

    /// <summary>A bus is started anew after 60 s without its broker.</summary>
    [Fact]
    [Trait("Category", "long")]
    public Task So_it_is_when_the_bus_is_started_anew_meanwhile() => IsGone(TimeSpan.FromSeconds(75));

    private async Task IsGone(TimeSpan outage)
    {
        await using var rabbit = await Broker();
        await using var receiver = await Receiver.Start(200);
        await using var run = Start(rabbit);
        using var api = await Ready(run, receiver);
        await Raising.Raise(rabbit.Address, Targets("before", 200));
        await rabbit.Kill();
        Assert.Equal(HttpStatusCode.Accepted, await Post(api, Targets("during", 100)));
        await Told(receiver, "during", 100);
        using (var deaf = new TcpListener(IPAddress.Loopback, rabbit.Address.Port))
        {
            // As a machine that is too busy to say anything: whoever connects waits until its own limit.
            deaf.Start();
            await Task.Delay(outage, TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await rabbit.Start();
        await Told(receiver, "before", 200, rabbit, run);
        await Eventually.Holds(
            async () =>
            {
                try
                {
                    await Raising.Raise(rabbit.Address, Targets("after", 50));
                    return null;
                }
                catch (RabbitMQ.Client.Exceptions.RabbitMQClientException e)
                {
                    return e.Message;
                }
            },
            StandstillMax);
        await Told(receiver, "after", 50, rabbit, run);
    }

    [Fact]
    [Trait("Category", "heavy")]
    public async Task A_store_that_cannot_be_written_for_a_while_costs_no_alert_and_whoever_asks_hears_of_it()
    {
        await using var rabbit = await Broker();
        await using var receiver = await Receiver.Start(200);
        await using var run = Start(rabbit);
        using var api = await Ready(run, receiver);
        using var patient = Patient(api, TimeSpan.FromSeconds(60));
        using (var other = LockedState())
        {
            await Raising.Raise(rabbit.Address, Targets("locked", 200));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await Post(patient, Targets("refused", 1)));
            await Task.Delay(Locked, TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.Empty(Raising.Told(receiver, "locked"));
        }

        await Told(receiver, "locked", 200);
        Assert.Equal(HttpStatusCode.Accepted, await Post(api, Targets("refused", 1)));
        await Told(receiver, "refused", 1);
    }

    [Fact]
    [Trait("Category", "long")]
    public async Task A_flood_of_alerts_at_once_is_told_to_its_end_and_takes_a_bounded_memory()
    {
        var (overBus, overHttp) = (Flood / 5, Flood - (Flood / 5));
        await using var rabbit = await Broker();
        await using var receiver = await Receiver.Start(200);
        await using var run = Start(rabbit);
        using var api = await Ready(run, receiver, concurrency: 64);
        using var patient = Patient(api, FloodMax);
        var raising = Task.WhenAll(
            Targets("bus", overBus).Chunk(Math.Max(1, overBus / 8)).Select(targets => Raising.Raise(rabbit.Address, targets)));
        await Parallel.ForEachAsync(Targets("http", overHttp).Chunk(1000), new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (targets, _) => Assert.Equal(HttpStatusCode.Accepted, await Post(patient, targets)));
        await raising;
        await Told(receiver, "bus", overBus, rabbit, run);
        await Told(receiver, "http", overHttp, rabbit, run);
        Assert.InRange(PeakMiB(run.Mark.Pid), 1, FloodMiBMax);
    }

    private static IEnumerable<string> Targets(string prefix, int count) => Enumerable.Range(0, count).Select(i => $"{prefix}-{i}");

    private static async Task<Rabbit> Broker()
    {
        Assert.SkipWhen(Rabbit.Missing is not null, Rabbit.Missing ?? "");
        var rabbit = new Rabbit();
        await rabbit.Start();
        return rabbit;
    }

    private HoldfastProcess Start(Rabbit rabbit) =>
        HoldfastProcess.Run(_directory.Location, "--no-fleet", "--rabbitmq", rabbit.Address.OriginalString);

    private static async Task<Api> Ready(HoldfastProcess run, Receiver receiver, int concurrency = 8)
    {
        var api = await run.Ready();
        var channel = new JsonObject
        {
            ["name"] = "ops", ["kind"] = "webhook", ["concurrency"] = concurrency, ["webhook"] = new JsonObject { ["url"] = receiver.Url },
        };
        Assert.Equal(HttpStatusCode.Created, (await api.Post("/api/v1/channels", channel)).Status);
        return api;
    }

    /// <summary>A client for answers that take long.</summary>
    private Api Patient(Api api, TimeSpan max)
    {
        var patient = new Api(api.Http.BaseAddress!.OriginalString, File.ReadAllText(_directory.File("token")).Trim());
        patient.Http.Timeout = max;
        return patient;
    }

    private static async Task<HttpStatusCode> Post(Api api, IEnumerable<string> targets)
    {
        var alerts = new JsonArray([.. targets.Select(t => new JsonObject
        {
            ["event"] = "oms_host_down", ["target"] = t, ["summary"] = "s", ["region"] = "r",
        })]);
        return (await api.Post("/api/v1/alerts", alerts)).Status;
    }

    /// <summary>
    /// Waits until each of them was delivered, and each under one key however often it came. The machine may take long, as long as more and
    /// more are delivered. When no more are, those that still wait with the broker tell lost ones from late ones.
    /// </summary>
    private static async Task Told(
        Receiver receiver, string prefix, int count, Rabbit? rabbit = null, HoldfastProcess? run = null)
    {
        var (told, since) = (0, TimeProvider.System.GetTimestamp());
        while (Raising.Told(receiver, prefix + "-").Count is var now && now < count)
        {
            (told, since) = now == told ? (told, since) : (now, TimeProvider.System.GetTimestamp());
            if (TimeProvider.System.GetElapsedTime(since) > StandstillMax)
            {
                Assert.Fail($"{told} of {count} were told, and none in the last {StandstillMax.TotalSeconds} s. "
                    + (rabbit is null ? "" : $"With the broker: {await rabbit.Waiting()}\n")
                    + string.Join('\n', run?.Output.Split('\n').TakeLast(60) ?? []));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        Assert.All(Raising.Told(receiver, prefix + "-"), target => Assert.Single(target.Select(r => r.Key).Distinct()));
    }

    /// <summary>Somebody holds the file's write lock until this is disposed of.</summary>
    private SqliteConnection LockedState()
    {
        using (var library = new ServiceCollection().AddSqliteState(_directory.File("other")).BuildServiceProvider())
        {
            library.GetRequiredService<IDocumentStore>(); // It makes SQLite's library known to this process.
        }

        var connection = new SqliteConnection($"Data Source={_directory.File("holdfast.db")};Pooling=False");
        connection.Open();
        using var begin = connection.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE";
        begin.ExecuteNonQuery();
        return connection;
    }

    private static int PeakMiB(int pid) => int.Parse(
        File.ReadLines($"/proc/{pid}/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(':')[1].Replace("kB", ""),
        CultureInfo.InvariantCulture) / 1024;
}
