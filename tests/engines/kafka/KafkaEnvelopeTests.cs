using Holdfast.Engine.Kafka;
using Holdfast.Engine.Kafka.Sink;
using Holdfast.Engine.Kafka.Topics;

namespace Holdfast.Engines.Tests.Kafka;

/// <summary>
/// Events beside the examples of Debezium's manual, in golden/debezium: postgresql.html#postgresql-create-events and the sections after
/// it, and integrations/cloudevents.html, both under debezium.io/documentation/reference/stable. Compared as JSON, whatever the order.
/// </summary>
public sealed class KafkaEnvelopeTests
{
    private const long Committed = 1559033904863123;

    private static readonly TableSchema Customers = new()
    {
        Id = 1,
        Schema = "public",
        Name = "customers",
        Columns =
        [
            new Column { Name = "id", Kind = ValueKind.Int64, Type = "integer", IsNullable = false },
            new Column { Name = "first_name", Kind = ValueKind.Text, Type = "character varying(255)", IsNullable = false },
            new Column { Name = "last_name", Kind = ValueKind.Text, Type = "character varying(255)", IsNullable = false },
            new Column { Name = "email", Kind = ValueKind.Text, Type = "character varying(255)", IsNullable = false },
        ],
        Keys = [new UniqueKey { Name = "customers_pkey", Columns = [0], IsPrimary = true }],
    };

    private static readonly KafkaSettings Settings = new()
    {
        Servers = "x", Name = "PostgreSQL_server", Database = "postgres", HasSchemaChanges = false,
    };

    private static readonly Row Anne = Rows.Of(1, "Anne", "Kretchmar", "annek@noanswer.org");
    private static readonly Row AnneMarie = Rows.Of(1, "Anne Marie", "Kretchmar", "annek@noanswer.org");
    private static readonly Row KeyOnly = Rows.Of(1, Absent.Value, Absent.Value, Absent.Value);

    [Fact]
    public void A_create_event_with_its_schema_is_the_manual_s()
    {
        var create = Assert.Single(Built(Settings with { HasSchemas = true }, WriteMode.Insert, "555", 24023128, (default, Anne)));
        var value = Json(create.Message.Value!);
        var golden = Golden("create");
        Same(golden["schema"]!, value["schema"]!);
        Payload(golden["payload"]!, value["payload"]!);
        Same(Golden("key"), Json(create.Message.Key!));
        Assert.Equal("PostgreSQL_server.public.customers", create.Topic);
    }

    [Fact]
    public void An_update_event_is_the_manual_s_and_says_of_before_what_the_source_said()
    {
        var update = Assert.Single(Built(Settings, WriteMode.Update, "556", 24023128, (KeyOnly, AnneMarie)));
        Payload(Golden("update")["payload"]!, Json(update.Message.Value!));
        Assert.Equal("""{"id":1}""", Encoding.UTF8.GetString(update.Message.Key!));
    }

    [Fact]
    public void A_delete_event_is_the_manual_s_and_a_tombstone_follows()
    {
        var drafts = Built(Settings, WriteMode.Delete, "556", 46523128, (KeyOnly, default));
        Payload(Golden("delete")["payload"]!, Json(drafts[0].Message.Value!));
        Assert.Equal(2, drafts.Count);
        Assert.Null(drafts[1].Message.Value);
        Assert.Equal(drafts[0].Message.Key, drafts[1].Message.Key);
        Assert.Single(Built(Settings with { HasTombstones = false }, WriteMode.Delete, "556", 46523128, (KeyOnly, default)));
    }

    [Fact]
    public void A_truncate_event_is_the_manual_s_and_has_no_key()
    {
        var truncate = Assert.Single(Built(Settings, WriteMode.Truncate, "556", 46523128, (default, default)));
        Payload(Golden("truncate")["payload"]!, Json(truncate.Message.Value!));
        Assert.Null(truncate.Message.Key);
    }

