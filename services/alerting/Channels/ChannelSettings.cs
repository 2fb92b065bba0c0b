namespace Holdfast.Alerting.Channels;

/// <summary>
/// Settings that a kind of channel needs for its receiver. Each kind has a record of its own, whose properties carry their
/// <see cref="FieldAttribute"/>: forms, rules, masks and the schema are made of that.
/// </summary>
internal abstract record ChannelSettings
{
    internal const int TimeoutDefault = 10;

    [Field("Timeout, seconds", "超时（秒）", Min = 1, Max = 60, Order = 1)]
    public int TimeoutSeconds { get; init; } = TimeoutDefault;

    /// <summary>Messages a minute that its receiver takes; null: no limit is known.</summary>
    internal virtual int? PerMinute => null;

    /// <summary>The receiver forgets what it is not told again within this; null: it does not.</summary>
    internal virtual TimeSpan? RepeatWithin => null;

    /// <summary>Nothing of it: an address or a header may be a secret as much as a password.</summary>
    public sealed override string ToString() => $"{GetType().Name} {{ {Secrets.Mask} }}";
}

/// <summary>
/// Settings of a kind that this release does not know, of a newer one that writes to the same store: kept as they are, shown to nobody.
/// </summary>
internal sealed record ForeignSettings(JsonElement Whole) : ChannelSettings;
