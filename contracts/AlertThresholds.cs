namespace Holdfast.Contracts;

/// <summary>
/// <c>alarm.thresholds</c>: when a task's delay or failure is worth an alert, by protection level, and how often it is
/// told. Names, units and defaults: docs/reference/oms.md, Protection levels and thresholds. <see cref="ThresholdKey"/> declares them.
/// </summary>
public sealed record AlertThresholds
{
    public IReadOnlyDictionary<string, int> DelayThreshold { get; init; } = ThresholdKey.Delay.Defaults;

    public IReadOnlyDictionary<string, int> FailedLengthOfTimeThreshold { get; init; } = ThresholdKey.Failure.Defaults;

    public IReadOnlyDictionary<string, int> AlarmRestrainTimeOfMin { get; init; } = ThresholdKey.Repeat.Defaults;

    /// <summary>A delay beyond this is worth an alert; null: never (IGNORE).</summary>
    public TimeSpan? Delay(ProtectionLevel level) => Of(DelayThreshold, level);

    /// <summary>A failure that lasts longer is worth an alert; null: never (IGNORE).</summary>
    public TimeSpan? Failure(ProtectionLevel level) => Of(FailedLengthOfTimeThreshold, level);

    private static TimeSpan? Of(IReadOnlyDictionary<string, int> seconds, ProtectionLevel level) => level switch
    {
        ProtectionLevel.High => TimeSpan.FromSeconds(seconds["HIGH"]),
        ProtectionLevel.Medium => TimeSpan.FromSeconds(seconds["MEDIUM"]),
        ProtectionLevel.Low => TimeSpan.FromSeconds(seconds["LOW"]),
        ProtectionLevel.Ignore => null,
    };
}

/// <summary>
/// <c>alarm.thresholds</c> as they hold from now on; said at start, on every change and every minute. Key: version, the
/// higher holds.
/// </summary>
public sealed record ThresholdsChanged
{
    /// <summary>0: the defaults, which nobody has changed yet.</summary>
    public required int Version { get; init; }

    public required AlertThresholds Thresholds { get; init; }
    public required DateTimeOffset At { get; init; }
}
