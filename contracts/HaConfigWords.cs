namespace Holdfast.Contracts;

/// <summary>Degrees of HA's autonomy: each level does what the one before it does, and more.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Autonomy>))]
public enum Autonomy
{
    /// <summary>Decide and record only.</summary>
    [JsonStringEnumMemberName("observe")]
    Observe,

    /// <summary>Tell people the plan.</summary>
    [JsonStringEnumMemberName("recommend")]
    Recommend,

    /// <summary>Open a ticket that waits for a person.</summary>
    [JsonStringEnumMemberName("approve")]
    Approve,

    /// <summary>Act.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,
}

/// <summary>Ways to find the start of a new Store.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RefetchMode>))]
public enum RefetchMode
{
    /// <summary>Starts as the reference does: a fixed time before now, or before the earliest consumer's checkpoint.</summary>
    [JsonStringEnumMemberName("oms")]
    Oms,

    /// <summary>Starts from each consumer's checkpoint, also one that was seen last long ago, less the source's lag and skew.</summary>
    [JsonStringEnumMemberName("computed")]
    Computed,
}
