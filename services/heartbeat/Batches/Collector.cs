using System.Diagnostics;
using System.Diagnostics.Metrics;
using Holdfast.Heartbeat.Leases;
using Holdfast.Heartbeat.Registry;
using Holdfast.Heartbeat.State;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.Heartbeat.Batches;

/// <summary>
/// Says one batch to the bus, within <see cref="Collector.PublishMax"/>; done when the broker has routed it to a queue and confirmed it.
/// </summary>
internal delegate Task PublishBatch(HeartbeatReported batch, CancellationToken cancel);

/// <summary>
/// Tells the scheduler who was heard: batches numbered without a hole, one on its way at a time. A batch that is not confirmed is said
/// again as it is, and reports gather in the window behind it. After <see cref="RetryMax"/> it is given up. The scheduler sees that as a
/// hole and answers with fresh intervals: late, never early.
/// </summary>
internal sealed partial class Collector(
    PublishBatch publish, BatchWindow window, CollectorHealth health, CurrentTerms terms, TimeProvider time,
        ILogger<Collector> logger)
    : TickLoop(time, logger), IHostedLifecycleService
{
    /// <summary>An empty window is said after this, so that at least one batch comes every second.</summary>
    internal static readonly TimeSpan SilenceMax = TimeSpan.FromMilliseconds(750);

    internal static readonly TimeSpan RetryMax = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan PublishMax = TimeSpan.FromSeconds(5);

    /// <summary>The limit of the last batches: a process that ends has ten seconds for everything.</summary>
    private static readonly TimeSpan LeaveMax = TimeSpan.FromSeconds(2);

    private static readonly Histogram<int> BatchSize = HoldfastTelemetry.Meter.CreateHistogram(
        "holdfast.heartbeat.batch.hosts", "{host}", "Hosts in a batch", tags: null,
        new InstrumentAdvice<int> { HistogramBucketBoundaries = [0, 1, 10, 100, 500, 1000, 2500, 5000] });

    private static readonly Histogram<double> PublishDuration = HoldfastTelemetry.Seconds(
        "holdfast.heartbeat.batch.publish.duration", "Time from sending a batch to the broker's confirm");

    private static readonly Counter<long> GivenUp = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.heartbeat.batches.dropped", "{batch}", "Batches that the broker did not confirm in time and that were given up");

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Batch? _waiting;
    private long _sequence;
    private TimeSpan _sealed;
    private bool _left;

    private sealed record Batch(HeartbeatReported Message, WindowContent Content, TimeSpan Sealed, LeaseTerms Said);

    protected override TimeSpan Interval => TimeSpan.FromMilliseconds(250);

    /// <summary>A host was heard: the next batch says so, at once when that is full.</summary>
    internal void Tell(HostEntry host)
    {
        if (window.Add(host))
        {
            Hurry();
        }
    }

    internal void Tell(LeaseLapse lapse) => window.Add(lapse);

    internal void Tell(HostConflict conflict) => window.Add(conflict);

    protected override Task Tick(CancellationToken cancel) => InTurn(TickInTurn, cancel);

    internal async Task TickInTurn(CancellationToken cancel)
    {
        if (_left || !terms.AreKnown || (_waiting is null && !IsDue()))
        {
            return;
        }

        GiveUpTooOld();
        await PublishNext(Seal(leaving: false), cancel);
        if (window.IsFull)
        {
            Hurry();
        }
    }

    private bool IsDue() => !window.IsEmpty || _sequence == 0 || health.Now - _sealed >= SilenceMax;

    private void GiveUpTooOld()
    {
        if (_waiting is { } batch && health.Now - batch.Sealed > RetryMax)
        {
            GivenUp.Add(1);
            LogGivenUp(batch.Message.Sequence, batch.Message.Reports.Count);
            window.WasNotDelivered(batch.Content);
            _waiting = null;
        }
    }

    /// <summary>The batch that waits for its confirm, or a new one with all that the window holds.</summary>
    private Batch Seal(bool leaving)
    {
        if (_waiting is { } waiting)
        {
            return waiting;
        }

        var now = health.Now;
        var content = window.Take(now);
        var longest = terms.Now.Longest;
        _sealed = now;
        var message = new HeartbeatReported
        {
            Collector = health.Id,
            Sequence = ++_sequence,
            WindowEnd = Time.GetUtcNow(),
            UptimeMs = (long)now.TotalMilliseconds,
            Lease = longest.Lease.TotalSeconds,
            KillGrace = longest.KillGrace.TotalSeconds,
            Reports = content.Reports,
            Registrations = content.Registrations is { Count: > 0 } registrations ? registrations : null,
            Conflicts = content.Conflicts is { Count: > 0 } conflicts ? conflicts : null,
            Refusals = content.Refusals is { Count: > 0 } refusals ? refusals : null,
            Lapses = content.Lapses is { Count: > 0 } lapses ? lapses : null,
            Leaving = leaving && window.IsEmpty,
        };
        return _waiting = new Batch(message, content, now, longest);
    }

    private async Task PublishNext(Batch batch, CancellationToken cancel)
    {
        using var activity = HoldfastTelemetry.Activities.StartActivity("heartbeat batch", ActivityKind.Producer);
        activity?.SetTag("holdfast.collector", health.Id);
        activity?.SetTag("holdfast.sequence", batch.Message.Sequence);
        activity?.SetTag("holdfast.hosts", batch.Message.Reports.Count);
        var started = Time.GetTimestamp();
        await publish(batch.Message, cancel);
        _waiting = null;
        health.Published(new PublishedBatch(batch.Message.Sequence, batch.Sealed, batch.Said));
        PublishDuration.Record(Time.GetElapsedTime(started).TotalSeconds);
        BatchSize.Record(batch.Message.Reports.Count);
    }

    private async Task InTurn(Func<CancellationToken, Task> step, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await step(cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Before anything of the process stops: grant no more, and say the last batches while the bus still runs.
    /// </summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        health.Leave();
        using var limit = new CancellationTokenSource(LeaveMax, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await InTurn(PublishLast, either.Token);
        }
        catch (Exception error) when (error is not StackOverflowException)
        {
            LogLeftUnsaid(error);
        }
    }

    internal async Task PublishLast(CancellationToken cancel)
    {
        while (!_left && terms.AreKnown)
        {
            var batch = Seal(leaving: true);
            await PublishNext(batch, cancel);
            _left = batch.Message.Leaving;
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Batch {Sequence} with {Hosts} hosts was never confirmed and is given up: the scheduler sees a hole")]
    private partial void LogGivenUp(long sequence, int hosts);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The last batch could not be said: the scheduler drops this collector after its grace")]
    private partial void LogLeftUnsaid(Exception error);
}
