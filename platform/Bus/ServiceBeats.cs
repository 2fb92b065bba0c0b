using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>The services that this process hosts.</summary>
internal sealed record HostedModules(IReadOnlyList<string> Names);

/// <summary>
/// Each service beats like a host, so that the watchers are watched. A beat that cannot be said is no error here: that it
/// is missing is just what is to be noticed.
/// </summary>
internal sealed class ServiceBeats(
    HostedModules modules, Settings settings, MessagePublisher publisher, TimeProvider time, ILogger<ServiceBeats> logger)
    : TickLoop(time, logger)
{
    protected override TimeSpan Interval => settings.Profile.ServiceBeat;

    protected override Task Tick(CancellationToken cancel) => Say(stopping: false, cancel);

    /// <summary>Announces the stop, so that a process that was told to stop is not missed.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Say(stopping: true, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Say(bool stopping, CancellationToken cancel)
    {
        foreach (var name in modules.Names)
        {
            var beat = new ServiceBeat { Service = name, Instance = settings.Instance, Stopping = stopping, At = Time.GetUtcNow() };
            await publisher.Signal(beat, cancel);
        }
    }
}
