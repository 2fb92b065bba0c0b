using Holdfast.Engine.Kafka.Client;
using Holdfast.Engine.Kafka.Envelope;
using Holdfast.Engine.Kafka.Topics;
using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>
/// Makes a group's messages, in the source's order. It counts events over the parts of a transaction, so each lane has one.
/// </summary>
internal sealed class MessageBuilder(KafkaSettings settings, TopicRouter router)
{
    private const string NewKey = "__debezium.newkey";
    private const string OldKey = "__debezium.oldkey";

    private readonly EventWriter _events = new(settings);
    private readonly TableCodes _tables = new(settings, router);
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly RowIndex _before = new();
    private readonly RowIndex _after = new();
    private readonly RowIndex _none = new();
    private long _total;

    /// <summary>All messages of a group.</summary>
    /// <param name="group">It.</param>
    /// <param name="source">The source; null: not known.</param>
    /// <param name="shapeOf">The columns of a table as they were told last; null: never.</param>
    /// <param name="shapes">Takes those that are told now.</param>
    /// <param name="now">Microseconds since 1970-01-01T00:00:00Z.</param>
    /// <exception cref="RowRefusedException">A row cannot become a message.</exception>
    /// <exception cref="SourceFaultException">A table has no legal topic.</exception>
    internal IReadOnlyList<Draft> Build(
        SinkGroup group, SourceName? source, Func<string, string?> shapeOf, IDictionary<string, string> shapes, long now)
    {
        var drafts = new List<Draft>();
        var sources = new Queue<SourceTransaction>(group.Sources);
        SourceTransaction? open = null;
        for (var s = 0; s < group.Statements.Count; s++)
        {
            var statement = group.Statements[s];
            for (var r = 0; r < statement.Rows.Count; r++)
            {
                var at = statement.Rows[r].Source;
                while (open?.Position != at)
                {
                    Leave(open, source, now, drafts);
                    open = sources.TryDequeue(out var next) ? next : new SourceTransaction(at, group.SourceTime, null);
                    Enter(open, source, now, drafts);
                }

                var table = _tables.Of(statement, source);
                Tell(table, new EventPlace(source, open, _total, 0, now), shapeOf, shapes, drafts);
                Row(table, statement, statement.Rows[r], (s, r), new EventPlace(source, open, 0, 0, now), drafts);
            }
        }

        while (sources.TryDequeue(out var empty))
        {
            Leave(open, source, now, drafts);
            open = empty;
            Enter(open, source, now, drafts);
        }

        Leave(open, source, now, drafts);
        return drafts;
    }

    private void Enter(SourceTransaction transaction, SourceName? source, long now, List<Draft> to)
    {
        var place = new EventPlace(source, transaction, 0, 0, now);
        if (transaction.IsFirst)
        {
            _counts.Clear();
            _total = 0;
            if (settings.HasTransactions)
            {
                to.Add(Boundary(EventWriter.Begin(place), place));
            }
        }

        // A source that only notices that a table has changed gives no statement; the table is told before its next row.
        if (transaction.Ddl is { Statement.Length: > 0 } && settings.HasSchemaChanges)
        {
            to.Add(Change(null, false, place));
        }
    }

    private void Leave(SourceTransaction? transaction, SourceName? source, long now, List<Draft> to)
    {
        if (transaction is { IsLast: true } && settings.HasTransactions)
        {
            var place = new EventPlace(source, transaction, 0, 0, now);
            to.Add(Boundary(EventWriter.End(place, _counts), place));
        }
    }

    private Draft Boundary(byte[] value, EventPlace place) => new(
        router.TransactionTopic, "transactions", [], Message(EventWriter.BoundaryKey(place), value), 0, null);

    /// <summary>All schema changes of a task are in one partition, in their order.</summary>
    private Draft Change(TableCode? table, bool isNew, EventPlace place) => new(router.SchemaTopic, "schema changes", [], Message(
        _events.SchemaChangeKey(place, table?.Table.Schema ?? ""), _events.SchemaChange(table, isNew, place)), 0, null);

