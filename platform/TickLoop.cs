using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform;

/// <summary>
/// A level-triggered loop: one try around one tick, ticks never overlap, a failed one is logged once per change and the
/// next one finds the same work again.
/// </summary>
/// <param name="trigger">Ends the wait before the next tick, for those who must not know the loop; null: it has one of its own.</param>
public abstract partial class TickLoop(TimeProvider time, ILogger logger, LoopTrigger? trigger = null) : BackgroundService
{
    private static readonly Histogram<double> Ticks = HoldfastTelemetry.Seconds(
        "holdfast.loop.duration", "Time that one round of a loop takes, by loop and outcome: ok or failed");

    private bool _failing;

    protected TimeProvider Time { get; } = time;

    /// <summary>From the start of one tick to the start of the next; read before each wait.</summary>
    protected abstract TimeSpan Interval { get; }

    protected abstract Task Tick(CancellationToken cancel);

    /// <summary>Ends the wait before the next tick, for callers that know that there is work.</summary>
    public void Hurry() => _trigger.Hurry();

    private readonly LoopTrigger _trigger = trigger ?? new LoopTrigger();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var end = new CancellationTokenSource();
        await using var order = stoppingToken.UnsafeRegister(_ => End(end), null);
        await Run(end.Token);
    }

    /// <summary>
    /// Ends the loop's token. A callback that a tick left in the token may throw: a source that it cancels is disposed already, as was
    /// seen where a broker refused the connection. Every other callback runs all the same, and the end of the process does not fail.
    /// </summary>
    private void End(CancellationTokenSource end)
    {
        try
        {
            end.Cancel();
        }
        catch (AggregateException error)
        {
            LogCallback(error, GetType().Name);
        }
    }

    private async Task Run(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var started = Time.GetTimestamp();
            try
            {
                await Tick(stoppingToken);
                Measure(started, "ok");
                if (_failing)
                {
                    _failing = false;
                    LogRecovered(GetType().Name);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // whatever a tick throws, the next one must still come
            catch (Exception error)
#pragma warning restore CA1031
            {
                Measure(started, "failed");
                if (!_failing)
                {
                    _failing = true;
                    LogFailing(error, GetType().Name);
                }
            }

            var rest = Interval - Time.GetElapsedTime(started);
            await _trigger.Wait(rest, Time, stoppingToken);
        }
    }

    private void Measure(long started, string outcome) => Ticks.Record(
        Time.GetElapsedTime(started).TotalSeconds, new TagList { { "loop", GetType().Name }, { "outcome", outcome } });

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{Loop} failed and tries again with every tick; further failures are not logged until it recovers")]
    private partial void LogFailing(Exception error, string loop);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Loop} is told to end, and something that it had called failed when it heard that")]
    private partial void LogCallback(Exception error, string loop);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Loop} works again")]
    private partial void LogRecovered(string loop);
}
