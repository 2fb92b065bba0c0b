using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using Holdfast.Platform;
using Holdfast.Platform.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Holdfast.HaScheduler.Replay;

/// <summary>
/// Records what each pass looked at and decided, on a thread of its own: the pass only hands it over. When that thread is
/// behind, passes are dropped and counted; a pass never waits, and a full disk never stops one.
/// </summary>
internal sealed partial class PassRecorder : IHostedService, IDisposable
{
    private const int QueueMax = 8;
    private const long MebiByte = 1 << 20;
    private const long SegmentBytes = 64 * MebiByte;
    private static readonly TimeSpan SegmentTime = TimeSpan.FromHours(1);
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(5);

    /// <summary>After a failure (a full disk): until the next attempt, passes are dropped.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    /// <summary>Time at the end for writing the passes that were handed over.</summary>
    private static readonly TimeSpan EndMax = TimeSpan.FromSeconds(2);

    private static readonly Counter<long> DroppedPasses = HoldfastTelemetry.Meter.CreateCounter<long>(
        "holdfast.scheduler.replay.dropped", "{pass}", "Passes that were not recorded");

    private readonly BlockingCollection<Pass> _queue = new(QueueMax);
    private readonly (string Directory, string Instance, long BytesMax) _to;
    private readonly TimeProvider _time;
    private readonly ILogger<PassRecorder> _logger;
    private Thread? _thread;
    private long _dropped;
    private bool _isBehind;
    private long? _failedAt;
    private OpenSegment? _open;

    public PassRecorder(Settings settings, TimeProvider time, ILogger<PassRecorder> logger)
    {
        _to = (Segments.DirectoryIn(settings.DataDirectory), settings.Instance, settings.ReplayMb * MebiByte);
        (_time, _logger) = (time, logger);
    }

    private sealed record Pass(Snapshot Snapshot, HaConfig Config, IReadOnlyList<Decision> Decisions, long DroppedBefore);

    /// <summary>Hands a pass over; all that it is made of is immutable.</summary>
    internal void Record(Snapshot snapshot, HaConfig config, IReadOnlyList<Decision> decisions)
    {
        if (_to.BytesMax == 0 || _queue.IsAddingCompleted)
        {
            return;
        }

        var dropped = Interlocked.Exchange(ref _dropped, 0);
        if (_queue.TryAdd(new Pass(snapshot, config, decisions, dropped)))
        {
            _isBehind = false;
            return;
        }

        Drop(1, before: dropped);
        if (!_isBehind)
        {
            _isBehind = true;
            LogBehind(QueueMax);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_to.BytesMax > 0)
        {
            _thread = new Thread(WriteAll) { IsBackground = true, Name = "pass recorder" };
            _thread.Start();
        }

        return Task.CompletedTask;
    }

    /// <summary>Returns when what was handed over is written.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        if (!_queue.IsAddingCompleted)
        {
            _queue.CompleteAdding();
            if (_thread?.Join(EndMax) == false)
            {
                return; // a disk that hangs; the segment lacks its end, as after a kill
            }

            WriteQueued();
            Close(inOrder: true);
        }
    }

    /// <summary>Writes what waits and returns; for the recorder's thread, or where there is none.</summary>
    internal void WriteQueued()
    {
        while (_queue.TryTake(out var pass))
        {
            Write(pass);
        }
    }

    private void WriteAll()
    {
        foreach (var pass in _queue.GetConsumingEnumerable())
        {
            Write(pass);
        }
    }

    private void Write(Pass pass)
    {
        if (_failedAt is { } failed && _time.GetElapsedTime(failed) < Rest)
        {
            Drop(1, pass.DroppedBefore);
            return;
        }

        try
        {
            var segment = Segment(pass.Snapshot.Now);
            segment.Writer.Write(pass.Snapshot, pass.Config, Decided.Of(pass.Decisions), pass.DroppedBefore);
            Flush(segment);
            if (_failedAt is not null)
            {
                _failedAt = null;
                LogWorks();
            }
        }
#pragma warning disable CA1031 // whatever goes wrong here must not stop the scheduler, and must not end the thread
        catch (Exception error)
#pragma warning restore CA1031
        {
            if (_failedAt is null)
            {
                LogFailed(error, _to.Directory);
            }

            _failedAt = _time.GetTimestamp();
            Drop(1, pass.DroppedBefore);
            Close(inOrder: false);
        }
    }

    /// <param name="before">Dropped earlier, counted already, and not written down yet.</param>
    private void Drop(long passes, long before)
    {
        Interlocked.Add(ref _dropped, passes + before);
        DroppedPasses.Add(passes);
    }

    private OpenSegment Segment(DateTimeOffset now)
    {
        if (_open is { } open && IsFull(open, now))
        {
            Close(inOrder: true);
        }

        if (_open is null)
        {
            var file = Segments.Create(_to.Directory, _to.Instance, now);
            var gzip = new GZipStream(file, CompressionLevel.Fastest);
            _open = new OpenSegment(file, gzip, new PassWriter(gzip, _to.Instance), now) { FlushedAt = _time.GetTimestamp() };
        }

        return _open;
    }

    /// <summary>A quarter of the bound, so that there is always some history; but a first pass is not written for each of few.</summary>
    private bool IsFull(OpenSegment open, DateTimeOffset now) =>
        now - open.From >= SegmentTime
        || open.File.Position >= Math.Min(
            Math.Max(Math.Min(SegmentBytes, _to.BytesMax / 4), 2 * open.FirstBytes), _to.BytesMax / 2);

    /// <summary>Flushes what is buffered, so that it outlives a kill of this process, and deletes segments beyond the limit.</summary>
    private void Flush(OpenSegment segment)
    {
        var isFirst = segment.FirstBytes == 0;
        if (!isFirst && _time.GetElapsedTime(segment.FlushedAt) < FlushEvery)
        {
            return;
        }

        segment.Gzip.Flush();
        segment.File.Flush();
        segment.FlushedAt = _time.GetTimestamp();
        segment.FirstBytes = isFirst ? segment.File.Position : segment.FirstBytes;
        Segments.Prune(_to.Directory, _to.Instance, segment.File.Name, _to.BytesMax);
    }

    private void Close(bool inOrder)
    {
        var (open, _) = (_open, _open = null);
        if (open is null)
        {
            return;
        }

        try
        {
            if (inOrder)
            {
                open.Writer.End();
            }

            open.Dispose();
        }
        catch (IOException error)
        {
            LogFailed(error, _to.Directory);
            open.File.Dispose();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Recording is behind by {Passes} passes: passes are dropped from the recording until it has caught up")]
    private partial void LogBehind(int passes);

    [LoggerMessage(Level = LogLevel.Error,
        Message = "Passes cannot be recorded in {Directory}: dropped, and tried again twice a minute; the scheduler itself goes on")]
    private partial void LogFailed(Exception error, string directory);

    [LoggerMessage(Level = LogLevel.Information, Message = "Passes are recorded again")]
    private partial void LogWorks();
}
