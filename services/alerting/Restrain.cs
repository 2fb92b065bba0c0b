using Holdfast.Contracts;

namespace Holdfast.Alerting;

/// <summary>Whether a condition that is said again is told again, and if not, from when.</summary>
internal readonly record struct Restraint(bool Tell, DateTimeOffset Earliest);

/// <summary>
/// An alert that still holds is told again once per <c>alarmRestrainTimeOfMin</c>, sooner only when it gets graver.
/// </summary>
internal static class Restrain
{
    /// <summary>
    /// The reference's defaults of <c>alarmRestrainTimeOfMin</c>; without a protection level as HIGH.
    /// </summary>
    internal static TimeSpan Time(ProtectionLevel? protection) => (protection ?? ProtectionLevel.High) switch
    {
        ProtectionLevel.High or ProtectionLevel.Medium or ProtectionLevel.Low => TimeSpan.FromMinutes(3),
        ProtectionLevel.Ignore => TimeSpan.FromMinutes(100),
    };

    /// <param name="alert">As it was told last.</param>
    /// <param name="level">As it is said now; 1 is the gravest.</param>
    internal static Restraint Decide(Alert alert, int level, DateTimeOffset now)
    {
        var earliest = alert.RoundAt + Time(alert.Protection);
        return new(level < alert.Level || now >= earliest, earliest);
    }
}
