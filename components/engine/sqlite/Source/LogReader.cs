using System.Buffers;
using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Db;
using Holdfast.Engine.Sqlite.Values;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Sqlite.Source;

/// <summary>Makes transactions of the log's rows, one part at a time, so that nothing is held but one part.</summary>
internal sealed class LogReader(Database database, StreamFilter filter, ulong generation, int bytesMax)
{
    private const int FirstValue = 4;
    private readonly Dictionary<uint, CapturedTable> _tables = [];
    private readonly HashSet<uint> _shown = [];
    private ArrayBufferWriter<byte> _changes = new();
    private Commit? _open;

    /// <summary>Commit time at <see cref="At"/>; null: not looked at yet.</summary>
    private long? _time;

    private bool _hasShownPart;

    /// <summary>Everything up to here was read.</summary>
    internal required long At { get; set; }

    private sealed record Commit(long Seq, long Time, string? Origin);

    /// <summary>A transaction was begun and not ended.</summary>
    internal bool IsWithin => _open is not null;

    /// <summary>Commit time at <see cref="At"/>; null: it is not known, or a transaction is open.</summary>
    internal long? Committed => IsWithin ? null : _time;

    /// <summary>Nothing new was found: what was read is to be there still.</summary>
    internal void Check()
    {
        if (!IsWithin)
        {
            NextCommit();
        }
    }

    /// <summary>The next events, at least one; empty: nothing else is sealed.</summary>
    internal IReadOnlyList<SourceEvent> Next()
    {
        _open ??= NextCommit();
        if (_open is not { } commit)
        {
            return [];
        }

        var events = new List<SourceEvent>();
        // A row of many MiB, once, is no reason to hold as much for ever.
        _changes = _changes.Capacity > 4L * bytesMax ? new ArrayBufferWriter<byte>() : _changes;
        _changes.ResetWrittenCount();
        var part = Read(commit, events, _changes);
        At = part.ReadTo;
        var hasNothing = part is { Count: 0, Ddl: null, Barrier: null } && !_hasShownPart;
        events.Add(hasNothing ? new AliveEvent(Place(commit), commit.Time) : new TransactionEvent(new TransactionPart
        {
            Position = Place(commit),
            CommitTime = commit.Time,
            Origin = commit.Origin,
            IsFirst = !_hasShownPart,
            IsLast = part.IsLast,
            Ddl = part.Ddl,
            Barrier = part.Barrier,
            // The event's receiver keeps its bytes: a piece of just their length, not one that grew by doubling.
            Changes = _changes.WrittenSpan.ToArray(),
            Count = part.Count,
        }));
        _hasShownPart = !part.IsLast;
        (_open, _time) = part.IsLast ? (null, commit.Time) : (_open, _time);
        return events;
    }

    private sealed record Piece(long ReadTo, bool IsLast, int Count, Ddl? Ddl = null, ulong? Barrier = null);

    private Piece Read(Commit commit, List<SourceEvent> events, ArrayBufferWriter<byte> bytes)
    {
        if (!filter.WantsOrigin(commit.Origin))
        {
            return new Piece(commit.Seq, true, 0);
        }

        var rows = database.Bound("SELECT * FROM hf_log WHERE seq > ?1 AND seq <= ?2 ORDER BY seq", [At, commit.Seq]);
        try
        {
            var count = 0;
            var to = At;
            while (bytes.WrittenCount < bytesMax && rows.Step())
            {
                to = rows.Int64(0);
                var op = (LogOp)rows.Int64(2);
                if (op >= LogOp.Beat)
                {
                    return Own(rows, op, commit);
                }

                count += Change(rows, op, commit, events, bytes) ? 1 : 0;
            }

            return new Piece(to, to == commit.Seq, count);
        }
        finally
        {
            rows.Reset();
        }
    }

