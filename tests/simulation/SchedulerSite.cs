using Holdfast.Contracts.Views;
using Holdfast.HaScheduler.Api;
using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.DecisionLog;
using Holdfast.HaScheduler.Feed;
using Holdfast.HaScheduler.Findings;
using Holdfast.HaScheduler.Leaders;
using Holdfast.HaScheduler.Operations;
using Holdfast.HaScheduler.Pass;
using Holdfast.HaScheduler.Publishing;
using Holdfast.HaScheduler.State;
using Holdfast.Platform.Bus;
using Holdfast.Platform.Http;
using Holdfast.Rules.HaScheduler.Operations;
using Holdfast.Rules.HaScheduler.Pass;
using Holdfast.Rules.HaScheduler.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// A scheduler replica: the real module over the world's store, bus and clock. All that the simulator knows of the
/// scheduler's classes is in this file and in <see cref="ClusterWatch"/>.
/// </summary>
internal sealed class SchedulerSite(World world, string name, Machine machine) : Site(world, name, machine)
{
    private ServiceProvider? _services;

    protected override void Live(Proc proc)
    {
        var clock = new ProcClock(World.Time, proc);
        var settings = new Settings { Profile = World.Mutation.Believed(World.Shape.Profile), Instance = Name, ReplayMb = 0 };
        var bus = SimulatedBus.Of((message, cancel) => World.Broker.Publish(this, World.Mutation.Says(message, this), cancel));
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddSingleton(settings)
            .AddSingleton(bus).AddSingleton<MessagePublisher>().AddSingleton<IDocumentStore>(Store)
            .AddSingleton(new BootClock(new ProcClock(World.Time, proc, countsSuspensions: true)));
        new HaSchedulerModule().AddServices(services, settings);
        services.AddSingleton<HeartbeatReportedConsumer>().AddSingleton<SchedulerStateChangedConsumer>()
            .AddSingleton<HaConfigChangedConsumer>().AddSingleton<HaConfigAskedConsumer>().AddSingleton<StorePlacedConsumer>();
        if (!World.Mutation.WaitsUntilTold)
        {
            services.AddSingleton<ReadableFor>(() => TimeSpan.MaxValue);
        }

        services.AddSingleton(p => new ComponentOperations(p.GetRequiredService<Cluster>(), p.GetRequiredService<SightBoard>(),
            p.GetRequiredService<PassTrigger>(), clock) { NewId = World.NewGuid });
        _services = services.BuildServiceProvider();
        World.Mutation.SchedulerStarts(this, proc);
        foreach (var loop in _services.GetServices<IHostedService>().OfType<TickLoop>())
        {
            Drive(loop, proc, clock);
        }

        Beat("ha-scheduler", settings, bus, proc, clock);
    }

    internal override async Task Consume(object message)
    {
        switch (message)
        {
            case HeartbeatReported heard:
                await Hear(heard, World.Mutation.Passes(heard, this));
                break;
            case SchedulerStateChanged changed:
                await Get<SchedulerStateChangedConsumer>().Consume(Consumed<SchedulerStateChanged>.Of(changed));
                break;
            case HaConfigChanged changed:
                await Get<HaConfigChangedConsumer>().Consume(Consumed<HaConfigChanged>.Of(changed));
                break;
            case HaConfigAsked asked:
                await Get<HaConfigAskedConsumer>().Consume(Consumed<HaConfigAsked>.Of(asked));
                break;
            case StorePlaced placed:
                await Get<StorePlacedConsumer>().Consume(Consumed<StorePlaced>.Of(placed));
                break;
            default:
                throw new NotSupportedException(message.ToString());
        }
    }

    private async Task Hear(HeartbeatReported said, HeartbeatReported batch)
    {
        await Get<HeartbeatReportedConsumer>().Consume(Consumed<HeartbeatReported>.Of(batch));
        var fleet = Get<LivenessFeed>().Fleet;
        World.Truth.Heard(this, said.Reports.Where((_, i) => batch.Reports[i] is { Components: { } components, Host: var host }
            && ReferenceEquals(fleet.Find(host)?.Components, components)));
    }

    protected override void Ticked(TickLoop loop)
    {
        if (loop is InspectionLoop)
        {
            World.Passed(this);
        }
    }

    internal bool IsReady => Proc is { Runs: true } && _services is not null && Get<Cluster>().Loaded;

    internal HaConfig Config => Get<HaConfigStore>().Current;

    internal bool Leads(string region) => IsReady && Get<Leadership>().Leads(region);

    /// <summary>Decides once more from what this pass has just looked at, for all regions.</summary>
    internal (Snapshot Seen, IReadOnlyList<Decision> Decisions)? DecideAgain() => Get<LatestPass>().Snapshot is { } seen
        ? (seen, Decider.Decide(seen, Config))
        : null;

    /// <summary>Since the feed broke off last, as it sees it.</summary>
    internal TimeSpan CompleteFor => Get<LivenessFeed>().CompleteFor;

