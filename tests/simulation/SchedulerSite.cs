using System.Text.Json.Nodes;
using Holdfast.Contracts;
using Holdfast.HaScheduler;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
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
        var settings = new Settings { Profile = World.Mutation.Believed(World.Shape.Profile), Instance = Name };
        var bus = SimulatedBus.Of((message, cancel) => World.Broker.Publish(this, message, cancel));
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(clock).AddSingleton(settings)
            .AddSingleton(bus).AddSingleton<IDocumentStore>(Store);
        new HaSchedulerModule().AddServices(services, settings);
        services.AddSingleton<HeartbeatReportedConsumer>();
        _services = services.BuildServiceProvider();
        World.Mutation.SchedulerStarts(this, proc);
        foreach (var loop in _services.GetServices<IHostedService>().OfType<TickLoop>())
        {
            Drive(loop, proc, clock);
        }
    }

    internal override async Task Consume(object message)
    {
        var batch = World.Mutation.Passes((HeartbeatReported)message);
        await Get<HeartbeatReportedConsumer>().Consume(Consumed<HeartbeatReported>.Of(batch));
        var fleet = Get<LivenessFeed>().Fleet;
        World.Truth.Heard(batch.Reports.Where(r => r.Components is not null
            && ReferenceEquals(fleet.Find(r.Host)?.Components, r.Components)));
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

    internal Decided? Latest(string @object) =>
        Get<Why>().Latest(@object) is { } d ? new Decided(d.Code, d.Sentence, d.Code != Reason.Healthy.Code && d.Code != "act") : null;

    internal async Task<bool> Create(string task, string region) => (await Get<TaskOperations>().Create(new NewTask
    {
        Name = task,
        Type = "migration",
        Region = region,
        Source = new NewTaskSource("mysql", null),
        IncrSync = new NewTaskComponent(["incr-sync", task], null),
    }, CancellationToken.None)).Fault is null or { Code: "HA-105" };

    internal async Task<bool> Set(string task, bool runs) => (await Get<TaskOperations>().Set(
        task, runs ? HaScheduler.TaskStatus.Running : HaScheduler.TaskStatus.Suspended, CancellationToken.None)).Fault is null;

    internal async Task<bool> Configure(string key, JsonNode value)
    {
        var store = Get<HaConfigStore>();
        var merged = HaConfigRules.Merge(store.Current, new JsonObject { [key] = value });
        return merged.Fault is null && await store.Change(merged.Value!, "operator", CancellationToken.None);
    }

    internal bool Confirm(string region) => Get<BrakeBoard>().Confirm(region, "operator");

    private T Get<T>() where T : notnull => _services!.GetRequiredService<T>();
}

/// <summary>What the scheduler says of an object now; <paramref name="IsReason"/>: why nothing was done.</summary>
internal readonly record struct Decided(string Code, string Sentence, bool IsReason);
