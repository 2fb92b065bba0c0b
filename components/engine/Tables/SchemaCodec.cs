using System.Text.Json.Serialization;

namespace Holdfast.Engine.Tables;

/// <summary>
/// A table's schema as JSON, written once before its first row in a segment. It is small, so its form is one that people can read and that
/// grows by optional fields.
/// </summary>
public static class SchemaCodec
{
    /// <summary>UTF-8.</summary>
    public static byte[] Write(TableSchema schema) => JsonSerializer.SerializeToUtf8Bytes(schema, SchemaJson.Default.TableSchema);

    /// <summary>Reads what <see cref="Write"/> writes.</summary>
    /// <exception cref="DamagedException">It is no schema, or a key names a column that there is not.</exception>
    public static TableSchema Read(ReadOnlySpan<byte> json)
    {
        TableSchema? schema;
        try
        {
            schema = JsonSerializer.Deserialize(json, SchemaJson.Default.TableSchema);
        }
        catch (JsonException error)
        {
            throw new DamagedException($"a table's schema is no JSON: {error.Message}");
        }

        if (schema is not { Columns.Count: > 0 })
        {
            throw new DamagedException("a table's schema has no columns");
        }

        if (schema.Keys.Any(k => k.Columns.Count == 0 || k.Columns.Any(c => (uint)c >= (uint)schema.Columns.Count)))
        {
            throw new DamagedException($"a key of {schema.FullName} names a column that the table does not have");
        }

        return schema;
    }
}

/// <summary>The JSON of schemas.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TableSchema))]
internal sealed partial class SchemaJson : JsonSerializerContext;
