using System.Text.Json.Serialization;

namespace Holdfast.Engine.Kafka.Sink;

/// <summary>The key of a record of a progress topic: JSON, so that people can read it with any client.</summary>
/// <param name="Task">The task.</param>
/// <param name="Of">Its kind: <c>fence</c>, <c>lane</c>, <c>source</c>, <c>skipped</c>, <c>topic</c>, <c>table</c> or <c>probe</c>.</param>
/// <param name="Name">Which one of these; empty: there is only one.</param>
internal sealed record StateKey(string Task, string Of, string Name = "")
{
    internal byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.StateKey);

    /// <summary>Null: it is no record of ours.</summary>
    internal static StateKey? Read(byte[]? key)
    {
        try
        {
            return key is null ? null : JsonSerializer.Deserialize(key, StateJson.Default.StateKey);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The value of a record of a progress topic; each kind of record has its own members.</summary>
internal sealed record StateValue
{
    /// <summary>Epoch of a fence or a lane.</summary>
    public long? Epoch { get; init; }

    /// <summary>Count of a lane's transactions so far.</summary>
    public long? Count { get; init; }

    /// <summary>Low position of a lane.</summary>
    public string? Low { get; init; }

    /// <summary>Done-set of a lane.</summary>
    public IReadOnlyList<string>? Done { get; init; }

    /// <summary>Commit time at a lane's low position: microseconds.</summary>
    public long? SourceTime { get; init; }

    /// <summary>Mark of a lane's writer.</summary>
    public string? Mark { get; init; }

    /// <summary>Engine of a source.</summary>
    public string? Kind { get; init; }

    /// <summary>Id of a source.</summary>
    public string? SystemId { get; init; }

    /// <summary>Count of the partitions over which a topic's keys are spread, for ever.</summary>
    public int? Partitions { get; init; }

    /// <summary>Columns and keys of a table, as they were told last.</summary>
    public string? Shape { get; init; }

    /// <summary>Text that tells one fence or probe from another.</summary>
    public string? Nonce { get; init; }

    /// <summary>Position of a row that was left out.</summary>
    public string? Position { get; init; }

    /// <summary>Table of a row that was left out.</summary>
    public string? Table { get; init; }

    /// <summary>Key of a row that was left out.</summary>
    public string? Key { get; init; }

    /// <summary>Code of a row that was left out.</summary>
    public string? Code { get; init; }

    /// <summary>Reason why a row was left out.</summary>
    public string? Why { get; init; }

    internal byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, StateJson.Default.StateValue);

    /// <exception cref="DamagedException">It is none.</exception>
    internal static StateValue Read(byte[] value, long offset)
    {
        try
        {
            return JsonSerializer.Deserialize(value, StateJson.Default.StateValue) ?? throw new DamagedException("it is null");
        }
        catch (Exception error) when (error is JsonException or DamagedException)
        {
            throw new DamagedException($"the progress topic's record at {offset} cannot be read: {error.Message}");
        }
    }
}

/// <summary>The JSON of progress topics; members of a later version are passed over.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StateKey))]
[JsonSerializable(typeof(StateValue))]
internal sealed partial class StateJson : JsonSerializerContext;
