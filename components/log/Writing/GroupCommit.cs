using Holdfast.Engine.Seams;
using Holdfast.Log.Contract;
using Holdfast.Log.Files;
using Holdfast.Log.Keeping;

namespace Holdfast.Log.Writing;

/// <summary>
/// Decides when events that were taken are written, when the disk is told to keep them, and when readers see them: never before. The disk
/// is told without the lock, so that taking goes on meanwhile; it has at most one such call at a time.
/// </summary>
internal sealed class GroupCommit : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Lock _syncGate = new();
    private readonly LogOptions _options;
    private readonly Disk _disk;
    private readonly Shelf _shelf;
    private readonly LogWriter _writer;
    private readonly ITimer _groupTimer;
    private readonly ITimer _syncTimer;
    private readonly ITimer _retentionTimer;
    private bool _isGroupTimed;
    private bool _isSyncTimed;
    private LogFault? _broken;
    private volatile LogView _view;

    internal GroupCommit(LogOptions options, Disk disk, Recovered recovered)
    {
        (_options, _disk, _shelf) = (options, disk, recovered.Shelf);
        _writer = new LogWriter(options, disk, recovered.Shelf, recovered.Open, new SchemaShelf(recovered.Schemas));
        _view = Shown(_writer.Segment.Described(_writer.Segment.Index.End, _writer.Last, _writer.LastTime), _writer.Last, _writer.LastTime);
        _groupTimer = options.Time.CreateTimer(_ => WriteGroup(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _syncTimer = options.Time.CreateTimer(_ => Sync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _retentionTimer = options.Time.CreateTimer(_ => Retain(), null, options.RetentionInterval, options.RetentionInterval);
    }

    internal LogView View => _view;

    /// <summary>Asks the writer something.</summary>
    internal T Ask<T>(Func<LogWriter, Shelf, T> question)
    {
        lock (_gate)
        {
            return question(_writer, _shelf);
        }
    }

    internal LogFault? Fault => Ask((writer, _) => _broken ?? writer.Fault);

    internal LogFault? Take(SourceEvent happened) => Change(() => _broken ?? _writer.Take(happened));

    internal void Retain() => Change(() =>
    {
        _shelf.Retain(_writer.Bytes);
        return null;
    });

    internal LogFault? Flush()
    {
        var fault = Change(() => _broken ?? _writer.Write());
        Sync();
        return fault ?? Fault;
    }

    public void Dispose()
    {
        _groupTimer.Dispose();
        _syncTimer.Dispose();
        _retentionTimer.Dispose();
        Flush();
        LogView last;
        lock (_gate)
        {
            last = _view;
            if (last.IsClosed)
            {
                return;
            }

            _broken = Faults.Closed(_options.Folder);
            _shelf.TryWriteManifest();
            _view = last with { IsClosed = true };
            _writer.Dispose();
        }

        last.Tell();
    }

    private void WriteGroup() => Change(() =>
    {
        _isGroupTimed = false;
        return _broken ?? _writer.Write();
    });

    /// <summary>Tells the disk to keep what was written before this call, then shows it.</summary>
    private void Sync()
    {
        lock (_syncGate)
        {
            OpenSegment segment;
            Segment shown;
            (Position Last, long Time) end;
            lock (_gate)
            {
                _isSyncTimed = false;
                if (_broken is not null || !HasUnsyncedNeedsLock())
                {
                    return;
                }

                segment = _writer.Segment;
                shown = segment.Described(segment.Index.End, segment.Index.Last, segment.Index.MaxTime);
                end = _writer.HasMore ? (shown.Last, shown.MaxTime) : (_writer.Last, _writer.LastTime);
            }

            LogFault? fault = null;
            try
            {
                _disk.Sync(segment.File);
            }
            catch (ObjectDisposedException)
            {
                // The segment was closed meanwhile, and all of it is on the disk and shown.
                return;
            }
            catch (IOException error)
            {
                // The kernel may have dropped the bytes and forgotten that they were never kept: a second try would succeed falsely.
                fault = Faults.NotKept(error.Message);
            }

            Change(() =>
            {
                _broken ??= fault;
                if (fault is null && segment == _writer.Segment)
                {
                    ShowNeedsLock(shown, end.Last, end.Time);
                }

                return fault;
            });
        }
    }

    /// <summary>One change under the lock, and what follows from it: timers, what readers see, what is told.</summary>
    private LogFault? Change(Func<LogFault?> change)
    {
        LogView before;
        LogFault? fault;
        IReadOnlyList<LogLoss> losses;
        IReadOnlyList<KeyValuePair<string, Position>> forgotten;
        lock (_gate)
        {
            before = _view;
            fault = change();
            FollowNeedsLock();
            losses = _shelf.TakeLosses();
            forgotten = _shelf.TakeForgotten();
        }

        if (before != _view)
        {
            before.Tell();
        }

        foreach (var loss in losses)
        {
            _options.Lost?.Invoke(loss);
        }

        foreach (var (task, checkpoint) in forgotten)
        {
            _options.Forgot?.Invoke(task, checkpoint);
        }

        return fault;
    }

    private void FollowNeedsLock()
    {
        if (_broken is not null || _view.IsClosed)
        {
            return;
        }

        var segment = _writer.Segment;
        if (_view.Open.Number != segment.Number)
        {
            // The segment before is closed, which put it on the disk; the new one is empty as far as anybody may see.
            var closed = _shelf.Closed.Count > 0 ? _shelf.Closed[^1] : null;
            var (last, time) = closed is null ? (_view.Last, _view.LastTime) : (closed.Last, closed.MaxTime);
            ShowNeedsLock(segment.Started(), Position.Later(_view.Last, last), Math.Max(_view.LastTime, time));
        }
        else if (_view.Segments.Length != _shelf.Closed.Count + 1)
        {
            ShowNeedsLock(_view.Open, _view.Last, _view.LastTime);
        }

        var hasUnsynced = HasUnsyncedNeedsLock();
        if (!hasUnsynced && !_writer.HasMore && (_writer.Last > _view.Last || _writer.LastTime > _view.LastTime))
        {
            ShowNeedsLock(_view.Open, _writer.Last, _writer.LastTime);
        }

        if (_writer.HasMore && !_isGroupTimed)
        {
            _isGroupTimed = true;
            _groupTimer.Change(_writer.Fault is null ? _options.GroupDelay : RetryDelay, Timeout.InfiniteTimeSpan);
        }

        if (hasUnsynced && !_isSyncTimed)
        {
            _isSyncTimed = true;
            _syncTimer.Change(_options.SyncDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private bool HasUnsyncedNeedsLock() => _view.Open.Number != _writer.Segment.Number || _writer.Segment.Index.End > _view.Open.End;

    private void ShowNeedsLock(Segment open, Position last, long time) => _view = Shown(open, last, time);

    private LogView Shown(Segment open, Position last, long time) => new([.. _shelf.Closed, open], last, time, _writer.Bytes);
}
