using Holdfast.Platform.Bus;
using Holdfast.Contracts.Views;
using Holdfast.Platform.Http;
using Holdfast.Rules.StoreManager;
using Holdfast.StoreManager;
using Holdfast.StoreManager.Api;
using Holdfast.StoreManager.Config;
using Holdfast.StoreManager.DecisionLog;
using Holdfast.StoreManager.Feed;
using Holdfast.StoreManager.Operations;
using Holdfast.StoreManager.Pass;
using Holdfast.StoreManager.State;
using Holdfast.StoreManager.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// A replica of the store manager: the real module over the world's store, bus and clock. All that the simulator knows of
/// its classes is in this file and in <see cref="StoreWatch"/>.
/// </summary>
internal sealed class ManagerSite(World world, string name, Machine machine) : Site(world, name, machine)
{
    private ServiceProvider? _services;

    protected override void Live(Proc proc)
    {
        var clock = new ProcClock(World.Time, proc);
        var settings = new Settings
        {
            Profile = World.Mutation.Manages(World.Shape.Profile), Instance = Name, Broker = new Uri("amqp://broker"),
        };
        var bus = SimulatedBus.Of((message, cancel) => World.Broker.Publish(this, message, cancel));
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddSingleton(settings)
            .AddSingleton(bus).AddSingleton<MessagePublisher>().AddSingleton<IDocumentStore>(Store);
        new StoreManagerModule().AddServices(services, settings);
        services.AddSingleton(new Partition { Me = proc.Name });
        services.AddSingleton<StoreRequestedConsumer>().AddSingleton<HeartbeatReportedConsumer>().AddSingleton<HostDownConsumer>()
            .AddSingleton<StoreSuspectedConsumer>().AddSingleton<HostsAvoidedConsumer>().AddSingleton<HostForgottenConsumer>()
            .AddSingleton<HostRecoveredConsumer>().AddSingleton<HaConfigChangedConsumer>().AddSingleton<SubtopicsChangedConsumer>();
        _services = services.BuildServiceProvider();
        World.Stores!.Told.Began(this);
        Get<ReplicaLoop>().Listen();
        foreach (var loop in _services.GetServices<IHostedService>().OfType<TickLoop>())
        {
            Drive(loop, proc, clock);
        }

        Beat("store-manager", settings, bus, proc, clock);
    }

    internal override async Task Consume(object message)
    {
        switch (message)
        {
            case StoreRequested requested:
                await Get<StoreRequestedConsumer>().Consume(Consumed<StoreRequested>.Of(requested));
                break;
            case ConfiguredStoreRequested requested:
                await Get<StoreRequestedConsumer>().Consume(Consumed<ConfiguredStoreRequested>.Of(requested));
                break;
            case HeartbeatReported heard:
                await Get<HeartbeatReportedConsumer>().Consume(Consumed<HeartbeatReported>.Of(World.Mutation.Managers(heard)));
                break;
            case HostsAvoided avoided:
                await Get<HostsAvoidedConsumer>().Consume(Consumed<HostsAvoided>.Of(avoided));
                break;
            case StoreSuspected suspected:
                await Get<StoreSuspectedConsumer>().Consume(Consumed<StoreSuspected>.Of(suspected));
                break;
            case HostDown down:
                await Get<HostDownConsumer>().Consume(Consumed<HostDown>.Of(down));
                break;
            case HostRecovered recovered:
                await Get<HostRecoveredConsumer>().Consume(Consumed<HostRecovered>.Of(recovered));
                break;
            case HostForgotten forgotten:
                await Get<HostForgottenConsumer>().Consume(Consumed<HostForgotten>.Of(forgotten));
                break;
            case HaConfigChanged changed:
                var said = changed with { Config = World.Mutation.Manages(changed.Config) };
                await Get<HaConfigChangedConsumer>().Consume(Consumed<HaConfigChanged>.Of(said));
                World.Stores!.Told.Heard(this, changed.Version);
                break;
            case SubtopicsChanged changed:
                await Get<SubtopicsChangedConsumer>().Consume(Consumed<SubtopicsChanged>.Of(changed));
                break;
            default:
                throw new NotSupportedException(message.ToString());
        }
    }

