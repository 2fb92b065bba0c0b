using Holdfast.Engine.Kafka.Topics;
using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engine.Kafka.Envelope;

/// <summary>Writes rows of one table as messages: its columns' codes, its key and its topic.</summary>
internal sealed class TableCode
{
    /// <summary>Debezium's name for the field that tells rows of several tables in one topic apart.</summary>
    internal const string TableField = "__dbz__physicalTableIdentifier";

    private readonly Dictionary<string, byte[]> _schemas = new(StringComparer.Ordinal);
    private readonly KafkaSettings _settings;

    internal TableCode(TableSchema table, IReadOnlyList<int> key, bool isKeyed, string engine, Routed routed, KafkaSettings settings)
    {
        (Table, Key, Routed, _settings) = (table, isKeyed ? key : [], routed, settings);
        Columns = [.. table.Columns.Select(c => new ColumnCode(c, engine, settings.Decimals))];
        Name = Legal($"{settings.Name}.{table.Schema}.{table.Name}");
    }

    internal TableSchema Table { get; }

    /// <summary>Indexes of the key's columns; empty: rows have no key.</summary>
    internal IReadOnlyList<int> Key { get; }

    internal Routed Routed { get; }

    internal IReadOnlyList<ColumnCode> Columns { get; }

    /// <summary>Name of the schemas: name, schema and table.</summary>
    internal string Name { get; }

    /// <summary>The key of a row as JSON; null: it has none, or not all of it is said.</summary>
    internal byte[]? KeyOf(RowIndex row)
    {
        if (Key.Count == 0 || row.Columns == 0 || Key.Any(k => row[k].IsAbsent))
        {
            return null;
        }

        return Json.Written(json =>
        {
            json.WriteStartObject();
            if (_settings.HasSchemas)
            {
                json.WritePropertyName("schema");
                KeyType().Write(json, false, null);
                json.WriteStartObject("payload");
            }

            foreach (var column in Key)
            {
                json.WritePropertyName(Table.Columns[column].Name);
                Value(json, row[column], column);
            }

            if (Routed.TableInKey)
            {
                json.WriteString(TableField, Table.FullName);
            }

            if (_settings.HasSchemas)
            {
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    /// <summary>Writes an image; what the source does not say is left out, or said to be so.</summary>
    /// <param name="json">To.</param>
    /// <param name="row">The image; without columns: there is none.</param>
    /// <param name="under">Says what the image does not say; without columns: nothing does.</param>
    /// <param name="isAfter">A reader takes the image for the whole row.</param>
    internal void Image(Utf8JsonWriter json, RowIndex row, RowIndex under, bool isAfter)
    {
        if (row.Columns == 0)
        {
            json.WriteNullValue();
            return;
        }

        if (row.Columns != Columns.Count)
        {
            throw new DamagedException($"a row of {Table.FullName} has {row.Columns} values, the table has {Columns.Count} columns");
        }

        json.WriteStartObject();
        for (var i = 0; i < row.Columns; i++)
        {
            var value = Said(row, under, i);
            if (!value.IsAbsent)
            {
                json.WritePropertyName(Table.Columns[i].Name);
                Value(json, value, i);
            }
            else if (isAfter && ValueJson.Placeholder(Table.Columns[i].Kind) is { } placeholder)
            {
                json.WriteString(Table.Columns[i].Name, placeholder);
            }
        }

        json.WriteEndObject();
    }

    /// <summary>The schema of an envelope whose images have these kinds of values; the same bytes as long as the kinds are.</summary>
    internal byte[] EnvelopeSchema(RowIndex before, RowIndex after, Func<IReadOnlyList<Field>> source, string sourceName)
    {
        var name = Kinds(before) + "/" + Kinds(after);
        if (!_schemas.TryGetValue(name, out var schema))
        {
            _schemas[name] = schema = Json.Written(json => Envelope(source(), sourceName, before, after).Write(json, false, null));
        }

        return schema;
    }

    private FieldType Envelope(IReadOnlyList<Field> source, string sourceName, RowIndex before, RowIndex after) =>
        new("struct", $"{Name}.Envelope")
        {
            Fields =
            [
                new Field("before", ValueType(before), true),
                new Field("after", ValueType(after), true),
                new Field("source", new FieldType("struct", sourceName) { Fields = source }, false),
                .. _settings.HasTransactions ? [new Field("transaction", TransactionType, true)] : Array.Empty<Field>(),
                new Field("op", FieldType.Text, false),
                new Field("ts_ms", FieldType.Int64, true),
                new Field("ts_us", FieldType.Int64, true),
                new Field("ts_ns", FieldType.Int64, true),
            ],
        };

    private static readonly FieldType TransactionType = FieldType.Of("struct", "event.block") with
    {
        Fields =
        [
            new Field("id", FieldType.Text, false),
            new Field("total_order", FieldType.Int64, false),
            new Field("data_collection_order", FieldType.Int64, false),
        ],
    };

    private FieldType KeyType() => new("struct", $"{Name}.Key")
    {
        Fields =
        [
            .. Key.Select(k => new Field(Table.Columns[k].Name, Columns[k].TypeOf(Table.Columns[k].Kind), false)),
            .. Routed.TableInKey ? [new Field(TableField, FieldType.Text, false)] : Array.Empty<Field>(),
        ],
    };

    /// <summary>A field that this image does not say is one that need not be there; a value of another kind has its own type.</summary>
    private FieldType ValueType(RowIndex row) => new("struct", $"{Name}.Value")
    {
        Fields = [.. Columns.Select((c, i) => new Field(
            c.Column.Name, c.TypeOf(Kind(row, i)), c.Column.IsNullable || row.Columns > 0 && row[i].IsAbsent))],
    };

    private ValueKind Kind(RowIndex row, int column) =>
        row.Columns > 0 && row[column] is { IsNull: false, IsAbsent: false } value ? value.Kind : Columns[column].Column.Kind;

    private string Kinds(RowIndex row)
    {
        var kinds = new StringBuilder(row.Columns);
        for (var i = 0; i < row.Columns; i++)
        {
            kinds.Append((char)('A' + (row[i].IsNull ? (int)Columns[i].Column.Kind : (int)row[i].Kind)));
        }

        return kinds.ToString();
    }

    private static Holdfast.Engine.Values.Value Said(RowIndex row, RowIndex under, int column) =>
        row[column] is { IsAbsent: false } value ? value : under.Columns > column ? under[column] : row[column];

    private void Value(Utf8JsonWriter json, Holdfast.Engine.Values.Value value, int column) =>
        ValueJson.Write(json, value, Columns[column], _settings.Decimals);

    /// <summary>Names of schemas are those of Avro: what may not stand there is an underscore, as in Debezium.</summary>
    private static string Legal(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' ? c : '_'));
}
