namespace Holdfast.Contracts.Views;

/// <summary>alarm.thresholds with the reference's keys, and which version that is.</summary>
/// <param name="DelayThreshold">Seconds by protection level; <see cref="ThresholdKey"/> has the bounds.</param>
/// <param name="FailedLengthOfTimeThreshold">As DelayThreshold.</param>
/// <param name="AlarmRestrainTimeOfMin">Minutes by protection level, IGNORE too.</param>
/// <param name="Version">0: the defaults. Sent along with a change, that one is refused if another one came before it.</param>
/// <param name="By">The person or token that changed them last.</param>
/// <param name="At">When.</param>
/// <param name="Ignored">Keys of this change that mean nothing here, such as OMS has; absent: there were none.</param>
public sealed record ThresholdsView(
    IReadOnlyDictionary<string, int> DelayThreshold, IReadOnlyDictionary<string, int> FailedLengthOfTimeThreshold,
    IReadOnlyDictionary<string, int> AlarmRestrainTimeOfMin, int Version, string? By, DateTimeOffset? At,
    IReadOnlyList<string>? Ignored)
{
    /// <summary>The thresholds that hold then.</summary>
    public AlertThresholds Held() => new()
    {
        DelayThreshold = DelayThreshold,
        FailedLengthOfTimeThreshold = FailedLengthOfTimeThreshold,
        AlarmRestrainTimeOfMin = AlarmRestrainTimeOfMin,
    };
}

/// <summary>One version of alarm.thresholds with who, when and what it was before; the highest one holds.</summary>
public sealed record ThresholdsVersion
{
    public required int Version { get; init; }
    public required AlertThresholds Before { get; init; }
    public required AlertThresholds After { get; init; }
    public required string By { get; init; }
    public required DateTimeOffset At { get; init; }
}
