using Holdfast.Alerting.Api;
using Holdfast.Alerting.Config;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.State;
using Holdfast.Alerting.Watch;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using Holdfast.Platform.State.Sqlite;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Alerting.Tests;

/// <summary>
/// A real store in a directory of its own, a bus in memory, a clock that a test moves, and as many replicas as wanted.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    private readonly ServiceProvider _provider;
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-alerting-").FullName;
    private readonly IBusControl _bus = Bus.Factory.CreateUsingInMemory(_ => { });
    private readonly List<DeliveryLoop> _loops = [];
    private readonly List<TickLoop> _others = [];

    internal World()
    {
        Time = new ManualTime(Some.T0);
        _provider = new ServiceCollection().AddSingleton<TimeProvider>(Time).AddSqliteState(_directory)
            .BuildServiceProvider();
        var store = Store = _provider.GetRequiredService<IDocumentStore>();
        Alerts = store.Open(AlertingCollections.Alerts);
        Deliveries = store.Open(AlertingCollections.Deliveries);
        Channels = store.Open(AlertingCollections.Channels);
        Versions = store.Open(AlertingCollections.Thresholds);
        Thresholds = new Thresholds(Versions, Time);
        Silences = store.Open(AlertingCollections.Silences);
        Health = store.Open(AlertingCollections.ChannelHealths);
        ChannelHealth = new ChannelHealthStore(Health, Time);
        Waits = new AcceptLatency(Time);
        var own = Over();
        (AlertStore, DeliveryStore, Planner, Intake) = (own.Alerts, own.Deliveries, own.Planner, own.Intake);
        OperatorActions = new OperatorActions(Planner, AlertStore, DeliveryStore, Time);
    }

    internal ManualTime Time { get; }
    internal IDocumentStore Store { get; }
    internal IDocuments<Alert> Alerts { get; }
    internal IDocuments<Delivery> Deliveries { get; }
    internal IDocuments<ChannelDefinition> Channels { get; }
    internal IDocuments<ThresholdsVersion> Versions { get; }
    internal Thresholds Thresholds { get; }
    internal IDocuments<Silence> Silences { get; }
    internal IDocuments<ChannelHealth> Health { get; }
    internal DeliveryStore DeliveryStore { get; }
    internal ChannelHealthStore ChannelHealth { get; }
    internal AcceptLatency Waits { get; }
    internal AlertStore AlertStore { get; }
    internal DeliveryPlanner Planner { get; }
    internal AlertIntake Intake { get; }
    internal OperatorActions OperatorActions { get; }

    internal static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal sealed record Pipeline(AlertStore Alerts, DeliveryStore Deliveries, DeliveryPlanner Planner, AlertIntake Intake);

    /// <summary>Makes a pipeline that takes alerts and plans deliveries, over this world's documents or over some that fail.</summary>
    internal Pipeline Over(IDocuments<Alert>? alerts = null, IDocuments<Delivery>? deliveries = null)
    {
        var store = new AlertStore(alerts ?? Alerts, Time);
        var book = new DeliveryStore(deliveries ?? Deliveries, Time);
        var contexts = new PipelineContexts(Channels, Silences, Thresholds, Time);
        var planner = new DeliveryPlanner(store, book, contexts, Time);
        var intake = new AlertIntake(
            new AlertWriter(store, Time), planner, contexts, Waits, Time, NullLogger<AlertIntake>.Instance);
        return new Pipeline(store, book, planner, intake);
    }

    internal async Task<ChannelStanding> StandingOf(string channel) =>
        (await new ChannelStandings(ChannelHealth, Channels, Deliveries).All(Cancel)).Single(s => s.Channel == channel);

    internal async Task<Alert> Raise(AlertRaised raised) => (await Intake.Accept(raised, null, Cancel)).Alert;

    internal async Task<IReadOnlyList<Delivery>> AllDeliveries() =>
        [.. (await Deliveries.Query(DocumentQuery<Delivery>.All.OrderBy(d => d.CreatedAt).Take(1000), Cancel))
            .Items.Select(d => d.Document)];

    internal async Task<Alert> Find(string id) => (await Alerts.Find(id, Cancel))!.Value.Document;

    internal async Task<DeliveryLoop> StartReplica()
    {
        var loop = NewReplica();
        await _bus.StartAsync(Cancel);
        await loop.StartAsync(Cancel);
        return loop;
    }

    /// <summary>One that delivers nothing: it was not started.</summary>
    internal DeliveryLoop NewReplica()
    {
        var kinds = new ChannelKinds(new Settings(), Time, NullLoggerFactory.Instance);
        var attempts = new DeliveryAttempt(AlertStore, Planner, DeliveryStore, ChannelHealth, new MessagePublisher(_bus, Time), Time,
            NullLogger<DeliveryAttempt>.Instance);
        var order = new OrderCheck(Planner, DeliveryStore, NullLogger<OrderCheck>.Instance);
        var loop = new DeliveryLoop(
            new OpenChannels(Channels, kinds), new DeliveryClaims(AlertStore, DeliveryStore, ChannelHealth, order, Time), attempts,
            Waits, Time, NullLogger<DeliveryLoop>.Instance);
        _loops.Add(loop);
        return loop;
    }

    internal async Task<AlertSweep> StartSweep()
    {
        var sweep = new AlertSweep(Planner, Alerts, Deliveries, Time, NullLogger<AlertSweep>.Instance);
        _others.Add(sweep);
        await sweep.StartAsync(Cancel);
        return sweep;
    }

    /// <summary>As of a process that starts now; a test ticks it.</summary>
    internal AheadWatch NewAheadWatch()
    {
        var watch = new AheadWatch(
            Planner, DeliveryStore, new ClockedState(Alerts, Deliveries, Channels, Health, Silences), Time,
            NullLogger<AheadWatch>.Instance);
        _others.Add(watch);
        return watch;
    }

    internal async Task StartWatch(DeliveryLoop loop)
    {
        var watch = new ChannelWatch(ChannelHealth, Channels, Intake, loop, Time, NullLogger<ChannelWatch>.Instance);
        _others.Add(watch);
        await watch.StartAsync(Cancel);
    }

    /// <summary>Lets the clock run until it holds; fails after 30 real seconds.</summary>
    internal async Task Until(Func<Task<bool>> holds, TimeSpan? step = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(30),
                "it did not come to hold in time");
            Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Lets the clock run until the last replica's loop has ticked so many times.</summary>
    internal async Task Ticks(int count)
    {
        for (var tick = 0; tick < count; tick++)
        {
            Time.Advance(TimeSpan.FromMilliseconds(100));
            await Until(() => Task.FromResult(_loops[^1].TickedAgo < TimeSpan.FromMilliseconds(100)));
        }
    }

    internal Task UntilDelivery(Func<Delivery, bool> holds, TimeSpan? step = null) =>
        Until(async () => (await AllDeliveries()).Any(holds), step);

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _others.Concat(_loops))
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await loop.StopAsync(now.Token).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
            loop.Dispose();
        }

        await _bus.StopAsync(CancellationToken.None);
        await _provider.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
