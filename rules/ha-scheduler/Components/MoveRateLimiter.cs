using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>
/// Limits the moves that HA starts in each region. Each second adds movesPerSecond moves to the allowance, and the allowance never
/// exceeds one second's worth.
/// </summary>
internal sealed class MoveRateLimiter
{
    private readonly Dictionary<string, (double Left, TimeSpan At)> _regions = new(StringComparer.Ordinal);

    /// <summary>Moves that each region may start now. A pass that takes longer than a second has one second's worth at most.</summary>
    internal IReadOnlyDictionary<string, int> Left(IEnumerable<HostVerdict> hosts, HaConfig config, TimeSpan now)
    {
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var region in hosts.Select(h => h.Region).Distinct(StringComparer.Ordinal))
        {
            double most = config.ForRegion(region).MovesPerSecond;
            var (before, at) = _regions.GetValueOrDefault(region, (most, now));
            var grown = Math.Min(most, before + most * (now - at).TotalSeconds);
            _regions[region] = (grown, now);
            left[region] = (int)grown;
        }

        return left;
    }

    internal void Spend(IReadOnlyList<Decision> decisions)
    {
        foreach (var (region, count) in decisions.Where(IsMove).CountBy(RegionOf, StringComparer.Ordinal))
        {
            if (_regions.TryGetValue(region, out var before))
            {
                _regions[region] = before with { Left = Math.Max(0, before.Left - count) };
            }
        }
    }

    private static bool IsMove(Decision decision) => decision is BeginMove or Place { From: { Host: not null, Migration: null } };

    private static string RegionOf(Decision decision) => decision switch
    {
        BeginMove begin => begin.From.Region,
        Place place => place.From.Region,
        _ => "",
    };
}
