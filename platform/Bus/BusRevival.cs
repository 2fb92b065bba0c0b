using MassTransit;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.Bus;

/// <summary>
/// Starts the bus anew when an endpoint stays without its queue although the broker is there. MassTransit tries again by itself after a
/// failure. But its loop ends for good when an attempt is cancelled by a time limit of the client, as happens on a machine that is too
/// busy for a handshake. Messages then wait in the queue, and nobody consumes them.
/// </summary>
internal sealed partial class BusRevival(
    IBusControl bus, Settings settings, TimeProvider time, ILogger<BusRevival> logger, TopologyLoop? topology = null)
    : TickLoop(time, logger)
{
    /// <summary>Longer than MassTransit waits between two attempts (30 s), and than such an attempt takes.</summary>
    private static readonly TimeSpan PatienceMin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PatienceMax = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RestartMax = TimeSpan.FromSeconds(30);

    /// <summary>The broker takes again what it had refused: an endpoint would look after that in half a minute only.</summary>
    private static readonly TimeSpan PatienceAfterMend = TimeSpan.FromSeconds(5);

    private TimeSpan _patience = PatienceMin;
    private long? _illSince;

    /// <summary>The last start failed: nothing in this bus tries again by itself.</summary>
    private bool _isDown;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(5);

    protected override async Task Tick(CancellationToken cancel)
    {
        var health = bus.CheckHealth();
        if (health.Status == BusHealthStatus.Healthy)
        {
            (_illSince, _patience, _isDown) = (null, PatienceMin, false);
            return;
        }

        if (!await BrokerGreeting.IsAnswered(settings.Broker!, Time, cancel))
        {
            // It cannot be reached by anyone; who tries again finds it when it is back.
            _illSince = null;
            return;
        }

        if (_isDown)
        {
            await Begin(cancel);
            return;
        }

        var since = _illSince ??= Time.GetTimestamp();
        var patience = topology?.HasJustMended(PatienceMin) == true ? PatienceAfterMend : _patience;
        if (Time.GetElapsedTime(since) < patience)
        {
            return;
        }

        LogRevived(string.Join(", ", health.Endpoints.Where(e => e.Value.Status != BusHealthStatus.Healthy).Select(e => e.Key)));
        // A machine that needs longer than this to start gets longer each time.
        (_illSince, _patience) = (null, Longer(_patience));
        await Stop(cancel);
        await Begin(cancel);
    }

    private async Task Begin(CancellationToken cancel)
    {
        // The end of the process has stopped the bus for good.
        cancel.ThrowIfCancellationRequested();
        using var limit = new CancellationTokenSource(RestartMax, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        _isDown = true;
        await bus.StartAsync(either.Token);
        _isDown = false;
    }

    /// <summary>Stops the bus within a limit: the cause that made it hang may block the stop too. The bus is started in any case.</summary>
    private async Task Stop(CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(RestartMax, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await bus.StopAsync(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            LogStuck(RestartMax.TotalSeconds);
        }
    }

    internal static TimeSpan Longer(TimeSpan patience) => patience * 2 > PatienceMax ? PatienceMax : patience * 2;

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The broker answers, and these endpoints have not found their queues: {Endpoints}. The bus is started anew")]
    private partial void LogRevived(string endpoints);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The bus did not stop within {Seconds} s and is started all the same")]
    private partial void LogStuck(double seconds);
}
