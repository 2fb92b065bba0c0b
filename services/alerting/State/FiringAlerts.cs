namespace Holdfast.Alerting.State;

/// <summary>Counts what fires.</summary>
internal static class FiringCounts
{
    extension(FiringAlerts)
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
}
