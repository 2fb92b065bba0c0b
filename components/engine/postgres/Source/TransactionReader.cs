using System.Buffers;
using System.Globalization;
using System.Text;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Postgres.Source;

/// <summary>
/// Makes events of pgoutput's messages, protocol 1: whole transactions in the order of their commits. A transaction's position is where its
/// commit stands in the server's log, which its first message says already; so parts are shown as they come, and one is held.
/// </summary>
internal sealed class TransactionReader(Session catalog, StreamFilter filter, ulong timeline, int partBytes, byte[]? key)
{
    /// <summary>PostgreSQL counts from 2000-01-01.</summary>
    private const long EpochMicroseconds = 946_684_800_000_000;

    private readonly Dictionary<uint, Relation> _relations = [];
    private readonly HashSet<uint> _shown = [];
    private readonly TupleReader _tuples = new();
    private readonly List<SourceEvent> _events = [];
    private readonly ToldChanges _told = new();
    private byte[]? _key = key;
    private bool _isSealedElse;
    private ArrayBufferWriter<byte> _changes = new();
    private Open? _open;

    /// <summary>A transaction that has begun.</summary>
    private sealed record Open(Position Position, long CommitTime, string SourceId)
    {
        internal string? Origin { get; set; }

        internal bool HasMark { get; set; }

        internal ulong? Barrier { get; set; }

        internal bool IsLeftOut { get; set; }

        internal bool HasPart { get; set; }

        /// <summary>The key of the messages was asked for once more: anybody may write messages that no key opens.</summary>
        internal bool HasAsked { get; set; }

        internal int Count { get; set; }

        /// <summary>Statements that have come.</summary>
        internal int Statements { get; set; }

        /// <summary>The last one, until it is known whether anything follows it.</summary>
        internal Ddl? Statement { get; set; }
    }

    /// <summary>A transaction was begun and not ended.</summary>
    internal bool IsWithin => _open is not null;

    /// <summary>The events that a message makes known; the list is good until the next one.</summary>
    /// <exception cref="SourceFaultException">The message is not known.</exception>
    internal async ValueTask<IReadOnlyList<SourceEvent>> Take(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        _events.Clear();
        try
        {
            if (Told(message.Span) is { } told)
            {
                if (_told.Unexplained(told) is { } untold && _open is { } open)
                {
                    Tell(open, untold);
                }

                _relations[told.Oid] = await Relation.Of(catalog, told, filter, cancel).ConfigureAwait(false);
            }
            else if (_isSealedElse)
            {
                // Event triggers may have come since this reader began.
                _isSealedElse = false;
                _key = await DdlCapture.Key(catalog, cancel).ConfigureAwait(false);
                Told(message.Span);
                _isSealedElse = false;
            }
        }
        catch (DamagedException error)
        {
            throw new SourceFaultException(CaptureFaults.Strange(_open?.Position ?? new Position(timeline, 0), error.Message));
        }

        return _events;
    }

    /// <returns>A relation that is to be looked up; null: all is done.</returns>
    private ToldRelation? Told(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        var kind = (char)reader.Byte();
        switch (kind)
        {
            case 'B':
                var (at, time, xid) = (reader.UInt64(), reader.Int64(), reader.UInt32());
                _open = new Open(new Position(timeline, at), time + EpochMicroseconds, xid.ToString(CultureInfo.InvariantCulture));
                break;
            case 'C':
                Commit(Opened(kind));
                break;
            case 'R':
                return ToldRelation.Read(ref reader);
            case 'I' or 'U' or 'D':
                Change(Opened(kind), ref reader, kind);
                break;
            case 'T':
                Truncate(Opened(kind), ref reader);
                break;
            case 'M':
                Message(ref reader);
                break;
            case 'O':
                // Where it was committed first is a place of that server, not of this one.
                _ = reader.UInt64();
                var open = Opened(kind);
                open.Origin = reader.Text();
                open.IsLeftOut = !filter.WantsOrigin(open.Origin);
                break;
            case 'Y':
                // Types are looked up by their numbers.
                break;
            default:
                throw new DamagedException($"a message of kind '{kind}'");
        }

        return null;
    }

    private Open Opened(char kind) => _open ?? throw new DamagedException($"a message of kind '{kind}' outside of a transaction");