    [Fact]
    public void A_key_that_changes_is_a_delete_a_tombstone_and_a_create_that_name_each_other()
    {
        var other = Rows.Of(1004, "Anne", "Kretchmar", "annek@noanswer.org");
        var drafts = Built(Settings, WriteMode.Update, "557", 1, (Anne, other));
        Assert.Equal(["d", null, "c"], drafts.Select(d => d.Message.Value is { } v ? (string?)Json(v)["op"] : null));
        Assert.Equal(["""{"id":1}""", """{"id":1}""", """{"id":1004}"""], drafts.Select(d => Encoding.UTF8.GetString(d.Message.Key!)));
        Assert.Equal("""{"id":1004}""", Header(drafts[0], "__debezium.newkey"));
        Assert.Equal("""{"id":1}""", Header(drafts[2], "__debezium.oldkey"));
        Assert.Equal("Anne", (string?)Json(drafts[0].Message.Value!)["before"]!["first_name"]);
        Assert.Null(Json(drafts[2].Message.Value!)["before"]);
    }

    [Fact]
    public void What_the_source_does_not_say_is_filled_from_before_or_said_to_be_unavailable()
    {
        var after = Rows.Of(1, "Anne Marie", Absent.Value, "a@b");
        var known = Assert.Single(Built(Settings, WriteMode.Update, "1", 1, (Anne, after)));
        Assert.Equal("Kretchmar", (string?)Json(known.Message.Value!)["after"]!["last_name"]);
        var unknown = Assert.Single(Built(Settings, WriteMode.Update, "1", 1, (default, after)));
        Assert.Equal("__debezium_unavailable_value", (string?)Json(unknown.Message.Value!)["after"]!["last_name"]);
        Assert.Null(Json(unknown.Message.Value!)["before"]);
    }

    [Fact]
    public void A_transaction_is_told_with_its_events_as_the_manual_has_it()
    {
        var statement = new SinkStatement(Customers, WriteMode.Insert, [0], [0, 1, 2, 3],
            [.. Enumerable.Range(1, 2).Select(i => new SinkRow(default, Rows.Of(i, "a", "b", "c"), new Position(1, 53195829)))]);
        var drafts = Built(Settings with { HasTransactions = true }, statement, "571", 53195829);
        Assert.Equal(["PostgreSQL_server.transaction", "PostgreSQL_server.public.customers", "PostgreSQL_server.public.customers",
            "PostgreSQL_server.transaction"], drafts.Select(d => d.Topic));
        var values = drafts.Select(d => Json(d.Message.Value!)).ToList();
        Same(JsonNode.Parse($$"""
            {"status":"BEGIN","id":"571:53195829","event_count":null,"data_collections":null,"ts_ms":{{Committed / 1000}}}
            """)!, values[0]);
        Same(JsonNode.Parse("""{"id":"571:53195829","total_order":2,"data_collection_order":2}""")!, values[2]["transaction"]!);
        Same(JsonNode.Parse($$"""
            {"status":"END","id":"571:53195829","event_count":2,
             "data_collections":[{"data_collection":"public.customers","event_count":2}],"ts_ms":{{Committed / 1000}}}
            """)!, values[3]);
    }

    [Fact]
    public void A_CloudEvent_has_the_manual_s_attributes_and_is_structured_JSON()
    {
        var settings = Settings with { Name = "test_server", Format = EventFormat.CloudEvents };
        var table = new TableSchema
        {
            Id = 1, Schema = "s1", Name = "a",
            Columns =
            [
                new Column { Name = "pk", Kind = ValueKind.Int64, IsNullable = false }, new Column { Name = "name", Kind = ValueKind.Text },
            ],
            Keys = [new UniqueKey { Name = "pk", Columns = [0], IsPrimary = true }],
        };
        var statement = new SinkStatement(table, WriteMode.Insert, [0], [0, 1],
            [new SinkRow(default, Rows.Of(1, "Bob"), new Position(1, 29274832))]);
        var draft = Assert.Single(Built(settings, statement, "565", 29274832, 1578923739738000));
        Assert.Equal("application/cloudevents+json; charset=UTF-8", Header(draft, "content-type"));
        var (golden, value) = (Golden("cloudevent").AsObject(), Json(draft.Message.Value!).AsObject());
        Assert.Equal("name:test_server;position:1/1BEB2D0;no:1", (string?)value["id"]);
        Assert.Equal("/holdfast/postgresql/test_server", (string?)value["source"]);
        foreach (var own in new[] { "id", "source", "iodebeziumversion", "iodebeziumtsus", "iodebeziumtsns" })
        {
            golden.Remove(own);
            value.Remove(own);
        }

        Same(golden, value);
    }

