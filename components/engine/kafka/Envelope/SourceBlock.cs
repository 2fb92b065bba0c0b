using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engine.Kafka.Envelope;

/// <summary>An event's <c>source</c>: the fields of Debezium that this engine's log can say.</summary>
internal sealed class SourceBlock(KafkaSettings settings)
{
    private static readonly string Version = typeof(SourceBlock).Assembly.GetName().Version!.ToString(3);

    /// <summary>The fields in their order, each with what it says of a place.</summary>
    internal IEnumerable<(Field Field, object? Value)> Of(EventPlace place, string schema, string table)
    {
        var microseconds = place.Transaction.CommitTime;
        yield return (new Field("version", FieldType.Text, false), Version);
        yield return (new Field("connector", FieldType.Text, false), place.Connector);
        yield return (new Field("name", FieldType.Text, false), settings.Name);
        yield return (new Field("ts_ms", FieldType.Int64, false), microseconds / 1000);
        yield return (new Field("ts_us", FieldType.Int64, false), microseconds);
        yield return (new Field("ts_ns", FieldType.Int64, false), unchecked(microseconds * 1000));
        yield return (new Field("snapshot", FieldType.Boolean with { Default = false }, true), false);
        if (place.Engine == "mysql")
        {
            yield return (new Field("db", FieldType.Text, false), schema);
            yield return (new Field("table", FieldType.Text, false), table);
            yield return (new Field("gtid", FieldType.Text, true), place.Transaction.SourceId);
            yield return (new Field("pos", FieldType.Int64, false), (long)place.Transaction.Position.Minor);
        }
        else
        {
            yield return (new Field("db", FieldType.Text, false), settings.Database.Length > 0 ? settings.Database : settings.Name);
            yield return (new Field("schema", FieldType.Text, false), schema);
            yield return (new Field("table", FieldType.Text, false), table);
        }

        if (place.Engine == "postgres")
        {
            yield return (new Field("txId", FieldType.Int64, true), Number(place.Transaction.SourceId));
            yield return (new Field("lsn", FieldType.Int64, true), (long)place.Transaction.Position.Minor);
            yield return (new Field("xmin", FieldType.Int64, true), null);
        }
        else
        {
            yield return (new Field("position", FieldType.Text, true), place.Transaction.Position.ToString());
        }
    }

    internal static void Write(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case string text: json.WriteString(name, text); break;
            case long number: json.WriteNumber(name, number); break;
            case bool truth: json.WriteBoolean(name, truth); break;
            default: throw new ArgumentOutOfRangeException(nameof(value), value, null);
        }
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