    private void Message(ref WireReader reader)
    {
        var isTransactional = (reader.Byte() & 1) != 0;
        _ = reader.UInt64();
        var prefix = reader.Text();
        var content = reader.Take(reader.Int32());
        if (!isTransactional || _open is not { } open)
        {
            return;
        }

        // A task says who it is before it writes a row; what an application says later, or in its own words, is none of it. It says
        // more than the server's own word for a transaction that came from elsewhere, which stands where there is no mark.
        if (prefix == LaneSession.MarkPrefix && open is { Count: 0, HasPart: false, HasMark: false })
        {
            open.HasMark = true;
            open.Origin = Encoding.UTF8.GetString(content);
            open.IsLeftOut = !filter.WantsOrigin(open.Origin);
        }
        else if (prefix == DdlCapture.Prefix)
        {
            if (DdlCapture.Opened(content, _key) is not { Length: > 0 } text)
            {
                (_isSealedElse, open.HasAsked) = (!open.HasAsked, true);
            }
            else if (ToldStatement.Read(text, open.SourceId, open.Statements, _told) is { } ddl)
            {
                Tell(open, ddl);
            }
        }
        else if (prefix == CaptureNames.Barrier
            && ulong.TryParse(content, NumberStyles.None, CultureInfo.InvariantCulture, out var barrier))
        {
            open.Barrier = barrier;
        }
    }

    private void Change(Open open, ref WireReader reader, char kind)
    {
        var relation = Related(reader.UInt32());
        if (open.IsLeftOut || !relation.IsWanted)
        {
            return;
        }

        var (before, after) = _tuples.Read(ref reader, relation, kind);
        var id = relation.Schema.Id;
        Add(open, relation, kind switch
        {
            'I' => new Change(ChangeKind.Insert, id, default, after),
            'U' => new Change(ChangeKind.Update, id, before, after),
            _ => new Change(ChangeKind.Delete, id, before, default),
        });
    }

    private void Truncate(Open open, ref WireReader reader)
    {
        var count = reader.Int32();
        _ = reader.Byte();
        for (var i = 0; i < count; i++)
        {
            var relation = Related(reader.UInt32());
            if (!open.IsLeftOut && relation.IsWanted)
            {
                Add(open, relation, new Change(ChangeKind.Truncate, relation.Schema.Id, default, default));
            }
        }
    }

    /// <summary>A statement that changes tables has its place between the rows.</summary>
    private void Tell(Open open, Ddl ddl)
    {
        if (open.IsLeftOut || !ddl.IsWanted(filter))
        {
            return;
        }

        if (open.Count > 0)
        {
            Show(open, isLast: false);
        }

        ShowStatement(open);
        open.Statement = ddl;
        open.Statements++;
    }

    private void ShowStatement(Open open)
    {
        if (open.Statement is not null)
        {
            Show(open, isLast: false);
        }
    }

    private void Add(Open open, Relation relation, Change change)
    {
        ShowStatement(open);
        if (_shown.Add(relation.Schema.Id))
        {
            _events.Add(new SchemaEvent(relation.Schema));
        }

        ChangeCodec.Write(_changes, change);
        open.Count++;
        if (_changes.WrittenCount >= partBytes)
        {
            Show(open, isLast: false);
        }
    }

    private void Commit(Open open)
    {
        if (open is { Count: 0, Barrier: null, HasPart: false, Statement: null })
        {
            _events.Add(new AliveEvent(open.Position, open.CommitTime));
        }
        else
        {
            Show(open, isLast: true);
        }

        _open = null;
    }

    private void Show(Open open, bool isLast)
    {
        _events.Add(new TransactionEvent(new TransactionPart
        {
            Position = open.Position,
            CommitTime = open.CommitTime,
            Origin = open.Origin,
            SourceId = open.SourceId,
            IsFirst = !open.HasPart,
            IsLast = isLast,
            Barrier = isLast ? open.Barrier : null,
            Ddl = open.Statement,
            // Whoever takes the event keeps its bytes: a piece of just their length, not one that grew by doubling.
            Changes = Taken(),
            Count = open.Count,
        }));
        open.HasPart = true;
        open.Count = 0;
        open.Statement = null;
        // A row of many MiB, once, is no reason to hold as much for ever.
        _changes = _changes.Capacity > 4L * partBytes ? new ArrayBufferWriter<byte>() : _changes;
        _changes.ResetWrittenCount();
    }

    private byte[] Taken()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(_changes.WrittenCount);
        _changes.WrittenSpan.CopyTo(bytes);
        return bytes;
    }

    private Relation Related(uint oid) => _relations.TryGetValue(oid, out var relation)
        ? relation : throw new DamagedException($"a row of table {oid}, which was not told");
}
