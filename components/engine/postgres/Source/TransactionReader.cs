using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;

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
    private readonly TupleReader _tuples = new();
    private readonly TransactionParts _parts = new(partBytes);
    private readonly ToldChanges _told = new();
    private byte[]? _key = key;
    private bool _isSealedElse;
    private OpenTransaction? _open;

    /// <summary>A transaction was begun and not ended.</summary>
    internal bool IsWithin => _open is not null;

    /// <summary>The events that a message makes known; the list is good until the next one.</summary>
    /// <exception cref="SourceFaultException">The message is not known.</exception>
    internal async ValueTask<IReadOnlyList<SourceEvent>> Take(ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        _parts.Clear();
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

        return _parts.Events;
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
                _open = new OpenTransaction(
                    new Position(timeline, at), time + EpochMicroseconds, xid.ToString(CultureInfo.InvariantCulture));
                break;
            case 'C':
                _parts.Commit(Opened(kind));
                _open = null;
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

    private OpenTransaction Opened(char kind) =>
        _open ?? throw new DamagedException($"a message of kind '{kind}' outside of a transaction");

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

    private void Change(OpenTransaction open, ref WireReader reader, char kind)
    {
        var relation = Related(reader.UInt32());
        if (open.IsLeftOut || !relation.IsWanted)
        {
            return;
        }

        var (before, after) = _tuples.Read(ref reader, relation, kind);
        var id = relation.Schema.Id;
        _parts.Add(open, relation.Schema, kind switch
        {
            'I' => new Change(ChangeKind.Insert, id, default, after),
            'U' => new Change(ChangeKind.Update, id, before, after),
            _ => new Change(ChangeKind.Delete, id, before, default),
        });
    }

    private void Truncate(OpenTransaction open, ref WireReader reader)
    {
        var count = reader.Int32();
        _ = reader.Byte();
        for (var i = 0; i < count; i++)
        {
            var relation = Related(reader.UInt32());
            if (!open.IsLeftOut && relation.IsWanted)
            {
                _parts.Add(open, relation.Schema, new Change(ChangeKind.Truncate, relation.Schema.Id, default, default));
            }
        }
    }

    /// <summary>Tells a statement, if somebody wants it.</summary>
    private void Tell(OpenTransaction open, Ddl ddl)
    {
        if (!open.IsLeftOut && ddl.IsWanted(filter))
        {
            _parts.Tell(open, ddl);
        }
    }

    private Relation Related(uint oid) => _relations.TryGetValue(oid, out var relation)
        ? relation : throw new DamagedException($"a row of table {oid}, which was not told");
}
