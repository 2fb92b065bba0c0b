using Holdfast.Platform;
using Holdfast.Platform.Bus;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Config;

/// <summary>
/// Publishes alarm.thresholds at start, when they change and every minute: who missed it hears the next. A publication that fails
/// is due again with the next tick. Reads them once a second, so that a replica follows without the bus as well.
/// </summary>
internal sealed class ThresholdsLoop(
    Thresholds thresholds, MessagePublisher publisher, TimeProvider time, ILogger<ThresholdsLoop> logger)
    : TickLoop(time, logger)
{
    internal static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan SayMax = TimeSpan.FromSeconds(5);

    private (int Version, long At)? _said;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        var current = await thresholds.Read(cancel);
        if (_said is { } said && said.Version == current.Version && Time.GetElapsedTime(said.At) < SayEvery)
        {
            return;
        }

        var at = Time.GetTimestamp();
        await publisher.PublishToBeHeard(current with { At = Time.GetUtcNow() }, SayMax, cancel);
        _said = (current.Version, at);
    }
}

/// <summary>Another replica's change holds here at once: the message is a hint to read, the store says what they are.</summary>
internal sealed class ThresholdsChangedConsumer(ThresholdsLoop loop) : IConsumer<ThresholdsChanged>
{
    public Task Consume(ConsumeContext<ThresholdsChanged> context)
    {
        loop.Hurry();
        return Task.CompletedTask;
    }
}

internal sealed class ThresholdsChangedDefinition(Settings settings)
    : LiveEndpoint<ThresholdsChangedConsumer>("alerting.thresholds-changed", settings);
