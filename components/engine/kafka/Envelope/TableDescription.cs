using Holdfast.Engine.Kafka.Values;

namespace Holdfast.Engine.Kafka.Envelope;

/// <summary>A table's columns, as Debezium's <c>tableChanges</c> has them; what no log of ours says is left out.</summary>
internal static class TableDescription
{
    internal static void Write(Utf8JsonWriter json, TableCode code, bool isNew)
    {
        var table = code.Table;
        json.WriteStartObject();
        json.WriteString("type", isNew ? "CREATE" : "ALTER");
        json.WriteString("id", $"\"{table.Schema}\".\"{table.Name}\"");
        json.WriteStartObject("table");
        json.WriteStartArray("primaryKeyColumnNames");
        foreach (var column in table.PrimaryKey?.Columns ?? [])
        {
            json.WriteStringValue(table.Columns[column].Name);
        }

        json.WriteEndArray();
        json.WriteStartArray("columns");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            Write(json, table.Columns[i], i);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Column column, int index)
    {
        var declared = DeclaredType.Read(column.Type);
        json.WriteStartObject();
        json.WriteString("name", column.Name);
        json.WriteString("typeName", (declared.Name.Length > 0 ? declared.Name : column.Kind.ToString()).ToUpperInvariant());
        json.WriteString("typeExpression", column.Type);
        Number(json, "length", declared.Numbers is [var length, ..] ? length : null);
        Number(json, "scale", declared.Numbers is [_, var scale, ..] ? scale : null);
        json.WriteNumber("position", index + 1);
        json.WriteBoolean("optional", column.IsNullable);
        json.WriteBoolean("generated", column.IsGenerated);
        if (declared.Labels.Count > 0)
        {
            json.WriteStartArray("enumValues");
            foreach (var label in declared.Labels)
            {
                json.WriteStringValue(label);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } known)
        {
            json.WriteNumber(name, known);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
