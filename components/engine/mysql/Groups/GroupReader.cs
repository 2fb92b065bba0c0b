using System.Buffers;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.MySql.Values;
using Holdfast.Engine.Seams;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>
/// Puts the events of a log together to transactions. A group counts once its end was seen, and every event in it was understood. A
/// group's position is where its first event ends, which is known before its rows and differs from where the group before has ended.
/// </summary>
internal sealed class GroupReader(ITables tables, StreamFilter filter, int partBytes)
{
    private readonly Dictionary<string, Group> _parked = new(StringComparer.Ordinal);
    private readonly GroupRows _rows = new(tables, filter, partBytes);
    private EventParser? _format;
    private Group? _open;

    /// <summary>Buffer of the group before, to be used again; a group that waits for its second phase keeps its own.</summary>
    private ArrayBufferWriter<byte>? _spare;

    /// <summary>No group is open: a sign of life may be shown.</summary>
    internal bool IsBetween => _open is null;

    /// <summary>Position of the last group that has ended.</summary>
    internal Position Last { get; private set; }

    /// <summary>The reader has everything up to here.</summary>
    internal required Position After { get; init; }

    /// <summary>The reader has it from another server.</summary>
    internal Func<string?, bool> IsKnown { get; init; } = static _ => false;

    /// <summary>Told of each group that has ended.</summary>
    internal Action<Group>? Ended { get; init; }

    /// <summary>Takes the next event.</summary>
    /// <param name="happened">As it was read.</param>
    /// <param name="format">The format of its file.</param>
    /// <param name="end">The place where it ends.</param>
    /// <param name="to">Takes what is to be shown.</param>
    /// <param name="cancel">Gives up.</param>
    internal async ValueTask Take(
        BinlogEvent happened, EventParser format, Position end, List<SourceEvent> to, CancellationToken cancel)
    {
        _format = format;
        switch (happened.Kind)
        {
            case EventKind.Gtid or EventKind.AnonymousGtid:
                Open(GtidEvent.OfMySql(happened), happened, end);
                break;
            case EventKind.MariaGtid:
                Open(GtidEvent.OfMaria(happened), happened, end);
                break;
            case EventKind.FormatDescription or EventKind.Rotate:
                // Numbers of tables begin anew with each file.
                _rows.Forget();
                break;
            case EventKind.Incident:
                throw Fault(SourceFaults.Incident(Last, System.Text.Encoding.UTF8.GetString(
                    happened.Body.Span[Math.Min(3, happened.Body.Length)..])));
            default:
                if (_open is { } group)
                {
                    await Inside(group, happened, to, cancel);
                }
                else if (EventKinds.IsUnknown(happened))
                {
                    throw Fault(SourceFaults.UnknownEvent((byte)happened.Kind, Last));
                }

                break;
        }
    }

    /// <summary>
    /// Commit time of a group: microseconds. Where the log says only the second, it is taken for the second's last moment: a reader that
    /// asks for a time within that second gets all of it.
    /// </summary>
    internal static long CommitTime(GtidEvent gtid, BinlogEvent from) =>
        gtid.CommitTime ?? from.Time * Temporals.Second + (Temporals.Second - 1);

    private void Open(GtidEvent gtid, BinlogEvent from, Position at)
    {
        if (_open is { IsSeen: false } broken)
        {
            // The server writes groups whole: the one before has no end.
            throw new DamagedException($"the group at {broken.Position} has no end");
        }

        _rows.Begin();
        _open = new Group
        {
            Position = at,
            CommitTime = CommitTime(gtid, from),
            SourceId = gtid.Id,
            IsStandalone = gtid.IsStandalone,
            IsBegun = from.Kind == EventKind.MariaGtid && !gtid.IsStandalone,
            Xid = gtid.Xid,
            IsSeen = at <= After || IsKnown(gtid.Id),
            Changes = _spare ?? new ArrayBufferWriter<byte>(),
        };
        _spare = null;
    }

    private async ValueTask Inside(Group group, BinlogEvent happened, List<SourceEvent> to, CancellationToken cancel)
    {
        switch (happened.Kind)
        {
            case EventKind.Query or EventKind.CompressedQuery:
                await Query(group, QueryEvent.Parse(happened, _format!.PostHeader(EventKind.Query)), to, cancel);
                break;
            case EventKind.TableMap:
                await _rows.Map(happened, _format!.PostHeader(EventKind.TableMap), group, to, cancel);
                break;
            case EventKind.WriteRows1 or EventKind.UpdateRows1 or EventKind.DeleteRows1 or EventKind.WriteRows2 or EventKind.UpdateRows2
                or EventKind.DeleteRows2:
                _rows.Read(group, happened, _format!.PostHeader(happened.Kind), to);
                break;
            case >= EventKind.CompressedWriteRows1 and <= EventKind.CompressedDeleteRows2:
                var lengths = _format!.PostHeader(happened.Kind);
                _rows.Read(group, Compressed.Plain(happened, lengths), lengths, to);
                break;
            case EventKind.TransactionPayload:
                foreach (var inner in Compressed.Payload(happened))
                {
                    await Inside(group, inner, to, cancel);
                }

                break;
            case EventKind.Xid:
                Commit(group, to);
                break;
            case EventKind.XaPrepare:
                var (xid, isOnePhase) = XaPrepareEvent.Parse(happened);
                Prepare(group, xid, isOnePhase, to);
                break;
            default:
                if (EventKinds.IsUnknown(happened))
                {
                    throw Fault(SourceFaults.UnknownEvent((byte)happened.Kind, group.Position));
                }

                break;
        }
    }

