using Holdfast.Alerting;
using Holdfast.Alerting.Channels;
using Holdfast.Alerting.Config;
using Holdfast.Alerting.Deliver;
using Holdfast.Alerting.Ingest;
using Holdfast.Alerting.Measures;
using Holdfast.Alerting.Silences;
using Holdfast.Alerting.Watch;
using Holdfast.Platform.Bus;
using Holdfast.Contracts.Views;
using Holdfast.Platform.Http;
using Holdfast.Rules.Alerting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// A replica of alerting: the real module over the world's store, bus and clock, with channels that the world models. All
/// that the simulator knows of its classes is in this file, in <see cref="Receiver"/> and in <see cref="AlertWatch"/>.
/// </summary>
internal sealed class AlerterSite(World world, string name, Machine machine) : Site(world, name, machine)
{
    private ServiceProvider? _services;
    private TimeProvider? _clock;

    protected override void Live(Proc proc)
    {
        var clock = _clock = new ProcClock(World.Time, proc);
        var settings = new Settings { Profile = World.Shape.Profile, Instance = Name, Broker = new Uri("amqp://broker") };
        var bus = SimulatedBus.Of((message, cancel) => World.Broker.Publish(this, message, cancel));
        var services = new ServiceCollection()
            .AddLogging(log => log.SetMinimumLevel(LogLevel.Warning).AddProvider(new Defects(World, this)))
            .AddSingleton(_clock).AddSingleton(settings).AddSingleton(bus).AddSingleton<MessagePublisher>()
            .AddSingleton<IDocumentStore>(Store);
        new AlertingModule().AddServices(services, settings);
        services.AddSingleton(new ChannelKinds(settings, clock, NullLoggerFactory.Instance)
        {
            Model = channel => new ModelledChannel(World, World.Receivers[channel.Name], channel, this, proc),
        });
        services.AddSingleton<AlertRaisedConsumer>().AddSingleton<ThresholdsChangedConsumer>().AddSingleton<ServiceBeatConsumer>();
        _services = services.BuildServiceProvider();
        foreach (var loop in _services.GetServices<IHostedService>().OfType<TickLoop>()
            .Where(loop => loop is not AlertingMeasures && World.Mutation.Ticks(loop)))
        {
            Drive(loop, proc, clock);
        }

        Beat("alerting", settings, bus, proc, clock);
    }

    internal override async Task Consume(object message)
    {
        switch (message)
        {
            case AlertRaised raised:
                var heard = Get<AlertRaisedConsumer>().Consume(Consumed<AlertRaised>.Of(raised));
                if (World.Mutation.AcknowledgesLast)
                {
                    await heard;
                }

                break;
            case ThresholdsChanged changed:
                await Get<ThresholdsChangedConsumer>().Consume(Consumed<ThresholdsChanged>.Of(changed));
                break;
            case ServiceBeat beat:
                await Get<ServiceBeatConsumer>().Consume(Consumed<ServiceBeat>.Of(beat));
                break;
            default:
                throw new NotSupportedException(message.ToString());
        }
    }

    internal bool IsReady => Proc is { Runs: true } && _services is not null;

    /// <summary>POST /api/v1/alerts; true: 202.</summary>
    internal async Task<bool> Raise(JsonElement body)
    {
        var life = Lives;
        var given = RaisedAlert.Read(body, _clock!.GetUtcNow(), Problems.Malformed);
        if (given.Fault is { } fault)
        {
            throw new InvalidOperationException($"alerts were refused: {fault.Code} {fault.Detail}");
        }

        await Get<AlertIntake>().AcceptMany(given.Value!, null, CancellationToken.None);
        Get<DeliveryLoop>().Hurry();
        World.Count("alerts accepted over HTTP", given.Value!.Count);
        given.Value!.ToList().ForEach(raised => World.Alerts!.Accepted(raised, this, life));
        return true;
    }

    internal async Task<bool> Silence(SilenceMatcher matcher, string reason)
    {
        var made = await Get<SilenceDirectory>().Create(new SilenceRequest
        {
            Matcher = matcher, Reason = reason, Owner = "operator", EndsAt = _clock!.GetUtcNow() + TimeSpan.FromHours(2),
        }, CancellationToken.None);
        return Did("silences", made.Fault);
    }

    /// <summary>False: the store had it otherwise.</summary>
    internal async Task<bool> EndSilence(string id) =>
        Did("silences ended", (await Get<SilenceDirectory>().End(id, CancellationToken.None)).Fault);

    internal async Task<bool> Switch(string channel, bool enabled)
    {
        var done = await Get<ChannelDirectory>().Switch(channel, enabled, CancellationToken.None);
        Get<DeliveryLoop>().HurryForChannels();
        return Did("channels switched", done.Fault);
    }

    internal async Task Resend(string alert)
    {
        Did("alerts told again by people", (await Get<OperatorActions>().Resend(alert, CancellationToken.None)).Fault);
        Get<DeliveryLoop>().Hurry();
    }

    internal async Task Revive()
    {
        World.Count("dead letters sent again", (await Get<OperatorActions>().ReviveAll([], CancellationToken.None)).Resent);
        Get<DeliveryLoop>().Hurry();
    }

    private bool Did(string what, Contracts.Fault? fault)
    {
        World.Count(fault is null ? "orders: " + what : "orders refused: " + fault.Code);
        return fault is null;
    }

    private T Get<T>() where T : notnull => _services!.GetRequiredService<T>();

    /// <summary>Finds what the product catches and writes into its log only: what could not be asked, or a defect.</summary>
    private sealed class Defects(World world, Site site) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                world.TickFailed(site, exception);
            }
        }

        public void Dispose()
        {
        }
    }
}
