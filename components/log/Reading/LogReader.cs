using Holdfast.Log.Contract;
using Holdfast.Log.Format;
using Holdfast.Log.Keeping;

namespace Holdfast.Log.Reading;

/// <summary>
/// One reader of a log, from a place on for ever: first the schemas that it needs there, then block after block. It never passes
/// anything over: where something is missing it ends with a fault. For one caller at a time.
/// </summary>
public sealed class LogReader : IDisposable
{
    /// <summary>A larger buffer, for a large block, is given back.</summary>
    private const int KeptBytes = 4 << 20;

    private readonly SegmentFiles _files;
    private readonly Queue<SegmentIndex.SchemaPlace> _schemas;
    private readonly bool _loads;
    private Segment _segment;
    private SafeFileHandle _file;
    private long _offset;
    private byte[] _buffer = [];

    internal LogReader(SegmentFiles files, Segment segment, SafeFileHandle file, ReaderPlace place, bool loads)
    {
        (_files, _segment, _file, _loads) = (files, segment, file, loads);
        (_offset, Position, _schemas) = (place.Offset, place.After, new Queue<SegmentIndex.SchemaPlace>(place.Schemas));
    }

    /// <summary>Everything up to here was given, or was not wanted.</summary>
    public Position Position { get; private set; }

    /// <summary>
    /// The log's end and its time, which move on an idle source too, once everything that the log shows was given; else null.
    /// </summary>
    public (Position Position, long Time)? Alive
    {
        get
        {
            var view = _files.View;
            return _schemas.Count == 0 && _segment.Number == view.Open.Number && _offset == view.Open.End
                ? (Position.Later(view.Last, Position), view.LastTime)
                : null;
        }
    }

    /// <summary>The next block; it waits until there is one.</summary>
    /// <exception cref="LogFaultException">What comes next was taken by retention (DP-220) or is damaged (DP-223).</exception>
    /// <exception cref="ObjectDisposedException">The log is closed.</exception>
    public async ValueTask<LogBlock> Next(CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var view = _files.View;
            if (TryRead(view) is { } block)
            {
                return block;
            }

            ObjectDisposedException.ThrowIf(view.IsClosed, _files);
            await view.Changed.WaitAsync(cancel);
        }
    }

    /// <summary>The next block if it is there already; else null.</summary>
    /// <exception cref="LogFaultException">As of <see cref="Next"/>.</exception>
    public LogBlock? TryNext() => TryRead(_files.View);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private LogBlock? TryRead(LogView view)
    {
        if (_schemas.TryDequeue(out var schema))
        {
            return Load(schema.Offset);
        }

        Follow(view);
        while (_offset >= _segment.End)
        {
            if (_segment.Closed is null || !GoOn(view))
            {
                return null;
            }
        }

        var block = Load(_offset);
        _offset += block.Length;
        if (block.Kind == BlockKind.Data)
        {
            Position = Position.Later(Position, block.Last);
        }

        return block;
    }

    /// <summary>The segment may have grown, been closed, or be gone.</summary>
    private void Follow(LogView view)
    {
        if (_segment.Closed is not null)
        {
            return;
        }

        // It is near the end: a reader is at the tail, and the open segment is the last one.
        for (var i = view.Segments.Length - 1; i >= 0; i--)
        {
            if (view.Segments[i].Number == _segment.Number)
            {
                _segment = view.Segments[i];
                return;
            }
        }

        // It was closed and taken by retention since the last call. Without a hole the next one may be read, else it is too late.
        Enter(view, view.Segments[0]);
    }

    /// <summary>Goes on to the next segment; false: it is not to be seen yet.</summary>
    private bool GoOn(LogView view)
    {
        if (Position < _segment.Last)
        {
            throw Damaged($"ends with position {Position}");
        }

        var next = view.Segments.FirstOrDefault(s => s.Number > _segment.Number);
        if (next is null)
        {
            return false;
        }

        Enter(view, next);
        return true;
    }

    private void Enter(LogView view, Segment next)
    {
        if (next.After > Position)
        {
            throw new LogFaultException(Faults.BeforeRange($"what is after {Position}", view.Range));
        }

        var opened = _files.Open(next);
        if (opened.Fault is { } fault)
        {
            throw new LogFaultException(fault);
        }

        _file.Dispose();
        (_segment, _file, _offset) = (next, opened.Value!, SegmentHeader.Size);
    }

    private LogBlock Load(long offset)
    {
        var head = Room(BlockHeader.Size);
        if (RandomAccess.Read(_file, head.Span, offset) < BlockHeader.Size || !BlockHeader.TryRead(head.Span, out var header)
            || offset + header.Length > _segment.End || header.Kind == BlockKind.Footer)
        {
            throw Damaged("has no block where one should be");
        }

        if (!_loads)
        {
            return LogBlock.Of(header, default, _file, offset);
        }

        var block = Room(header.Length);
        if (RandomAccess.Read(_file, block.Span, offset) < header.Length || !header.Fits(block.Span))
        {
            throw Damaged("has a block whose checksum does not fit");
        }

        return LogBlock.Of(header, block, _file, offset);
    }

    private Memory<byte> Room(int size)
    {
        if (_buffer.Length < size || (_buffer.Length > KeptBytes && size <= KeptBytes))
        {
            _buffer = new byte[Math.Max(size, 64 << 10)];
        }

        return _buffer.AsMemory(0, size);
    }

    private LogFaultException Damaged(string why) =>
        new(Faults.Damaged(_segment.Name, why, Position, _segment.Last, _files.View.Range));
}
