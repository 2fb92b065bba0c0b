using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;
using Holdfast.Log.Contract;
using Holdfast.Log.Files;
using Holdfast.Log.Format;
using Holdfast.Log.Keeping;

namespace Holdfast.Log.Writing;

/// <summary>
/// Turns what a source shows into blocks and puts them into segments. Whoever calls it has the log's lock. A failure loses nothing that it
/// has taken. That waits in memory, bounded by one group and one event, and goes first when the disk can be written again.
/// </summary>
internal sealed class LogWriter(LogOptions options, Disk disk, Shelf shelf, OpenSegment segment, SchemaShelf schemas) : IDisposable
{
    private readonly BlockBuilder _group = new(options.Codec);
    private readonly Spool _spool = new(options.Folder, disk, options.Codec, options.SpoolMemoryBytes);
    private long _aliveWritten = options.Time.GetTimestamp();

    /// <summary>The segment that is written.</summary>
    internal OpenSegment Segment { get; private set; } = segment;

    /// <summary>The last complete transaction, or sign of life, that was taken; it need not be on the disk yet.</summary>
    internal Position Last { get; private set; } = segment.Index.Last;

    /// <summary>The latest commit time, or sign of life, that was taken.</summary>
    internal long LastTime { get; private set; } = segment.Index.MaxTime;

    /// <summary>Something was taken that is in no segment yet.</summary>
    internal bool HasMore => !_group.IsEmpty || _spool.IsComplete;

    /// <summary>The last fault; null: it was mended, or there was none.</summary>
    internal LogFault? Fault { get; private set; }

    /// <summary>Parts of transactions that were here already.</summary>
    internal long Dropped { get; private set; }

    /// <summary>Bytes of the log on the disk.</summary>
    internal long Bytes => shelf.Bytes + Segment.Index.End + _spool.FileBytes;

    internal SchemaShelf Schemas => schemas;

    /// <summary>Takes an event, or refuses it and takes nothing of it.</summary>
    internal LogFault? Take(SourceEvent happened)
    {
        if ((Fault is not null || _spool.IsComplete || _spool.IsOver) && Write() is { } fault)
        {
            return fault;
        }

        return happened switch
        {
            SchemaEvent told => schemas.Add(told.Schema),
            TransactionEvent transaction => Take(transaction.Part),
            AliveEvent alive => Take(alive),
            _ => throw new ArgumentOutOfRangeException(nameof(happened), happened, null),
        };
    }

    /// <summary>Puts what was taken into the segment.</summary>
    /// <returns>Null: all of it is; else it is still in memory, or in the side file.</returns>
    internal LogFault? Write()
    {
        Fault = null;
        try
        {
            if (!_group.IsEmpty && (Fault = Room(_group.Length)) is null)
            {
                _group.Seal(BlockKind.Data);
                Segment.Write(_group.Written.Span, _group.Blocks);
                _group.Clear();
            }

            if (_spool.IsComplete && Fault is null && (Fault = Room(_spool.Bytes)) is null)
            {
                _spool.MoveTo(Segment);
            }

            if (_spool.IsOver && Fault is null && (Fault = Room(_spool.Bytes + BlockBuilder.BlockBytes)) is null)
            {
                _spool.Store();
            }
        }
        catch (IOException error)
        {
            Fault = Faults.Of(error);
        }

        return Fault;
    }

    /// <summary>A transaction of which only a part is here goes; the source is read again after <see cref="Last"/>.</summary>
    internal void GiveUpUnfinished()
    {
        if (!_spool.IsComplete)
        {
            _spool.Discard();
        }
    }

    public void Dispose()
    {
        _spool.Dispose();
        Segment.Dispose();
    }

    private LogFault? Take(TransactionPart part)
    {
        var (verdict, refusal) = Admission.Of(part, Last, _spool.Position);
        if (refusal is not null)
        {
            return refusal;
        }

        if (verdict == Admitted.Drop)
        {
            Dropped++;
            return null;
        }

        if (schemas.Needed(part, out var tables) is { } fault
            || verdict == Admitted.Begin && (fault = RollWhenDue()) is not null)
        {
            return fault;
        }

        if (part.IsWhole)
        {
            AddWhole(part, tables);
        }
        else
        {
            AddPart(part, tables, verdict);
        }

        return null;
    }

    private void AddWhole(TransactionPart part, IReadOnlyCollection<uint> tables)
    {
        // The same transaction may have begun in parts before the source was read again.
        _spool.Discard();
        foreach (var table in tables)
        {
            if (Segment.Schemas.Add(table))
            {
                _group.AddSchema(table, schemas.Json(table), Last, LastTime, BlockKind.Data);
            }
        }

        if (_group.IsFull)
        {
            _group.Seal(BlockKind.Data);
        }

        LastTime = Math.Max(LastTime, part.CommitTime);
        _group.Add(part, LastTime);
        Last = part.Position;
        if (_group.Length >= BlockBuilder.BlockBytes)
        {
            Write();
        }
    }

    private void AddPart(TransactionPart part, IReadOnlyCollection<uint> tables, Admitted verdict)
    {
        if (verdict == Admitted.Begin)
        {
            _spool.Begin(part.Position);
        }

        foreach (var table in tables)
        {
            if (!Segment.Schemas.Contains(table) && !_spool.Schemas.Contains(table))
            {
                _spool.AddSchema(table, schemas.Json(table), Last, LastTime);
            }
        }

        var time = Math.Max(LastTime, part.CommitTime);
        _spool.Add(part, time);
        if (part.IsLast)
        {
            (Last, LastTime) = (part.Position, time);
        }

        if (_spool.IsComplete || _spool.IsOver)
        {
            Write();
        }
    }

    private LogFault? Take(AliveEvent alive)
    {
        // Within a transaction in parts nothing is known to be complete but what came before it.
        if (_spool.Position is not null)
        {
            return null;
        }

        Last = Position.Later(Last, alive.Position);
        LastTime = Math.Max(LastTime, alive.Time);
        if (Last > Segment.Index.Last && _group.IsEmpty && options.Time.GetElapsedTime(_aliveWritten) >= options.AliveInterval)
        {
            _group.AddAlive(Last, LastTime);
            _aliveWritten = options.Time.GetTimestamp();
        }

        return null;
    }

    /// <summary>A transaction is in one segment as a whole, so a segment may only end before one begins.</summary>
    private LogFault? RollWhenDue()
    {
        if (Segment.Index.End + _group.Length < options.SegmentBytesMax || Segment.IsEmpty && _group.IsEmpty)
        {
            return null;
        }

        if (Write() is { } fault)
        {
            return fault;
        }

        try
        {
            Segment = shelf.Roll(Segment);
            shelf.Retain(Bytes);
        }
        catch (IOException error)
        {
            Fault = Faults.Of(error);
        }

        return Fault;
    }

    private LogFault? Room(long more)
    {
        if (options.QuotaBytes is not { } quota || Bytes + more <= quota)
        {
            return null;
        }

        shelf.Retain(Bytes + more);
        return Bytes + more <= quota ? null : Faults.Quota(Bytes + more, quota);
    }
}
