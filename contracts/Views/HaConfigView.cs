namespace Holdfast.Contracts.Views;

/// <summary>ha.config as it holds, key by key as the reference has it; then what is said of the whole.</summary>
public sealed record HaConfigView : HaConfig
{
    public HaConfigView()
    {
    }

    public HaConfigView(HaConfig config) : base(config)
    {
    }

    /// <summary>Grows by 1 with every change; 0: the profile's values, which nobody has changed. Also the ETag.</summary>
    [JsonPropertyOrder(1)] public int Version { get; init; }

    /// <summary>Null while nobody has.</summary>
    [JsonPropertyOrder(1)] public string? ChangedBy { get; init; }

    [JsonPropertyOrder(1)] public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>Only in the answer to a change: what of it changed nothing, and why.</summary>
    [JsonPropertyOrder(1)] public IReadOnlyList<IgnoredKey>? Ignored { get; init; }
}
