using Holdfast.Engine.Kafka.Envelope;
using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engine.Kafka.Comparison;

/// <summary>The rows that the messages of one topic come to: the last one of each key; without keys, how often each is there.</summary>
internal sealed class TopicTable(EventShape shape, KafkaSettings settings)
{
    private readonly Dictionary<string, string> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _next = [];

    /// <summary>Keys (empty: rows have none) and rows.</summary>
    internal IEnumerable<(string Key, string Json)> Rows => shape.IsKeyed ? _rows.Select(r => (r.Key, r.Value))
        : _counts.SelectMany(c => Enumerable.Repeat(("", c.Key), c.Value));

    /// <summary>The offset at which to read on.</summary>
    internal Offset Next(int partition) => _next.TryGetValue(partition, out var next) ? new Offset(next) : Offset.Beginning;

    internal void Take(ConsumeResult<byte[]?, byte[]?> read)
    {
        _next[read.Partition.Value] = read.Offset.Value + 1;
        if (read.Message.Value is not { } value)
        {
            // A tombstone, by which a compacted topic forgets a key, comes behind the event that says so; compaction leaves it.
            Gone(read.Message.Key);
            return;
        }

        using var message = JsonDocument.Parse(value);
        var isCloud = settings.Format == EventFormat.CloudEvents;
        var body = isCloud ? message.RootElement.GetProperty("data")
            : settings.HasSchemas ? message.RootElement.GetProperty("payload") : message.RootElement;
        switch ((isCloud ? message.RootElement.GetProperty("iodebeziumop") : body.GetProperty("op")).GetString())
        {
            case "t":
                _rows.Clear();
                _counts.Clear();
                break;
            case "d":
                Leave(read.Message.Key, body.GetProperty("before"));
                break;
            case "u" when !shape.IsKeyed:
                Leave(null, body.GetProperty("before"));
                Come(null, body.GetProperty("after"));
                break;
            default:
                Come(read.Message.Key, body.GetProperty("after"));
                break;
        }
    }

    private void Gone(byte[]? key)
    {
        if (key is not null)
        {
            _rows.Remove(Encoding.UTF8.GetString(key));
        }
    }

    private void Leave(byte[]? key, JsonElement before)
    {
        Gone(key);
        if (!shape.IsKeyed && before.ValueKind == JsonValueKind.Object && before.GetRawText() is var row
            && _counts.GetValueOrDefault(row) is > 0 and var count)
        {
            _counts[row] = count - 1;
        }
    }

    private void Come(byte[]? key, JsonElement after)
    {
        if (!shape.IsKeyed)
        {
            var row = after.GetRawText();
            _counts[row] = _counts.GetValueOrDefault(row) + 1;
            return;
        }

        var name = Encoding.UTF8.GetString(key ?? []);
        _rows[name] = Whole(after, _rows.GetValueOrDefault(name));
    }

    /// <summary>Completes a row: a column that the event does not say is as it was before.</summary>
    private string Whole(JsonElement after, string? before)
    {
        if (before is null || shape.Code.Table.Columns.All(c => after.TryGetProperty(c.Name, out var said) && !IsUnsaid(said, c.Kind)))
        {
            return after.GetRawText();
        }

        using var former = JsonDocument.Parse(before);
        return Encoding.UTF8.GetString(Json.Written(json =>
        {
            json.WriteStartObject();
            foreach (var column in shape.Code.Table.Columns)
            {
                if (after.TryGetProperty(column.Name, out var said) && !IsUnsaid(said, column.Kind)
                    || former.RootElement.TryGetProperty(column.Name, out said))
                {
                    json.WritePropertyName(column.Name);
                    json.WriteRawValue(said.GetRawText(), skipInputValidation: true);
                }
            }

            json.WriteEndObject();
        }));
    }

    private static bool IsUnsaid(JsonElement said, Holdfast.Engine.Values.ValueKind kind) =>
        said.ValueKind == JsonValueKind.String && ValueJson.Placeholder(kind) is { } placeholder && said.ValueEquals(placeholder);
}
