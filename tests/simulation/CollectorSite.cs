using System.Buffers;
using Holdfast.Heartbeat;
using Holdfast.Heartbeat.Api;
using Holdfast.Heartbeat.Assignments;
using Holdfast.Heartbeat.Batches;
using Holdfast.Heartbeat.Intake;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Logs;
using Holdfast.Heartbeat.Persistence;
using Holdfast.Heartbeat.Registry;
using Holdfast.Platform.Bus;
using Holdfast.Supervisor.Heartbeats;
using Holdfast.Supervisor.Setup;
using MassTransit;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Simulation.Tests;

/// <summary>A heartbeat replica: the real module over the world's store, bus and clock. Only Kestrel is left out.</summary>
internal sealed class CollectorSite(World world, string name, Machine machine) : Site(world, name, machine)
{
    private ReportIntake? _intake;
    private Replies? _replies;
    private ComponentPlacedConsumer? _placed;
    private HostAdmittedConsumer? _admitted;
    private HostForgottenConsumer? _forgotten;
    private HaConfigChangedConsumer? _config;
    private BatchesHeardConsumer? _heard;
    private HostEndpoint? _hosts;
    private TimeProvider? _clock;

    protected override void Live(Proc proc)
    {
        _clock = new ProcClock(World.Time, proc);
        var settings = new Platform.Settings { Profile = World.Shape.Profile, Instance = Name };
        var bus = SimulatedBus.Of(Publish);
        var services = new ServiceCollection().AddLogging().AddSingleton(_clock).AddSingleton(settings).AddSingleton(bus)
            .AddSingleton<MessagePublisher>().AddSingleton<IDocumentStore>(Store);
        new HeartbeatModule().AddServices(services, settings);
        services.AddSingleton(p => new CollectorHealth(settings, p.GetRequiredService<CurrentTerms>(), _clock,
            p.GetRequiredService<WakeHosts>(), NullLogger<CollectorHealth>.Instance) { Id = proc.Name });
        services.AddSingleton<ComponentPlacedConsumer>().AddSingleton<HostAdmittedConsumer>().AddSingleton<HaConfigChangedConsumer>()
            .AddSingleton<HostForgottenConsumer>().AddSingleton<BatchesHeardConsumer>();
        var provider = services.BuildServiceProvider();
        _intake = provider.GetRequiredService<ReportIntake>();
        _replies = provider.GetRequiredService<Replies>();
        _placed = provider.GetRequiredService<ComponentPlacedConsumer>();
        _admitted = provider.GetRequiredService<HostAdmittedConsumer>();
        _hosts = provider.GetRequiredService<HostEndpoint>();
        _forgotten = provider.GetRequiredService<HostForgottenConsumer>();
        _config = provider.GetRequiredService<HaConfigChangedConsumer>();
        _heard = provider.GetRequiredService<BatchesHeardConsumer>();
        // Nobody reads logs here: asking the store for what is never there would only make the runs longer.
        foreach (var loop in provider.GetServices<IHostedService>().OfType<TickLoop>().Where(loop => loop is not LogsLoop))
        {
            Drive(loop, proc, _clock);
        }

        Beat("heartbeat", settings, bus, proc, _clock);
    }

    internal override Task Consume(object message) => message switch
    {
        ComponentPlaced placed => _placed!.Consume(Consumed<ComponentPlaced>.Of(placed)),
        HostAdmitted admitted => _admitted!.Consume(Consumed<HostAdmitted>.Of(admitted)),
        HostForgotten forgotten => _forgotten!.Consume(Consumed<HostForgotten>.Of(forgotten)),
        HaConfigChanged changed => _config!.Consume(Consumed<HaConfigChanged>.Of(changed)),
        BatchesHeard heard => World.Mutation.ConfirmsAreHearing ? Task.CompletedTask : _heard!.Consume(Consumed<BatchesHeard>.Of(heard)),
        _ => throw new NotSupportedException(message.ToString()),
    };

    private async Task Publish(object message, CancellationToken cancel)
    {
        if (!World.Mutation.LetsOut(message, this))
        {
            throw new TimeoutException("it says nothing");
        }

        await World.Broker.Publish(this, message, cancel);
        if (World.Mutation.ConfirmsAreHearing && message is HeartbeatReported batch)
        {
            _heard!.Hear(new BatchesHeard
            {
                Replica = "", Regions = [], Collectors = [new CollectorHeard(batch.Collector, batch.Sequence)], At = batch.WindowEnd,
            });
        }
    }

    /// <summary>One PATCH /api/v1/hosts/{id}; false when it was refused.</summary>
    internal async Task<bool> Set(string host, JsonObject change)
    {
        var result = await _hosts!.Change(host, JsonSerializer.SerializeToElement(change), CancellationToken.None);
        return result is IStatusCodeHttpResult { StatusCode: null or (>= 200 and < 300) };
    }

    internal DateTimeOffset WallClock => _clock!.GetUtcNow();

    /// <summary>Runs in the process: one POST /api/v1/heartbeats.</summary>
    internal void Hear(HostReport report, TimeSpan wait, Action<HeartbeatOutcome> answer)
    {
        if (OverTheWire(ref report) is { } broken)
        {
            answer(broken);
            return;
        }

        if (World.Mutation.NamesAreTheOrder && World.Truth.IsNamedBelow(report))
        {
            answer(new HeartbeatOutcome.Refused(409, new Problem("HB-203", null, "a newer life is known by its name", null)));
            return;
        }

        var heard = _intake!.Hear(report);
        if (heard.Fault is { } fault)
        {
            answer(new HeartbeatOutcome.Refused(fault.Status, new Problem(fault.Code, fault.Title, fault.Detail, fault.Workaround)));
            return;
        }

        if (heard.Reply!.Applied)
        {
            World.Truth.Accepted(report);
        }

        if (wait <= TimeSpan.Zero || !heard.MayBeHeld)
        {
            answer(Reply(heard.Reply));
            return;
        }

        var held = _replies!.BeginHold(heard, wait);
        if (held.AtOnce is { } reply)
        {
            answer(Reply(reply));
            return;
        }

        var isAnswered = false;
        held.News.GetAwaiter().OnCompleted(Answer);
        Proc!.After(held.Limit, Answer);

        void Answer()
        {
            if (!isAnswered)
            {
                isAnswered = true;
                answer(Reply(_replies.Of(heard)));
            }
        }
    }

    /// <summary>Writes and reads the report as on the line, where components say hostile words; null: it is taken.</summary>
    private HeartbeatOutcome.Refused? OverTheWire(ref HostReport report)
    {
        if (report.Components is not { } components || World.HostileWords.Count == 0)
        {
            return null;
        }

        var isBroken = components.Any(c => ComponentRules.Broken(c) is not null);
        World.Count(isBroken ? "reports with hostile words" : "reports beside hostile words");
        if (isBroken && World.Mutation.ReportsAreTakenWhole)
        {
            return new HeartbeatOutcome.Refused(400, new Problem("HB-103", "", "a component breaks the rules", ""));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Default.HostReport);
        var heard = HeartbeatWire.Parse(new ReadOnlySequence<byte>(body));
        report = heard.Report ?? report;
        return heard.Fault is { } fault
            ? new HeartbeatOutcome.Refused(fault.Status, new Problem(fault.Code, fault.Title, fault.Detail, fault.Workaround))
            : null;
    }

    private static HeartbeatOutcome Reply(HeartbeatReply reply) => HeartbeatClient.Fault(reply) is { } fault
        ? new HeartbeatOutcome.Senseless(fault)
        : new HeartbeatOutcome.Reply(reply);
}
