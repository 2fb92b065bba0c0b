namespace Holdfast.Contracts.Views;

/// <summary>Counts of the alerts that fire now, whatever their age: the gravest level first, levels without any left out.</summary>
/// <param name="Count">Of all levels, without the silenced ones.</param>
public sealed record FiringAlerts(DateTimeOffset At, long Count, long Silenced, IReadOnlyList<FiringLevel> Levels)
{
    public static FiringAlerts None { get; } = new(default, 0, 0, []);
}

/// <summary>Number of firing alerts of a level.</summary>
/// <param name="Level">1 to 5.</param>
/// <param name="Name">Stopped, Critical, Warning, Caution or Reminder.</param>
/// <param name="Count">Those that are delivered.</param>
/// <param name="Silenced">Those that a silence keeps from being delivered, besides.</param>
public sealed record FiringLevel(int Level, string Name, long Count, long Silenced);