    /// <summary>A row that this engine wrote is a transaction of its own.</summary>
    private Piece Own(Statement rows, LogOp op, Commit commit) => op switch
    {
        LogOp.Stop => throw new SourceFaultException(new SourceFault(Text(rows, 0), Text(rows, 1), Text(rows, 2))),
        LogOp.Ddl when !IsWanted(Text(rows, 1)) => new Piece(commit.Seq, true, 0),
        LogOp.Ddl => new Piece(commit.Seq, true, 0, Ddl: new Ddl(Text(rows, 0), Text(rows, 1))
        {
            Engine = "sqlite", Schema = Tables.TableReader.Main,
        }),
        _ => new Piece(commit.Seq, true, 0, Barrier: rows.IsNull(FirstValue) ? null : (ulong)rows.Int64(FirstValue)),
    };

    private bool Change(Statement rows, LogOp op, Commit commit, List<SourceEvent> events, ArrayBufferWriter<byte> bytes)
    {
        var table = Table((uint)rows.Int64(1));
        if (!filter.Wants(table.Schema.Schema, table.Schema.Name))
        {
            return false;
        }

        if (rows.Int64(3) == 0 && rows.Int64(0) > table.SameTo)
        {
            // Another reader may have found it to be the same but for its text.
            _tables.Remove(table.Schema.Id);
            if (rows.Int64(0) > Table(table.Schema.Id).SameTo)
            {
                throw new SourceFaultException(SourceFaults.Changed(table.Schema.FullName, new Position(generation, (ulong)rows.Int64(0))));
            }
        }

        if (_shown.Add(table.Schema.Id))
        {
            events.Add(new SchemaEvent(table.Schema));
        }

        var columns = table.Schema.Columns.Count;
        var change = op switch
        {
            LogOp.Insert => new Change(ChangeKind.Insert, table.Schema.Id, default, Image(rows, 0, columns)),
            LogOp.Delete => new Change(ChangeKind.Delete, table.Schema.Id, Image(rows, 0, columns), default),
            LogOp.Update => new Change(ChangeKind.Update, table.Schema.Id, Image(rows, 0, columns), Image(rows, columns, columns)),
            _ => throw new DamagedException($"there is no kind {(int)op} of a row in the log"),
        };
        ChangeCodec.Write(bytes, change);
        return true;
    }

    private readonly ArrayBufferWriter<byte> _before = new();
    private readonly ArrayBufferWriter<byte> _after = new();

    private Row Image(Statement rows, int from, int columns)
    {
        var bytes = from == 0 ? _before : _after;
        bytes.ResetWrittenCount();
        var writer = new RowWriter(bytes);
        for (var i = from; i < from + columns; i++)
        {
            ValueReader.Copy(rows, FirstValue + i, writer);
        }

        return new Row(bytes.WrittenMemory);
    }

    /// <summary>The commit that was read last must still be there: else the file was put back to an older time under the reader.</summary>
    private Commit? NextCommit()
    {
        var statement = database.Bound("SELECT seq, time, origin FROM hf_commit WHERE seq >= ?1 ORDER BY seq LIMIT 2", [At]);
        var isThere = statement.Step() && statement.Int64(0) == At && (_time is null || _time == statement.Int64(1));
        _time ??= isThere ? statement.Int64(1) : null;
        var commit = isThere && statement.Step() ? new Commit(statement.Int64(0), statement.Int64(1), statement.TextOrNull(2)) : null;
        statement.Reset();
        return isThere ? commit : throw new SourceFaultException(Gone());
    }

    private SourceFault Gone()
    {
        var (at, newest) = (new Position(generation, (ulong)At), new Position(generation, (ulong)CaptureLog.Sealed(database)));
        return CaptureLog.Read(database) is not { } log ? SourceFaults.NotInstalled(database.Path)
            : log.Generation != generation ? SourceFaults.Interrupted(at, log.Generation)
            : SourceFaults.Unknown(at, newest);
    }

    private CapturedTable Table(uint id) => _tables.TryGetValue(id, out var table) ? table : _tables[id] =
        CapturedTable.Read(database, id) ?? throw new DamagedException($"the log names a table {id} that it does not know");

    private bool IsWanted(string fullName)
    {
        var dot = fullName.IndexOf('.', StringComparison.Ordinal);
        return filter.Wants(fullName[..dot], fullName[(dot + 1)..]);
    }

    private Position Place(Commit commit) => new(generation, (ulong)commit.Seq);

    private static string Text(Statement rows, int value) => rows.TextOrNull(FirstValue + value) ?? "";
}
