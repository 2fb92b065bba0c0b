using System.Collections.Concurrent;
using Holdfast.Platform;
using Microsoft.Extensions.Logging;

namespace Holdfast.Alerting.Deliver;

/// <summary>
/// Has deliveries that are due claimed, each by compare-and-set until a deadline, and begins an attempt in one of its channel's slots.
/// Any number of replicas do this side by side; when one dies, its claims end and another one delivers, under the same key.
/// </summary>
internal sealed partial class DeliveryLoop(
    OpenChannels channels, DeliveryClaims claims, DeliveryAttempt attempts, AcceptLatency waits, TimeProvider time,
    ILogger<DeliveryLoop> logger) : TickLoop(time, logger)
{
    /// <summary>Between two batches of each channel while others wait long to be accepted.</summary>
    private static readonly TimeSpan WayGivenMax = TimeSpan.FromMilliseconds(50);

    /// <summary>For what is on its way to a receiver when the process is to end.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(2);

    /// <summary>For claims to be given back.</summary>
    private static readonly TimeSpan GiveBackMax = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Task, bool> _underway = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time = time;

    private long _ticked;
    private long? _followed;
    private volatile bool _channelsChanged;

    /// <summary>Since the last tick that went through; null: none has yet.</summary>
    internal TimeSpan? TickedAgo => Interlocked.Read(ref _ticked) is not 0 and var ticked ? _time.GetElapsedTime(ticked) : null;

    protected override TimeSpan Interval => TimeSpan.FromSeconds(1);

    protected override async Task Tick(CancellationToken cancel)
    {
        var batch = await GiveWay(cancel);
        if (_followed is not { } followed || _time.GetElapsedTime(followed) >= Interval || _channelsChanged)
        {
            _channelsChanged = false;
            await channels.Follow(cancel);
            _followed = _time.GetTimestamp();
        }

        await Task.WhenAll(channels.All.Select(slots => claims.Fill(slots, batch, Start, cancel)));
        Interlocked.Exchange(ref _ticked, Math.Max(1, _time.GetTimestamp()));
    }

    /// <summary>Waits while alerts wait to be accepted, which can still be lost; deliveries can wait, but not for ever.</summary>
    /// <returns>How many each channel may take up at once.</returns>
    private async Task<int> GiveWay(CancellationToken cancel)
    {
        var last = Interlocked.Read(ref _ticked);
        while (_time.GetElapsedTime(last) < WayGivenMax && BatchSize.Decide(waits.Longest, channels.Behind) < int.MaxValue)
        {
            await Task.Delay(WayGivenMax / 10, _time, cancel);
        }

        return BatchSize.Decide(waits.Longest, channels.Behind);
    }

    /// <summary>A channel was made, changed or deleted here.</summary>
    internal void HurryForChannels()
    {
        _channelsChanged = true;
        Hurry();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await Task.WhenAll(_underway.Keys).WaitAsync(StopPatience, _time, cancellationToken);
        }
        catch (Exception late) when (late is TimeoutException or OperationCanceledException)
        {
            // A delivery still under way gives its claim back, so that another replica can go on at once.
            await _stop.CancelAsync();
            await Task.WhenAll(_underway.Keys).WaitAsync(GiveBackMax, _time, CancellationToken.None)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await channels.Retire();
    }

    public override void Dispose()
    {
        _stop.Dispose();
        base.Dispose();
    }

    /// <summary>Not awaited: the next tick must not wait for a slow receiver.</summary>
    private void Start(ChannelSlots slots, Versioned<Delivery> claimed, Versioned<Alert> alert)
    {
        var attempt = Attempt(slots, claimed, alert);
        _underway.TryAdd(attempt, true);
        _ = Forget(attempt);
    }

    private async Task Forget(Task attempt)
    {
        await attempt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _underway.TryRemove(attempt, out _);
    }

    private async Task Attempt(ChannelSlots slots, Versioned<Delivery> claimed, Versioned<Alert> alert)
    {
        await Task.Yield();
        AlertSent? sent = null;
        try
        {
            sent = await attempts.Run(slots, claimed, alert, _stop.Token);
        }
#pragma warning disable CA1031 // nobody awaits this task: what is not logged here is lost
        catch (Exception error)
#pragma warning restore CA1031
        {
            // The claim ends by itself and somebody tries again: at least once, under the same key.
            LogUnrecorded(error, claimed.Document.Id, claimed.Document.Channel);
        }
        finally
        {
            await slots.Release();
            if (slots.WantsMore)
            {
                Hurry();
            }
        }

        // Outside the slot: neither a slow store nor a bus that is away must slow the channel down.
        await Finish(alert, sent);
    }

    private async Task Finish(Versioned<Alert> alert, AlertSent? sent)
    {
        try
        {
            await attempts.PlanAfter(alert);
        }
#pragma warning disable CA1031 // see above
        catch (Exception error)
#pragma warning restore CA1031
        {
            LogUnsettled(error, alert.Document.Id);
        }

        if (sent is not null)
        {
            await attempts.Publish(sent);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "How delivery {Delivery} to {Channel} went could not be recorded; it will go again")]
    private partial void LogUnrecorded(Exception error, string delivery, string channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The status of alert {Alert} could not be written; the sweep does it")]
    private partial void LogUnsettled(Exception error, string alert);
}
