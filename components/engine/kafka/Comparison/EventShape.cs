using System.Buffers;
using Holdfast.Engine.Kafka.Envelope;
using Holdfast.Engine.Kafka.Topics;

namespace Holdfast.Engine.Kafka.Comparison;

/// <summary>
/// A table as it is compared with its events: a row is the JSON that its newest event has for it, found by its key's JSON. Rows without a
/// key keep their whole numbers beside it, so that what numbers them can be counted.
/// </summary>
internal sealed class EventShape
{
    private static readonly RowIndex None = new();

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly RowIndex _row = new();
    private readonly List<int> _numbers;

    internal EventShape(TableSchema table, string engine, TopicRouter router, KafkaSettings settings)
    {
        var key = table.Keys.FirstOrDefault(k => !k.IsInexact && (k.IsPrimary || k.Columns.All(c => !table.Columns[c].IsNullable)));
        IsKeyed = key is not null;
        Code = new TableCode(table, key?.Columns ?? [], IsKeyed, engine, router.Of(table.Schema, table.Name), settings);
        _numbers = IsKeyed ? [] : [.. Enumerable.Range(0, table.Columns.Count).Where(c => table.Columns[c].Kind == ValueKind.Int64)];
        Schema = table with
        {
            Columns =
            [
                .. IsKeyed ? [new Column { Name = "key", Kind = ValueKind.Text, IsNullable = false }] : Array.Empty<Column>(),
                .. _numbers.Select(c => new Column { Name = table.Columns[c].Name, Kind = ValueKind.Int64 }),
                new Column { Name = "row", Kind = ValueKind.Text },
            ],
            Keys = IsKeyed ? [new UniqueKey { Name = "key", Columns = [0], IsPrimary = true }] : [],
        };
    }

    /// <summary>The codes by which the sink writes the table's rows.</summary>
    internal TableCode Code { get; }

    /// <summary>The table as it is compared.</summary>
    internal TableSchema Schema { get; }

    internal bool IsKeyed { get; }

    /// <summary>The key and the JSON of a row of the source.</summary>
    internal (string Key, string Json) Of(Row row)
    {
        _row.Of(row);
        var json = Json.Written(to => Code.Image(to, _row, None, isAfter: true));
        return (IsKeyed ? Encoding.UTF8.GetString(Code.KeyOf(_row)!) : "", Encoding.UTF8.GetString(json));
    }

    /// <summary>A row as it is compared.</summary>
    internal Row Row(string key, string json)
    {
        _bytes.ResetWrittenCount();
        var to = new RowWriter(_bytes);
        if (IsKeyed)
        {
            to.Text(key);
        }

        using var parsed = _numbers.Count > 0 ? JsonDocument.Parse(json) : null;
        foreach (var column in _numbers)
        {
            if (parsed!.RootElement.TryGetProperty(Code.Table.Columns[column].Name, out var number) && number.TryGetInt64(out var value))
            {
                to.Int64(value);
            }
            else
            {
                to.Null();
            }
        }

        to.Text(json);
        return new Row(_bytes.WrittenSpan.ToArray());
    }
}