    protected override void Ticked(TickLoop loop)
    {
        if (loop is StoreLoop)
        {
            World.Count("passes of the store manager");
            World.Stores!.Passed(this);
        }
    }

    internal bool IsReady => Proc is { Runs: true } && _services is not null && Get<Subtopics>().Loaded;

    internal bool Looks(string subtopic) => Get<SubtopicViews>().IsMine(subtopic);

    /// <summary>Time that has passed while batches came, in this life.</summary>
    internal TimeSpan Feed => Get<HostsHeard>().Moment().Feed;

    internal StoreDecisionRecord? Latest(string subtopic) => Get<StoreDecisionLog>().Latest(subtopic);

    /// <summary>Describes its view of a subtopic: each Store's health and from where it serves, each consumer's position.</summary>
    internal string Seen(string subtopic) => Get<SubtopicViews>().Find(subtopic, Get<HostsHeard>().Moment()) is { } view
        ? string.Join(", ", view.Stores.Select(s => $"{s.Store.Name} {s.Health} {s.Begin}-{s.End}{Said(s.Store.Name)}")
            .Concat(view.Consumers.Select(c => $"{c.Task} at {c.Position}{(c.IsVisible ? "" : " (not heard)")}")))
        : "nothing";

    private string Said(string store) => Get<HostsHeard>().Reports.Store(store)?.Report is { } last
        ? $" (last said {last.State} {last.Error}, silent for {last.SilentSeconds ?? 0} s)" : " (never listed)";

    /// <summary>GET /api/v1/stores/resolve: the Store's name; null: refused.</summary>
    internal string? Resolve(LogRead log, long position)
    {
        var result = StoreQuestions.Resolve(Get<Subtopics>(), Get<SubtopicViews>(), Get<HostsHeard>(), log.Subtopic, position,
            Logs.Exactly(position), log.Source);
        World.Count(result is IStatusCodeHttpResult { StatusCode: 200 } ? "Stores found" : "Stores not found");
        return (result as IValueHttpResult)?.Value is ResolvedStore found ? found.Store : null;
    }

    /// <summary>Gives people's order about one Store; false when it was refused.</summary>
    internal async Task<bool> Order(FaultKind kind, string name, int force)
    {
        var (operations, cancel) = (Get<StoreOperations>(), CancellationToken.None);
        var done = kind switch
        {
            FaultKind.StorePaused => await operations.Pause(name, "operator", null, cancel),
            FaultKind.StoreStarted => await operations.Start(name, "operator", null, cancel),
            FaultKind.StoreDeleted => await operations.Delete(name, name, "operator", null, cancel),
            FaultKind.StoreConfigured =>
                await operations.Configure(name, new StoreConfiguration(["store", $"{force}"], null), "operator", cancel),
            _ => throw new NotSupportedException(kind.ToString()),
        };
        World.Count(done.Fault is { } fault ? "orders refused: " + fault.Code : "orders: " + kind);
        return done.Fault is null;
    }

    internal async Task<bool> Add(string subtopic, bool force)
    {
        var done = await Get<StoreOperations>().Add(new NewStore { Subtopic = subtopic, Force = force }, "operator",
            CancellationToken.None);
        World.Count(done.Fault is { } fault ? "orders refused: " + fault.Code : "orders: AddStore");
        return done.Fault is null;
    }

    internal async Task<bool> SetThreshold(string subtopic, int? threshold)
    {
        var done = await Get<StoreOperations>().Set(subtopic, new SubtopicSettings(threshold), CancellationToken.None);
        World.Count(done.Fault is { } fault ? "orders refused: " + fault.Code : "orders: SetThreshold");
        return done.Fault is null;
    }

    private T Get<T>() where T : notnull => _services!.GetRequiredService<T>();
}
