using System.Collections.Frozen;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>
/// Counts the leases of each host that were over before its next report came. Clockless; not of several threads. A host that stops at
/// times for longer than its lease and for less than checkHostDownIntervalSec is never Down, and what it runs is ended and started anew
/// each time.
/// </summary>
internal sealed class LapseState
{
    /// <summary>Lapses within a window from which an alert is raised; a single lapse is an accident.</summary>
    internal const int CountMin = 3;

    /// <summary>The window, in leases: longer than <see cref="CountMin"/> of any that are neither in time nor Down.</summary>
    internal const int LeasesPerWindow = 15;

    private readonly Dictionary<string, Host> _hosts = new(StringComparer.Ordinal);

    private sealed class Host
    {
        internal Queue<(TimeSpan At, LeaseLapse Lapse)> Lately { get; } = new();

        /// <summary>It has been found to lapse, and is until it had none for a whole window.</summary>
        internal bool IsFound { get; set; }
    }

    internal static TimeSpan WindowOf(double leaseSec) => TimeSpan.FromSeconds(leaseSec * LeasesPerWindow);

    internal void Hear(LeaseLapse lapse, TimeSpan now)
    {
        if (!_hosts.TryGetValue(lapse.Host, out var host))
        {
            _hosts[lapse.Host] = host = new Host();
        }

        host.Lately.Enqueue((now, lapse));
        Trim(host, now);
        host.IsFound |= host.Lately.Count >= CountMin;
    }

    /// <summary>Hosts that lapse, with their figures.</summary>
    internal IReadOnlyDictionary<string, Lapses> Look(TimeSpan now)
    {
        if (_hosts.Count == 0)
        {
            return FrozenDictionary<string, Lapses>.Empty;
        }

        foreach (var (name, host) in _hosts)
        {
            Trim(host, now);
            if (host.Lately.Count == 0)
            {
                _hosts.Remove(name);
            }
        }

        return _hosts.Where(h => h.Value.IsFound).ToDictionary(h => h.Key, h => Of(h.Value.Lately), StringComparer.Ordinal);
    }

    private static void Trim(Host host, TimeSpan now)
    {
        while (host.Lately.TryPeek(out var first) && now - first.At >= WindowOf(first.Lapse.Lease))
        {
            host.Lately.Dequeue();
        }
    }

    private static Lapses Of(Queue<(TimeSpan At, LeaseLapse Lapse)> lately)
    {
        var lease = lately.Max(l => l.Lapse.Lease);
        return new Lapses(lately.Count, Math.Round(lately.Sum(l => l.Lapse.Gap - l.Lapse.Lease), 1), WindowOf(lease).TotalSeconds,
            Math.Round(lately.Max(l => l.Lapse.Gap), 1), lease);
    }
}
