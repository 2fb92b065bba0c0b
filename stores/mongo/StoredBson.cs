namespace Holdfast.Stores.Mongo;

/// <summary>
/// JSON as native BSON and back, pure. Not through extended JSON, which would take a document's own "$date" for its own.
/// Names may have what BSON's must not: NUL, '.', and '$' are written as %00, %2E and %24, and '%' as %25.
/// </summary>
internal static class StoredBson
{
    internal static BsonValue Keep(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new BsonDocument(
            value.EnumerateObject().Select(member => new BsonElement(KeepName(member.Name), Keep(member.Value)))),
        JsonValueKind.Array => new BsonArray(value.EnumerateArray().Select(Keep)),
        JsonValueKind.String => new BsonString(value.GetString()!),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? new BsonInt64(whole) : new BsonDouble(value.GetDouble()),
        JsonValueKind.True => BsonBoolean.True,
        JsonValueKind.False => BsonBoolean.False,
        JsonValueKind.Null or JsonValueKind.Undefined => BsonNull.Value,
    };

    /// <summary>A value of a condition: string, long, double, bool or null.</summary>
    internal static BsonValue Keep(object? value) => value switch
    {
        null => BsonNull.Value,
        string text => new BsonString(text),
        long whole => new BsonInt64(whole),
        double number => new BsonDouble(number),
        bool flag => new BsonBoolean(flag),
        _ => throw new ArgumentException($"{value.GetType()} cannot be compared", nameof(value)),
    };

    internal static void Give(BsonValue value, Utf8JsonWriter writer)
    {
        switch (value)
        {
            case BsonDocument document:
                writer.WriteStartObject();
                foreach (var element in document)
                {
                    writer.WritePropertyName(GiveName(element.Name));
                    Give(element.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case BsonArray list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Give(item, writer);
                }

                writer.WriteEndArray();
                break;
            case BsonString text:
                writer.WriteStringValue(text.Value);
                break;
            case BsonInt64 or BsonInt32:
                writer.WriteNumberValue(value.ToInt64());
                break;
            case BsonDouble number:
                writer.WriteNumberValue(number.Value);
                break;
            case BsonBoolean flag:
                writer.WriteBooleanValue(flag.Value);
                break;
            case BsonNull:
                writer.WriteNullValue();
                break;
            default:
                throw new FormatException($"a value of type {value.BsonType} is not one that was stored");
        }
    }

    private static string KeepName(string name) => name.AsSpan().IndexOfAny("%$.\0") < 0
        ? name
        : name.Replace("%", "%25", StringComparison.Ordinal).Replace("$", "%24", StringComparison.Ordinal)
            .Replace(".", "%2E", StringComparison.Ordinal).Replace("\0", "%00", StringComparison.Ordinal);

    private static string GiveName(string name) => !name.Contains('%', StringComparison.Ordinal)
        ? name
        : name.Replace("%00", "\0", StringComparison.Ordinal).Replace("%2E", ".", StringComparison.Ordinal)
            .Replace("%24", "$", StringComparison.Ordinal).Replace("%25", "%", StringComparison.Ordinal);
}
