using System.Text.Json.Serialization;

namespace Holdfast.Engine.Transactions;

/// <summary>A statement that changed a table, as the source tells it.</summary>
/// <param name="Statement">The text; empty where the source gives none (a trigger's source only notices that a table has changed).</param>
/// <param name="Table">Schema and name of the table that it concerns; empty: not known, or several.</param>
public sealed record Ddl(string Statement, string Table)
{
    /// <summary>Kind of the engine in whose language it is; empty: an older version wrote it, and did not say.</summary>
    public string Engine { get; init; } = "";

    /// <summary>The schema of names that have none in the text.</summary>
    public string Schema { get; init; } = "";

    /// <summary>The session's modes, as the engine numbers them, where they change how the text is read.</summary>
    public ulong Modes { get; init; }

    /// <summary>
    /// Each table that the source says it has changed, <c>schema.name</c>, also by the name before; empty: the text alone says it.
    /// </summary>
    public IReadOnlyList<string> Tables { get; init; } = [];

    /// <summary>The reason why the source does not believe that the text says all of it; empty: it does, or cannot tell.</summary>
    public string WhyNot { get; init; } = "";

    /// <summary>Count of the statements that came before it in its transaction.</summary>
    public int Number { get; init; }

    /// <summary>A filter wants one of its tables; where none is known, any filter does.</summary>
    public bool IsWanted(StreamFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        IReadOnlyList<string> tables = Tables.Count > 0 ? Tables : Table.Length > 0 ? [Table] : [];
        return tables.Count == 0 || tables.Any(t => t.IndexOf('.', StringComparison.Ordinal) is not (var dot and > 0)
            || filter.Wants(t[..dot], t[(dot + 1)..]));
    }

    /// <inheritdoc/>
    public bool Equals(Ddl? other) => other is not null && Statement == other.Statement && Table == other.Table && Engine == other.Engine
        && Schema == other.Schema && Modes == other.Modes && WhyNot == other.WhyNot && Number == other.Number
        && Tables.SequenceEqual(other.Tables, StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Statement, Table, Engine, Schema, WhyNot, Number);

    /// <summary>Writes the record's fields beyond statement and table, as JSON; null: there are none.</summary>
    internal byte[]? WriteDetails() => Engine.Length == 0 && Schema.Length == 0 && Modes == 0 && Tables.Count == 0 && WhyNot.Length == 0
        && Number == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(
            new DdlDetails(Engine, Schema, Modes)
            {
                Tables = Tables.Count > 0 ? Tables : null, WhyNot = WhyNot.Length > 0 ? WhyNot : null, Number = Number > 0 ? Number : null,
            }, DdlJson.Default.DdlDetails);

    /// <exception cref="DamagedException">It is no JSON of these.</exception>
    internal Ddl WithDetails(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DdlJson.Default.DdlDetails) is { } details
                ? this with
                {
                    Engine = details.Engine, Schema = details.Schema, Modes = details.Modes, Tables = details.Tables ?? [],
                    WhyNot = details.WhyNot ?? "", Number = details.Number ?? 0,
                }
                : throw new DamagedException("the details of a statement are null");
        }
        catch (JsonException error)
        {
            throw new DamagedException($"the details of a statement are no JSON: {error.Message}");
        }
    }
}

/// <summary>Details as they stand in the log; fields that are not known are passed over.</summary>
internal sealed record DdlDetails(string Engine, string Schema, ulong Modes)
{
    public IReadOnlyList<string>? Tables { get; init; }

    public string? WhyNot { get; init; }

    public int? Number { get; init; }
}

/// <summary>The JSON of details.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DdlDetails))]
internal sealed partial class DdlJson : JsonSerializerContext;
