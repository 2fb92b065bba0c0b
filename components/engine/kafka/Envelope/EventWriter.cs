using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engine.Kafka.Envelope;

/// <summary>Writes one change of a row as an event.</summary>
internal sealed class EventWriter(KafkaSettings settings)
{
    private readonly SourceBlock _source = new(settings);

    /// <summary>The event's value.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="op"><c>c</c>, <c>u</c>, <c>d</c>, <c>r</c> or <c>t</c>.</param>
    /// <param name="before">The row as it was; without columns: none.</param>
    /// <param name="after">The row as it is; without columns: none.</param>
    /// <param name="place">The place in the source's log.</param>
    /// <exception cref="UnwritableException">A value cannot be said exactly.</exception>
    internal byte[] Value(TableCode table, string op, RowIndex before, RowIndex after, EventPlace place) =>
        settings.Format == EventFormat.CloudEvents
            ? CloudEvent(table, op, before, after, place)
            : Json.Written(json =>
            {
                if (!settings.HasSchemas)
                {
                    Payload(json, table, op, before, after, place);
                    return;
                }

                json.WriteStartObject();
                json.WritePropertyName("schema");
                json.WriteRawValue(table.EnvelopeSchema(before, after,
                    () => [.. _source.Of(place, table.Table.Schema, table.Table.Name).Select(f => f.Field)],
                    $"io.debezium.connector.{place.Connector}.Source"), skipInputValidation: true);
                json.WritePropertyName("payload");
                Payload(json, table, op, before, after, place);
                json.WriteEndObject();
            });

    /// <summary>A transaction begins.</summary>
    internal static byte[] Begin(EventPlace place) => Boundary("BEGIN", place, null);

    /// <summary>A transaction ends.</summary>
    internal static byte[] End(EventPlace place, IReadOnlyCollection<KeyValuePair<string, long>> counts) => Boundary("END", place, counts);

    /// <summary>The key of both.</summary>
    internal static byte[] BoundaryKey(EventPlace place) => Json.Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", place.TransactionId);
        json.WriteEndObject();
    });

    /// <summary>A table as it is from here on, or a statement that changed one.</summary>
    internal byte[] SchemaChange(TableCode? table, bool isNew, EventPlace place) => Json.Written(json =>
    {
        var (schema, name) = table is null ? ("", "") : (table.Table.Schema, table.Table.Name);
        json.WriteStartObject();
        json.WritePropertyName("source");
        Source(json, place, schema, name);
        Times(json, place.Now);
        json.WriteString("databaseName", DatabaseOf(place, schema));
        json.WriteString("schemaName", place.Engine == "mysql" ? null : schema);
        json.WriteString("ddl", place.Transaction.Ddl?.Statement);
        json.WriteStartArray("tableChanges");
        if (table is not null)
        {
            TableDescription.Write(json, table, isNew);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>The key of a schema change: all of one database keep their order.</summary>
    internal byte[] SchemaChangeKey(EventPlace place, string schema) => Json.Written(json =>
    {
        json.WriteStartObject();
        json.WriteString("databaseName", DatabaseOf(place, schema));
        json.WriteEndObject();
    });

    private string DatabaseOf(EventPlace place, string schema) =>
        place.Engine == "mysql" && schema.Length > 0 ? schema : settings.Database.Length > 0 ? settings.Database : settings.Name;

    private void Payload(Utf8JsonWriter json, TableCode table, string op, RowIndex before, RowIndex after, EventPlace place)
    {
        json.WriteStartObject();
        if (op != "t")
        {
            Images(json, table, before, after);
        }

        json.WritePropertyName("source");
        Source(json, place, table.Table.Schema, table.Table.Name);
        if (settings.HasTransactions)
        {
            json.WriteStartObject("transaction");
            json.WriteString("id", place.TransactionId);
            json.WriteNumber("total_order", place.Total);
            json.WriteNumber("data_collection_order", place.OfTable);
            json.WriteEndObject();
        }

        json.WriteString("op", op);
        Times(json, place.Now);
        json.WriteEndObject();
    }

    private static void Images(Utf8JsonWriter json, TableCode table, RowIndex before, RowIndex after)
    {
        json.WritePropertyName("before");
        table.Image(json, before, None, isAfter: false);
        json.WritePropertyName("after");
        table.Image(json, after, before, isAfter: true);
    }

    private void Source(Utf8JsonWriter json, EventPlace place, string schema, string table)
    {
        json.WriteStartObject();
        foreach (var (field, value) in _source.Of(place, schema, table))
        {
            SourceBlock.Write(json, field.Name, value);
        }

        json.WriteEndObject();
    }

    private static void Times(Utf8JsonWriter json, long microseconds)
    {
        json.WriteNumber("ts_ms", microseconds / 1000);
        json.WriteNumber("ts_us", microseconds);
        json.WriteNumber("ts_ns", unchecked(microseconds * 1000));
    }

    private static byte[] Boundary(string status, EventPlace place, IReadOnlyCollection<KeyValuePair<string, long>>? counts) =>
        Json.Written(json =>
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            json.WriteString("id", place.TransactionId);
            if (counts is null)
            {
                json.WriteNull("event_count");
                json.WriteNull("data_collections");
            }
            else
            {
                json.WriteNumber("event_count", counts.Sum(c => c.Value));
                json.WriteStartArray("data_collections");
                foreach (var (table, count) in counts)
                {
                    json.WriteStartObject();
                    json.WriteString("data_collection", table);
                    json.WriteNumber("event_count", count);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteNumber("ts_ms", place.Transaction.CommitTime / 1000);
            json.WriteEndObject();
        });

    /// <summary>
    /// Writes an event in the form that Debezium documents: attributes of extensions are text, in small letters and digits.
    /// </summary>
    private byte[] CloudEvent(TableCode table, string op, RowIndex before, RowIndex after, EventPlace place) => Json.Written(json =>
    {
        var number = place.Total.ToString(CultureInfo.InvariantCulture);
        json.WriteStartObject();
        json.WriteString("id", $"name:{settings.Name};position:{place.Transaction.Position};no:{number}");
        json.WriteString("source", $"/holdfast/{place.Connector}/{Uri.EscapeDataString(settings.Name)}");
        json.WriteString("specversion", "1.0");
        json.WriteString("type", $"io.debezium.connector.{place.Connector}.DataChangeEvent");
        json.WriteString("time", Moments.Zoned(place.Transaction.CommitTime));
        json.WriteString("datacontenttype", "application/json");
        json.WriteString("iodebeziumop", op);
        foreach (var (field, value) in _source.Of(place, table.Table.Schema, table.Table.Name).Where(f => f.Value is not null))
        {
            var name = "iodebezium" + string.Concat(field.Name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
            json.WriteString(name, value is bool truth ? (truth ? "true" : "false")
                : Convert.ToString(value, CultureInfo.InvariantCulture));
        }

        if (settings.HasTransactions)
        {
            json.WriteString("iodebeziumtxid", place.TransactionId);
            json.WriteString("iodebeziumtxtotalorder", number);
            json.WriteString("iodebeziumtxdatacollectionorder", place.OfTable.ToString(CultureInfo.InvariantCulture));
        }

        json.WriteStartObject("data");
        if (op != "t")
        {
            Images(json, table, before, after);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static readonly RowIndex None = new();
}
