namespace Holdfast.Engine.Postgres.Values;

/// <summary>A type of the server, with what is behind a domain.</summary>
/// <param name="Oid">Its number on this server.</param>
/// <param name="Name">As a cast names it, without length or scale.</param>
/// <param name="Kind">The kind of its values here.</param>
/// <param name="Element">Of an array.</param>
/// <param name="IsComparable">Equal values are told by <c>=</c>.</param>
internal sealed record PgType(uint Oid, string Name, ValueKind Kind, PgType? Element = null, bool IsComparable = true)
{
    private static readonly Dictionary<string, ValueKind> Known = new(StringComparer.Ordinal)
    {
        ["bool"] = ValueKind.Bool,
        ["int2"] = ValueKind.Int64,
        ["int4"] = ValueKind.Int64,
        ["int8"] = ValueKind.Int64,
        ["oid"] = ValueKind.Int64,
        ["float4"] = ValueKind.Float32,
        ["float8"] = ValueKind.Float64,
        ["numeric"] = ValueKind.Decimal,
        ["text"] = ValueKind.Text,
        ["varchar"] = ValueKind.Text,
        ["bpchar"] = ValueKind.Text,
        ["name"] = ValueKind.Text,
        ["bytea"] = ValueKind.Bytes,
        ["date"] = ValueKind.Date,
        ["time"] = ValueKind.Time,
        ["timestamp"] = ValueKind.DateTime,
        ["timestamptz"] = ValueKind.Instant,
        ["uuid"] = ValueKind.Uuid,
        ["json"] = ValueKind.Json,
        ["jsonb"] = ValueKind.Json,
        ["bit"] = ValueKind.Bit,
        ["varbit"] = ValueKind.Bit,
    };

    private static readonly string[] WithoutEquality = ["json", "xml", "point", "box", "polygon", "line", "path", "circle", "lseg"];

    /// <summary>A type as the catalog has it.</summary>
    /// <param name="oid">Its number.</param>
    /// <param name="name">As a cast names it.</param>
    /// <param name="own">Its name in its schema; of a domain that of its base.</param>
    /// <param name="isSystem">It is one of the server's own.</param>
    /// <param name="type"><c>pg_type.typtype</c>, of a domain that of its base.</param>
    /// <param name="element">Of an array.</param>
    internal static PgType Of(uint oid, string name, string own, bool isSystem, char type, PgType? element) => type switch
    {
        'e' => new PgType(oid, name, ValueKind.Enum),
        // An array of a type that is not known here is text like that type itself; so is one of another delimiter than the comma.
        _ when element is not null => new PgType(
            oid, name, element.Kind is ValueKind.Unknown ? ValueKind.Unknown : ValueKind.Array, element, element.IsComparable),
        'b' when isSystem && Known.TryGetValue(own, out var kind) => new PgType(
            oid, name, kind, IsComparable: !WithoutEquality.Contains(own)),
        _ => new PgType(oid, name, ValueKind.Unknown, IsComparable: false),
    };
}
