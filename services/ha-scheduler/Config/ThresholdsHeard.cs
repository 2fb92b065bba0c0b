using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;

namespace Holdfast.HaScheduler.Config;

/// <summary><c>alarm.thresholds</c> as alerting said them last; the reference's defaults until it has.</summary>
internal sealed class ThresholdsHeard
{
    private volatile ThresholdsChanged? _heard;

    internal AlertThresholds Current => _heard?.Thresholds ?? Defaults;

    private static AlertThresholds Defaults { get; } = new();

    internal void Hear(ThresholdsChanged said)
    {
        if (said.Version >= (_heard?.Version ?? 0))
        {
            _heard = said;
        }
    }
}

internal sealed class ThresholdsChangedConsumer(ThresholdsHeard thresholds) : IConsumer<ThresholdsChanged>
{
    public Task Consume(ConsumeContext<ThresholdsChanged> context)
    {
        thresholds.Hear(context.Message);
        return Task.CompletedTask;
    }
}

/// <summary>Each replica hears them.</summary>
internal sealed class ThresholdsChangedDefinition(Settings settings)
    : LiveEndpoint<ThresholdsChangedConsumer>("ha-scheduler.thresholds", settings);
