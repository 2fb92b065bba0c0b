namespace Holdfast.Contracts;

/// <summary>
/// The state that one component should have on one host. Key: (component, host); of two the higher (epoch, revision) holds.
/// Said by whoever owns the component: the HA scheduler for all but Stores, the store manager for Stores.
/// </summary>
public sealed record ComponentPlaced
{
    public required string Component { get; init; }
    public required string Host { get; init; }
    public required string Region { get; init; }
    public required ComponentKind Kind { get; init; }
    public required long Epoch { get; init; }

    /// <summary>Version of the owner's document, so that a late message never undoes a newer one of the same epoch.</summary>
    public required long Revision { get; init; }

    public required DesiredState Desired { get; init; }

    /// <summary>Argument vector; may be empty when Desired is Absent.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subtopic { get; init; }

    /// <summary>Position to start from, unix seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StartTimestamp { get; init; }

    /// <summary>The exact position from which a Store collects at the latest, <c>position@systemId</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartPosition { get; init; }

    /// <summary>JSON text of its configuration, which may hold secrets; null: it has none. Never in a list, a log or an error.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Config { get; init; }

    /// <summary>The host failure that caused it, when one did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Incident { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>One component that a host should have. Command is an argument vector, not a shell line.</summary>
public sealed record DesiredComponent
{
    public required string Name { get; init; }
    public required ComponentKind Kind { get; init; }
    public required long Epoch { get; init; }

    /// <summary>
    /// Running or Stopped; what should not be there is simply not in the list. Absent: a Store that was removed for good, whose
    /// directory goes, too.
    /// </summary>
    public required DesiredState Desired { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Task { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Subtopic { get; init; }

    /// <summary>Position to start from, unix seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StartTimestamp { get; init; }

    /// <summary>The exact position from which a Store collects at the latest, <c>position@systemId</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartPosition { get; init; }

    /// <summary>
    /// SHA-256 of the configuration that it is started with, lower-case hex; the supervisor fetches that with
    /// GET /api/v1/hosts/{id}/components/{name}/config. Null: it has none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ConfigDigest { get; init; }
}
