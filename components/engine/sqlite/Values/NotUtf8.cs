namespace Holdfast.Engine.Sqlite.Values;

/// <summary>
/// Text of SQLite that is no UTF-8: it holds any bytes. Such a text becomes a value of an unknown type with this name, and its bytes
/// hexadecimal digits. So a SQLite sink gets the same bytes, and every other engine refuses it by the type's name.
/// </summary>
internal static class NotUtf8
{
    /// <summary>The type's name.</summary>
    internal const string Type = "sqlite-text-not-utf8";

    internal static void Write(RowWriter to, ReadOnlySpan<byte> text) => to.Unknown(Type, Convert.ToHexString(text));

    /// <summary>The bytes; null: it is of another type.</summary>
    internal static byte[]? Read(Value value)
    {
        var (type, text) = value.AsUnknown();
        return type == Type ? Convert.FromHexString(text) : null;
    }
}
