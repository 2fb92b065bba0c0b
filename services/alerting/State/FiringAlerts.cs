using Holdfast.Contracts;
using Holdfast.Platform.State;

namespace Holdfast.Alerting.State;

/// <summary>How many alerts of a level fire.</summary>
/// <param name="Level">1 to 5.</param>
/// <param name="Name">Stopped, Critical, Warning, Caution or Reminder.</param>
/// <param name="Count">Those that are delivered.</param>
/// <param name="Silenced">Those that a silence keeps from being delivered, besides.</param>
internal sealed record FiringLevel(int Level, string Name, long Count, long Silenced);

/// <summary>Counts of the alerts that fire now, whatever their age: the gravest level first, levels without any left out.</summary>
/// <param name="Count">Of all levels, without the silenced ones.</param>
internal sealed record FiringAlerts(DateTimeOffset At, long Count, long Silenced, IReadOnlyList<FiringLevel> Levels)
{
    /// <summary>Counted by an index that has nothing but what fires.</summary>
    internal static async Task<FiringAlerts> Ask(IDocuments<Alert> alerts, TimeProvider time, CancellationToken cancel)
    {
        List<FiringLevel> levels = [];
        foreach (var level in Enum.GetValues<AlertLevel>().Order())
        {
            var those = DocumentQuery<Alert>.All.Where(a => a.FiringLevel, Match.Equal, (int)level);
            if (await alerts.Count(those, cancel) is var all and > 0)
            {
                var silenced = await alerts.Count(those.Where(a => a.SilencedBy, Match.NotEqual, null), cancel);
                levels.Add(new FiringLevel((int)level, level.ToString(), Math.Max(0, all - silenced), silenced));
            }
        }

        return new FiringAlerts(time.GetUtcNow(), levels.Sum(l => l.Count), levels.Sum(l => l.Silenced), levels);
    }
}
