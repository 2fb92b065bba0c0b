namespace Holdfast.Contracts.Views;

/// <summary>alarm.thresholds with the reference's keys, and which version that is.</summary>
/// <param name="DelayThreshold">Seconds by protection level; <see cref="ThresholdKey"/> has the bounds.</param>
/// <param name="FailedLengthOfTimeThreshold">As DelayThreshold.</param>
/// <param name="AlarmRestrainTimeOfMin">Minutes by protection level, IGNORE too.</param>
/// <param name="Version">0: the defaults. Sent along with a change, that one is refused if another one came before it.</param>
/// <param name="By">Who changed them last.</param>
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
