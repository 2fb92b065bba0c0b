using Holdfast.HaScheduler.Config;
using Holdfast.HaScheduler.State;
using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Publishing;

/// <summary>
/// Reads ha.config again every few seconds and says which one holds: at start, when it has changed, every minute, and when
/// somebody asks. Every replica does so, whoever leads: the higher version holds, and hearing it twice harms nobody.
/// </summary>
internal sealed class ConfigPublisher(
    HaConfigStore config, Publisher publisher, PassTrigger passes, TimeProvider time, ILogger<ConfigPublisher> logger)
    : TickLoop(time, logger)
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(60);

    private (int Version, long At)? _said;
    private volatile bool _isAsked;
    private int _used;

    /// <summary>A change whose message was lost is late by this.</summary>
    protected override TimeSpan Interval => TimeSpan.FromSeconds(3);

    protected override async Task Tick(CancellationToken cancel)
    {
        var held = await config.Load(cancel);
        if (held.Version != _used)
        {
            _used = held.Version;
            passes.Hurry();
        }

        var isAsked = _isAsked;
        _isAsked = false;
        if (!isAsked && _said is { } said && said.Version == held.Version && Time.GetElapsedTime(said.At) < SayEvery)
        {
            return;
        }

        var at = Time.GetTimestamp();
        await publisher.PublishFreely(new HaConfigChanged
        {
            Version = held.Version,
            Config = held.Config,
            At = held.Document?.At ?? Time.GetUtcNow(),
        }, null, cancel);
        _said = (held.Version, at);
    }

    /// <summary>Says it at once, whether it has changed or not.</summary>
    internal void SayAgain()
    {
        _isAsked = true;
        Hurry();
    }
}

/// <summary>A hint that the store has another ha.config; what holds is read there.</summary>
internal sealed class HaConfigChangedConsumer(HaConfigStore config, ConfigPublisher publisher) : IConsumer<HaConfigChanged>
{
    public Task Consume(ConsumeContext<HaConfigChanged> context)
    {
        if (context.Message.Version > config.Version)
        {
            publisher.Hurry();
        }

        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it.</summary>
internal sealed class HaConfigChangedDefinition(Settings settings)
    : LiveEndpoint<HaConfigChangedConsumer>("ha-scheduler.config", settings);

/// <summary>Answers a process that has just started and cannot wait a minute for the configuration.</summary>
internal sealed class HaConfigAskedConsumer(ConfigPublisher publisher) : IConsumer<HaConfigAsked>
{
    public Task Consume(ConsumeContext<HaConfigAsked> context)
    {
        publisher.SayAgain();
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears it: the process that asks does not know which of them lives.</summary>
internal sealed class HaConfigAskedDefinition(Settings settings)
    : LiveEndpoint<HaConfigAskedConsumer>("ha-scheduler.config-asked", settings);
