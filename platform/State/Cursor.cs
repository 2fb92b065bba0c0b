using System.Buffers.Text;

namespace Holdfast.Platform.State;

/// <summary>The text is no cursor of this query: mistyped, cut, or from a query with another order.</summary>
public sealed class BadCursorException : Exception
{
    public BadCursorException(Exception? inner = null)
        : base("The cursor is not one that a page of this query gave; ask again without a cursor.", inner)
    {
    }
}

/// <summary>
/// End of a page: the last document's order value (string, long, double or null; null when ordered by id) and id. Readers treat the
/// text as opaque.
/// </summary>
public sealed record Cursor(object? Value, string Id)
{
    /// <summary>The text for <see cref="Page{T}.Next"/>; it remembers the order it belongs to.</summary>
    public string Encode<T>(DocumentQuery<T> query) where T : class
    {
        object?[] parts = [query.OrderField, query.Descending, Value, Id];
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(parts, StateJson.Options));
    }

    /// <summary>The query's cursor, or null when it has none.</summary>
    public static Cursor? Of<T>(DocumentQuery<T> query) where T : class
    {
        if (query.Cursor is null)
        {
            return null;
        }

        try
        {
            var json = Base64Url.DecodeFromChars(query.Cursor);
            var parts = JsonSerializer.Deserialize<JsonElement[]>(json, StateJson.Options);
            return parts is [var field, var descending, var value, { ValueKind: JsonValueKind.String } id]
                && field.ValueKind is JsonValueKind.String or JsonValueKind.Null
                && field.GetString() == query.OrderField
                && descending.GetBoolean() == query.Descending
                    ? new Cursor(Plain(value), id.GetString()!)
                    : throw new BadCursorException();
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            throw new BadCursorException(e);
        }
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        _ => throw new BadCursorException(),
    };
}
