using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Hosts;

/// <summary>
/// The loss of an IDC is one incident and one ticket, however many hosts it has and in however many passes they fall. An IDC is lost when
/// all of its hosts, at least two, are Down or suspect. Pure.
/// </summary>
internal static class IdcLoss
{
    private const int HostsMin = 2;

    /// <summary>The incident of each IDC that is lost, by (region, IDC).</summary>
    internal static Dictionary<(string Region, string Idc), string> Find(Snapshot snapshot, EffectiveConfig config)
    {
        var lost = new Dictionary<(string, string), string>();
        // A quiet fleet does not pay for it.
        if (!snapshot.Hosts.Any(h => IsFalling(h, config)))
        {
            return lost;
        }

        foreach (var idc in snapshot.Hosts.GroupBy(h => (h.Verdict.Region, h.Verdict.Idc)))
        {
            var hosts = idc.ToList();
            if (hosts.Count >= HostsMin && hosts.TrueForAll(
                h => Liveness.IsSuspect(h, config.For(idc.Key.Region), snapshot.Feed.HeardWithin)))
            {
                var prefix = $"idc-{idc.Key.Region}-{idc.Key.Idc}-";
                lost[idc.Key] = hosts.Where(h => h.Verdict.State == HostState.Down).Select(h => h.Verdict.Incident)
                    .Where(i => i?.StartsWith(prefix, StringComparison.Ordinal) == true).Max(StringComparer.Ordinal)
                    ?? $"{prefix}{snapshot.Now:yyyyMMdd'T'HHmmssfff}";
            }
        }

        return lost;
    }

    internal static bool IsOfIdc(string incident) => incident.StartsWith("idc-", StringComparison.Ordinal);

    private static bool IsFalling(HostSnapshot host, EffectiveConfig config) =>
        host.Verdict.State != HostState.Down && host.Silence > config.For(host.Verdict.Region).CheckHostDownInterval;
}
