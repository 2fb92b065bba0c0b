namespace Holdfast.Engine.Kafka.Values;

/// <summary>A type of Kafka Connect, as its JSON converter writes it beside each value.</summary>
/// <param name="Type">The literal type: <c>int32</c>, <c>string</c>, <c>bytes</c>, <c>struct</c>, <c>array</c>.</param>
/// <param name="Name">The semantic type: <c>io.debezium.time.Date</c>; null: none.</param>
internal sealed record FieldType(string Type, string? Name = null)
{
    internal static readonly FieldType Text = new("string");
    internal static readonly FieldType Int16 = new("int16");
    internal static readonly FieldType Int32 = new("int32");
    internal static readonly FieldType Int64 = new("int64");
    internal static readonly FieldType Boolean = new("boolean");
    internal static readonly FieldType Bytes = new("bytes");

    /// <summary>Parameters of the semantic type.</summary>
    internal IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>Fields of a structure.</summary>
    internal IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Type of an array's items.</summary>
    internal FieldType? Items { get; init; }

    /// <summary>The version of a semantic type that Debezium gives one; 0: none.</summary>
    internal int Version { get; init; }

    /// <summary>The value for a reader that misses the field; null: there is none.</summary>
    internal bool? Default { get; init; }

    /// <summary>A semantic type of Debezium or of Kafka Connect, in its first version.</summary>
    internal static FieldType Of(string type, string name, params (string, string)[] parameters) =>
        new(type, name) { Version = 1, Parameters = parameters };

    /// <summary>Writes the description of a field with this type.</summary>
    internal void Write(Utf8JsonWriter json, bool isOptional, string? field)
    {
        json.WriteStartObject();
        json.WriteString("type", Type);
        if (Type == "struct")
        {
            json.WriteStartArray("fields");
            foreach (var each in Fields)
            {
                each.Type.Write(json, each.IsOptional, each.Name);
            }

            json.WriteEndArray();
        }

        if (Items is not null)
        {
            json.WritePropertyName("items");
            Items.Write(json, true, null);
        }

        json.WriteBoolean("optional", isOptional);
        if (Name is not null)
        {
            json.WriteString("name", Name);
        }

        if (Version > 0)
        {
            json.WriteNumber("version", Version);
        }

        if (Parameters.Count > 0)
        {
            json.WriteStartObject("parameters");
            foreach (var (name, value) in Parameters)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        if (Default is { } missing)
        {
            json.WriteBoolean("default", missing);
        }

        if (field is not null)
        {
            json.WriteString("field", field);
        }

        json.WriteEndObject();
    }
}

/// <summary>A field of a structure.</summary>
internal sealed record Field(string Name, FieldType Type, bool IsOptional);
