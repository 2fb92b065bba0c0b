using System.Text.Json;
using System.Text.Json.Serialization;

namespace Holdfast.Engine.Transactions;

/// <summary>A statement that changed a table, as the source tells it.</summary>
/// <param name="Statement">The text; empty where the source gives none (a trigger's source only notices that a table has changed).</param>
/// <param name="Table">Schema and name of the table that it concerns; empty: not known, or several.</param>
public sealed record Ddl(string Statement, string Table)
{
    /// <summary>Kind of the engine in whose language it is; empty: an older version wrote it, and did not say.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Where names without a schema are.</summary>
    public string Schema { get; init; } = "";

    /// <summary>The session's modes, as the engine numbers them, where they change how the text is read.</summary>
    public ulong Modes { get; init; }

    /// <summary>What the record has beyond statement and table, as JSON; null: nothing.</summary>
    internal byte[]? WriteDetails() => Engine.Length == 0 && Schema.Length == 0 && Modes == 0
        ? null : JsonSerializer.SerializeToUtf8Bytes(new DdlDetails(Engine, Schema, Modes), DdlJson.Default.DdlDetails);

    /// <exception cref="DamagedException">It is no JSON of these.</exception>
    internal Ddl WithDetails(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DdlJson.Default.DdlDetails) is { } details
                ? this with { Engine = details.Engine, Schema = details.Schema, Modes = details.Modes }
                : throw new DamagedException("the details of a statement are null");
        }
        catch (JsonException error)
        {
            throw new DamagedException($"the details of a statement are no JSON: {error.Message}");
        }
    }
}

/// <summary>Details as they stand in the log; fields that are not known are passed over.</summary>
internal sealed record DdlDetails(string Engine, string Schema, ulong Modes);

/// <summary>The JSON of details.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DdlDetails))]
internal sealed partial class DdlJson : JsonSerializerContext;