    private async ValueTask Query(Group group, QueryEvent query, List<SourceEvent> to, CancellationToken cancel)
    {
        var statement = StatementText.Of(query.Text, query.Schema);
        switch (statement.Kind)
        {
            case StatementKind.Begin:
                group.IsBegun = true;
                return;
            case StatementKind.Savepoint or StatementKind.XaEnd:
                return;
            case StatementKind.XaStart:
                (group.IsBegun, group.Xid) = (true, statement.Xid);
                return;
            case StatementKind.Commit:
                Commit(group, to);
                return;
            case StatementKind.Rollback when group.HasShown:
            case StatementKind.RollbackToSavepoint when group.Count > 0 || group.HasShown:
                throw Fault(SourceFaults.TakenBack(group.Position));
            case StatementKind.RollbackToSavepoint:
                return;
            case StatementKind.Rollback:
                End(group);
                return;
            case StatementKind.XaPrepare:
                Prepare(group, statement.Xid, isOnePhase: false, to);
                return;
            case StatementKind.XaCommit or StatementKind.XaRollback:
                Resolve(group, statement, to);
                return;
            case StatementKind.Rows when !group.IsSeen && !Sql.IsSystem(query.Schema):
                throw Fault(SourceFaults.RowsAsStatement(query.Text, group.Position));
            case StatementKind.Truncate or StatementKind.Table:
                await Table(group, statement, query, to, cancel);
                return;
            default:
                if (!group.IsBegun)
                {
                    End(group);
                }

                return;
        }
    }

    /// <summary>A table is changed; within a transaction (CREATE TABLE … SELECT) rows follow, and say more.</summary>
    private async ValueTask Table(
        Group group, StatementText statement, QueryEvent query, List<SourceEvent> to, CancellationToken cancel)
    {
        tables.Forget();
        _rows.Forget();
        if (group.IsBegun)
        {
            return;
        }

        var read = DdlReader.Read(query.Text, query.Schema, Dialect.MySql(query.Modes ?? 0)).Tables.Select(t => (t.Schema, Table: t.Name));
        var wanted = statement.Tables.Concat(read).Where(t => _rows.Wants(t.Schema, t.Table)).Distinct().ToList();
        if (!group.IsSeen && wanted is [var (schema, name), ..])
        {
            if (statement.Kind == StatementKind.Truncate && await tables.Of(schema, name, cancel) is var (table, id) && id > 0)
            {
                _rows.Show(table, id, to);
                _rows.Add(group, new Change(ChangeKind.Truncate, id, default, default), to);
                Commit(group, to);
                return;
            }

            // One that concerns several tables goes to whoever wants one of them.
            group.IsGiven = true;
            to.Add(new TransactionEvent(group.Part(isLast: true) with
            {
                Ddl = new Ddl(query.Text, wanted.Count == 1 ? $"{schema}.{name}" : "")
                {
                    // Without the session's modes nobody knows what its quotes mean.
                    Engine = query.Modes is null ? "" : "mysql", Schema = query.Schema, Modes = query.Modes ?? 0,
                },
            }));
        }

        End(group);
    }

    private void Commit(Group group, List<SourceEvent> to)
    {
        var isWanted = !group.IsSeen && filter.WantsOrigin(group.Origin);
        if (isWanted && (group.Count > 0 || group.HasShown || group.Barrier is not null))
        {
            group.IsGiven = true;
            to.Add(new TransactionEvent(group.Part(isLast: true)));
        }

        End(group);
    }

    /// <summary>The first phase of an XA transaction: its rows wait, under its name.</summary>
    private void Prepare(Group group, string xid, bool isOnePhase, List<SourceEvent> to)
    {
        if (isOnePhase)
        {
            Commit(group, to);
            return;
        }

        if (!group.IsSeen)
        {
            _parked[xid] = group;
        }

        End(group, isParked: true);
    }

    private void Resolve(Group group, StatementText statement, List<SourceEvent> to)
    {
        if (_parked.Remove(statement.Xid, out var parked))
        {
            if (statement.Kind == StatementKind.XaCommit)
            {
                (group.Changes, group.Count, group.Origin, group.Barrier) = (parked.Changes, parked.Count, parked.Origin, parked.Barrier);
                Commit(group, to);
                return;
            }
        }
        else if (statement.Kind == StatementKind.XaCommit && !group.IsSeen)
        {
            throw Fault(SourceFaults.XaUnseen(statement.Xid, group.Position));
        }

        End(group);
    }

    private void End(Group group, bool isParked = false)
    {
        if (!isParked && group.Changes.Capacity <= 4L * partBytes)
        {
            _spare = group.Changes;
            _spare.ResetWrittenCount();
        }

        Last = Position.Later(Last, group.Position);
        _open = null;
        Ended?.Invoke(group);
    }

    private static SourceFaultException Fault(SourceFault fault) => new(fault);
}