    /// <summary>The last report of the host that counts here; null: none has been heard.</summary>
    internal HostReport? LastOf(string host) => Get<LivenessFeed>().Fleet.Find(host)?.Report;

    internal Decided? Latest(string @object) =>
        Get<SchedulerDecisionLog>().Latest(@object) is { } d
            ? new Decided(d.Code, d.Sentence, d.Code != Reason.Healthy.Code && d.Code != "act") : null;

    /// <summary>An order for one component; false when it was refused.</summary>
    internal async Task<bool> Give(string kind, string task, string? target)
    {
        var order = new Order(kind, Components: [Registration.IncrSyncId(task)], TargetHost: target, By: "operator");
        var opened = await Get<ComponentOperations>().Open(order, CancellationToken.None);
        World.Count(opened.Fault is { } fault ? "orders refused: " + fault.Code : "orders: " + kind);
        return opened.Fault is null;
    }

    /// <summary>Tries one of the tickets that are not over once more, or skips it.</summary>
    internal async Task Attend(int which, bool skips)
    {
        var open = Get<Cluster>().Tickets.All.Where(t => t.IsManual && (skips ? t.IsOpen : t.Status == TicketStatus.Failed))
            .OrderBy(t => t.Id, StringComparer.Ordinal).ToList();
        if (open.Count > 0)
        {
            var (id, tickets) = (open[which % open.Count].Id, Get<TicketOperations>());
            var after = await (skips ? tickets.Skip(id, null, "operator", CancellationToken.None)
                : tickets.Retry(id, null, CancellationToken.None));
            World.Count(after.Fault is { } fault ? "orders refused: " + fault.Code : skips ? "tickets skipped" : "tickets tried again");
        }
    }

    internal async Task<bool> Create(string task, string region)
    {
        var log = World.Logs?.Find(task);
        return (await Get<TaskOperations>().Create(new NewTask
        {
            Name = task,
            Type = log?.IsSynchronization == true ? "synchronization" : "migration",
            Region = region,
            Source = new NewTaskSource(log?.Source ?? "mysql", null, log?.Log),
            IncrSync = new NewTaskComponent(["incr-sync", task], null),
            Store = log is null ? null : new NewTaskComponent(["store", log.Source], null),
            ShareStore = log is { IsSynchronization: true, IsShared: false } ? false : null,
            StartTimestamp = log is null ? null : World.Logs!.Position(task),
        }, CancellationToken.None)).Fault is null or { Code: "HA-105" };
    }

    /// <summary>True when it is so, or when the task is over.</summary>
    internal async Task<bool> Set(string task, bool runs) => (await Get<TaskOperations>().Set(
        task, runs ? TaskIntent.Running : TaskIntent.Suspended, CancellationToken.None)).Fault
        is null or { Code: "HA-106" or "HA-112" };

    /// <summary>POST …/release, then DELETE, which is refused until all hosts have said that nothing of it is there.</summary>
    internal async Task Delete(string task)
    {
        await Get<TaskOperations>().Set(task, TaskIntent.Released, CancellationToken.None);
        Count((await Get<TaskEditing>().Delete(task, null, CancellationToken.None)).Fault, "tasks deleted");
    }

    /// <summary>PATCH; false when it was refused.</summary>
    internal async Task<bool> Change(string task, TaskChange change) =>
        Count((await Get<TaskEditing>().Change(task, change, null, CancellationToken.None)).Fault, "tasks changed");

    /// <summary>DELETE /api/v1/hosts/{id}; false when it was refused.</summary>
    internal async Task<bool> DeleteHost(string host)
    {
        var order = await Get<HostRemoval>().Order(host, host, CancellationToken.None);
        Get<InspectionLoop>().Hurry();
        return Count(order.Fault, "hosts deleted");
    }

    private bool Count(Contracts.Fault? fault, string done)
    {
        World.Count(fault is null ? done : "orders refused: " + fault.Code);
        return fault is null;
    }

    internal async Task<bool> Configure(JsonObject change)
    {
        var store = Get<HaConfigStore>();
        var held = await store.Load(CancellationToken.None);
        var merged = store.Merge(held, change);
        if (merged.Fault is { } fault)
        {
            // By a mutated belief a sound change may be refused.
            return !ReferenceEquals(World.Mutation, Mutation.None) ? true
                : throw new InvalidOperationException($"ha.config was refused: {fault.Code} {fault.Detail} {change}");
        }

        return await store.Change(held, merged.Value!.Config, "operator", null, CancellationToken.None);
    }

    internal Task<bool> Confirm(string region) => Get<BrakeBoard>().Confirm(region, "operator", CancellationToken.None);

    private T Get<T>() where T : notnull => _services!.GetRequiredService<T>();
}

/// <summary>The scheduler's words about an object now; <paramref name="IsReason"/>: why nothing was done.</summary>
internal readonly record struct Decided(string Code, string Sentence, bool IsReason);
