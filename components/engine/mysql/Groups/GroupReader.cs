using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Db;
using Holdfast.Engine.MySql.Events;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.MySql.Groups;

/// <summary>
/// Puts the events of a log together to transactions. A group counts once its end was seen, and every event in it was understood. A
/// group's position is where its first event ends, which is known before its rows and differs from where the group before has ended.
/// </summary>
internal sealed class GroupReader(ITables tables, StreamFilter filter, int partBytes)
{
    private readonly GroupLifecycle _groups = new(filter, partBytes);
    private readonly GroupRows _rows = new(tables, filter, partBytes);
    private EventParser? _format;

    /// <summary>No group is open: a sign of life may be shown.</summary>
    internal bool IsBetween => _groups.Open is null;

    /// <summary>The reader has everything up to here.</summary>
    internal required Position After { get => _groups.After; init => _groups.After = value; }

    /// <summary>The reader has it from another server.</summary>
    internal Func<string?, bool> IsKnown { get => _groups.IsKnown; init => _groups.IsKnown = value; }

    /// <summary>Told of each group that has ended.</summary>
    internal Action<Group>? Ended { get => _groups.Ended; init => _groups.Ended = value; }

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
                Begin(GtidEvent.OfMySql(happened), happened, end);
                break;
            case EventKind.MariaGtid:
                Begin(GtidEvent.OfMaria(happened), happened, end);
                break;
            case EventKind.FormatDescription or EventKind.Rotate:
                // Numbers of tables begin anew with each file.
                _rows.Forget();
                break;
            case EventKind.Incident:
                throw Fault(SourceFaults.Incident(_groups.Last, System.Text.Encoding.UTF8.GetString(
                    happened.Body.Span[Math.Min(3, happened.Body.Length)..])));
            default:
                if (_groups.Open is { } group)
                {
                    await Inside(group, happened, to, cancel);
                }
                else if (EventKinds.IsUnknown(happened))
                {
                    throw Fault(SourceFaults.UnknownEvent((byte)happened.Kind, _groups.Last));
                }

                break;
        }
    }

    private void Begin(GtidEvent gtid, BinlogEvent from, Position at)
    {
        _groups.Begin(gtid, from, at);
        _rows.Begin();
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
                _groups.Commit(group, to);
                break;
            case EventKind.XaPrepare:
                var (xid, isOnePhase) = XaPrepareEvent.Parse(happened);
                _groups.Prepare(group, xid, isOnePhase, to);
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
                _groups.Commit(group, to);
                return;
            case StatementKind.Rollback when group.HasShown:
            case StatementKind.RollbackToSavepoint when group.Count > 0 || group.HasShown:
                throw Fault(SourceFaults.TakenBack(group.Position));
            case StatementKind.RollbackToSavepoint:
                return;
            case StatementKind.Rollback:
                _groups.End(group);
                return;
            case StatementKind.XaPrepare:
                _groups.Prepare(group, statement.Xid, isOnePhase: false, to);
                return;
            case StatementKind.XaCommit or StatementKind.XaRollback:
                _groups.Resolve(group, statement, to);
                return;
            case StatementKind.Rows when !group.IsSeen && !Sql.IsSystem(query.Schema):
                throw Fault(SourceFaults.RowsAsStatement(query.Text, group.Position));
            case StatementKind.Truncate or StatementKind.Table:
                await Table(group, statement, query, to, cancel);
                return;
            default:
                if (!group.IsBegun)
                {
                    _groups.End(group);
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
                _groups.Commit(group, to);
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

        _groups.End(group);
    }

    private static SourceFaultException Fault(SourceFault fault) => new(fault);
}
