using Holdfast.Contracts;

namespace Holdfast.Rules.Alerting;

/// <summary>Whether a condition that is said again is told again, and if not, from when.</summary>
internal readonly record struct Restraint(bool Tell, DateTimeOffset Earliest);

/// <summary>
/// An alert that still holds is told again once per <c>alarmRestrainTimeOfMin</c>, sooner only when it gets graver.
/// </summary>
internal static class Restrain
{
    /// <summary>Without a protection level as HIGH.</summary>
    internal static TimeSpan Time(ProtectionLevel? protection, AlertThresholds thresholds) =>
        TimeSpan.FromMinutes(thresholds.AlarmRestrainTimeOfMin[(protection ?? ProtectionLevel.High) switch
        {
            ProtectionLevel.High => "HIGH",
            ProtectionLevel.Medium => "MEDIUM",
            ProtectionLevel.Low => "LOW",
            ProtectionLevel.Ignore => "IGNORE",
        }]);

    /// <param name="alert">As it was told last.</param>
    /// <param name="level">As it is said now; 1 is the gravest.</param>
    /// <param name="thresholds">As they hold now: a change counts for what was told before it, too.</param>
    internal static Restraint Decide(Alert alert, int level, AlertThresholds thresholds, DateTimeOffset now)
    {
        var earliest = alert.RoundAt + Time(alert.Protection, thresholds);
        return new(level < alert.Level || now >= earliest, earliest);
    }
}