    private void Tell(
        TableCode table, EventPlace place, Func<string, string?> shapeOf, IDictionary<string, string> shapes, List<Draft> to)
    {
        var name = table.Table.FullName;
        if (!settings.HasSchemaChanges || shapes.ContainsKey(name))
        {
            return;
        }

        var shape = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
            SchemaCodec.Write(table.Table with { Id = 0 })).AsSpan(0, 16));
        var told = shapeOf(name);
        shapes[name] = shape;
        if (told != shape)
        {
            to.Add(Change(table, told is null, place));
        }
    }

    private void Row(
        TableCode table, SinkStatement statement, SinkRow row, (int Statement, int Row) index, EventPlace place, List<Draft> to)
    {
        _before.Of(row.Before);
        _after.Of(row.After);
        try
        {
            switch (statement.Mode)
            {
                case WriteMode.Truncate:
                    to.Add(Event(table, "t", null, _none, _none, index, place));
                    break;
                case WriteMode.Delete:
                    Gone(table, Key(table, _before, index), null, index, place, to);
                    break;
                case WriteMode.Update when KeyChanged(table):
                    var (old, fresh) = (Key(table, _before, index), Key(table, _after, index));
                    Gone(table, old, fresh, index, place, to);
                    var came = Event(table, "c", fresh, _none, _after, index, place);
                    came.Message.Headers.Add(OldKey, old);
                    to.Add(came);
                    break;
                case WriteMode.Update:
                    to.Add(Event(table, "u", KeyOfAfter(table, index), _before, _after, index, place));
                    break;
                default:
                    to.Add(Event(table, "c", Key(table, _after, index), _none, _after, index, place));
                    break;
            }
        }
        catch (UnwritableException error)
        {
            throw new RowRefusedException(KafkaFaults.Unwritable(
                table.Table.FullName, error.Column, error.Value, error.Message, index.Statement, index.Row));
        }
    }

    /// <summary>The delete, and what makes a compacted topic forget the key.</summary>
    private void Gone(TableCode table, byte[]? key, byte[]? newKey, (int Statement, int Row) index, EventPlace place, List<Draft> to)
    {
        var gone = Event(table, "d", key, _before, _none, index, place);
        if (newKey is not null)
        {
            gone.Message.Headers.Add(NewKey, newKey);
        }

        to.Add(gone);
        if (settings.HasTombstones && key is not null)
        {
            to.Add(new Draft(table.Routed.Topic, table.Table.FullName, key, Message(key, null), index.Statement, index.Row));
        }
    }

    private Draft Event(
        TableCode table, string op, byte[]? key, RowIndex before, RowIndex after, (int Statement, int Row) index, EventPlace place)
    {
        var name = table.Table.FullName;
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        var value = _events.Value(table, op, before, after, place with { Total = ++_total, OfTable = _counts[name] });
        var bytes = value.Length + (key?.Length ?? 0);
        if (bytes > settings.MessageBytesMax)
        {
            throw new RowRefusedException(
                KafkaFaults.TooLarge(name, bytes, settings.MessageBytesMax, index.Statement, index.Row));
        }

        return new Draft(table.Routed.Topic, name, key ?? Encoding.UTF8.GetBytes(name), Message(key, value), index.Statement, index.Row);
    }

    private Message<byte[]?, byte[]?> Message(byte[]? key, byte[]? value)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = [] };
        if (settings.Format == EventFormat.CloudEvents && value is not null)
        {
            message.Headers.Add("content-type", "application/cloudevents+json; charset=UTF-8"u8.ToArray());
        }

        return message;
    }

    private bool KeyChanged(TableCode table)
    {
        if (_before.Columns == 0)
        {
            return false;
        }

        foreach (var column in table.Key)
        {
            var was = _before[column];
            var becomes = _after[column];
            if (!was.IsAbsent && !becomes.IsAbsent && !was.Raw.SequenceEqual(becomes.Raw))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The key of an update that keeps its key: either image says it.</summary>
    private byte[]? KeyOfAfter(TableCode table, (int, int) index) => table.KeyOf(_after) ?? Key(table, _before, index);

    private static byte[]? Key(TableCode table, RowIndex row, (int Statement, int Row) index) =>
        table.Key.Count == 0 ? null
        : table.KeyOf(row) ?? throw new RowRefusedException(KafkaFaults.Unkeyed(table.Table.FullName, index.Statement, index.Row));
}
