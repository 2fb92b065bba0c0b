using Holdfast.Contracts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Components;

/// <summary>
/// How many moves HA may still start, by region: movesPerSecond of them come back with every second, and at most one
/// second's worth is kept.
/// </summary>
internal sealed class MoveRateLimiter
{
    private readonly Dictionary<string, (double Left, TimeSpan At)> _regions = new(StringComparer.Ordinal);

    /// <summary>What each region may start now. A pass that is slower than a second may start as many as a second's.</summary>
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
