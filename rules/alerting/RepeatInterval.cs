namespace Holdfast.Rules.Alerting;

/// <summary>
/// The channels are notified again of an alert that still fires once per <c>alarmRestrainTimeOfMin</c>, sooner only when it gets graver.
/// </summary>
internal static class RepeatInterval
{
    /// <summary>Without a protection level as HIGH.</summary>
    internal static TimeSpan Of(ProtectionLevel? protection, AlertThresholds thresholds) =>
        TimeSpan.FromMinutes(thresholds.AlarmRestrainTimeOfMin[(protection ?? ProtectionLevel.High) switch
        {
            ProtectionLevel.High => "HIGH",
            ProtectionLevel.Medium => "MEDIUM",
            ProtectionLevel.Low => "LOW",
            ProtectionLevel.Ignore => "IGNORE",
        }]);

    /// <param name="alert">As the channels were notified last.</param>
    /// <param name="level">As it is raised now; 1 is the gravest.</param>
    /// <param name="thresholds">As they hold now: a change counts for what was delivered before it, too.</param>
    internal static bool IsDue(Alert alert, int level, AlertThresholds thresholds, DateTimeOffset now) =>
        level < alert.Level || now >= alert.GenerationAt + Of(alert.Protection, thresholds);
}