    [Fact]
    public void A_table_is_told_before_its_first_row_and_when_it_has_changed()
    {
        var settings = Settings with { HasSchemaChanges = true };
        var builder = new MessageBuilder(settings, new TopicRouter(settings));
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        JsonNode Told(TableSchema table)
        {
            var now = new Dictionary<string, string>(StringComparer.Ordinal);
            var group = new SinkGroup([new SinkStatement(table, WriteMode.Insert, [0], [0], [new SinkRow(default, Anne, Rows.At(1))])],
                [], Rows.At(1), 1);
            var drafts = builder.Build(group, new SourceName("postgres", "x"), known.GetValueOrDefault, now, 1);
            known = now;
            return drafts[0].Topic == "PostgreSQL_server" ? Json(drafts[0].Message.Value!) : JsonValue.Create("nothing");
        }

        var created = Told(Customers);
        Assert.Equal("CREATE", (string?)created["tableChanges"]![0]!["type"]);
        Assert.Equal("\"public\".\"customers\"", (string?)created["tableChanges"]![0]!["id"]);
        Assert.Equal("id", (string?)created["tableChanges"]![0]!["table"]!["primaryKeyColumnNames"]![0]);
        Assert.Equal(255, (int?)created["tableChanges"]![0]!["table"]!["columns"]![1]!["length"]);
        Assert.Equal("nothing", (string?)Told(Customers));
        var altered = Customers with { Columns = [.. Customers.Columns.Take(3), Customers.Columns[3] with { Type = "text" }] };
        Assert.Equal("ALTER", (string?)Told(altered)["tableChanges"]![0]!["type"]);
    }

    private static IReadOnlyList<Draft> Built(
        KafkaSettings settings, WriteMode mode, string id, ulong lsn, (Row Before, Row After) row) => Built(settings,
            new SinkStatement(Customers, mode, [0], [0, 1, 2, 3], [new SinkRow(row.Before, row.After, new Position(1, lsn))]), id, lsn);

    private static IReadOnlyList<Draft> Built(KafkaSettings settings, SinkStatement statement, string id, ulong lsn, long time = Committed)
    {
        var at = new Position(1, lsn);
        var group = new SinkGroup([statement], [at], at, time) { Sources = [new SourceTransaction(at, time, id)] };
        return new MessageBuilder(settings, new TopicRouter(settings)).Build(
            group, new SourceName("postgres", "x"), _ => null, new Dictionary<string, string>(), time);
    }

    private static JsonNode Json(byte[] bytes) => JsonNode.Parse(bytes)!;

    private static string Header(Draft draft, string name) => Encoding.UTF8.GetString(draft.Message.Headers.GetLastBytes(name));

    private static JsonNode Golden(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "kafka", "golden", "debezium", $"{name}.json")))!;

    /// <summary>Version and times are ours; the place of the last commit (<c>sequence</c>) and snapshots are not told.</summary>
    private static void Payload(JsonNode golden, JsonNode value)
    {
        foreach (var (payload, own) in new[] { (golden, false), (value, true) })
        {
            var source = payload["source"]!.AsObject();
            Assert.True(!own || source["version"] is not null && (string?)source["connector"] == "postgresql");
            foreach (var name in new[] { "version", "sequence", "snapshot", "ts_ms", "ts_us", "ts_ns" })
            {
                Assert.True(!own || name == "sequence" || source.ContainsKey(name), name);
                source.Remove(name);
            }

            foreach (var name in new[] { "ts_ms", "ts_us", "ts_ns" })
            {
                Assert.True(payload.AsObject().Remove(name), name);
            }
        }

        Same(golden, value);
    }

    private static void Same(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"expected\n{expected}\nactual\n{actual}");
}
