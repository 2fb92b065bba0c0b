using Holdfast.Contracts;

namespace Holdfast.HaScheduler;

/// <summary>
/// Hosts that fell silent together did so for a cause that they share: a whole IDC, or as many others as the brake counts.
/// No component is suspect of such a fall. A component moves only once its host has been silent for a whole interval, so
/// two hosts that one component fells in a row never look like this. Counted for one pass, when first asked. Pure.
/// </summary>
internal sealed class SharedCauses(Snapshot snapshot, EffectiveConfig config)
{
    /// <summary>The part of checkHostDownIntervalSec within which hosts fall silent together.</summary>
    private const double TogetherShare = 0.5;

    private Dictionary<string, List<(HostSnapshot Host, DateTimeOffset Since)>>? _silent;
    private Dictionary<(string Region, string Idc), int>? _hosts;

    /// <summary>When the host was heard last, as far as is known.</summary>
    internal static DateTimeOffset SilentSince(HostSnapshot host, DateTimeOffset now) => host.Verdict.State == HostState.Down
        ? host.Verdict.Since - TimeSpan.FromSeconds(host.Verdict.SilenceSeconds)
        : now - host.Unheard;

    internal bool Explain(HostSnapshot fallen)
    {
        Count();
        var verdict = fallen.Verdict;
        var (since, holds) = (SilentSince(fallen, snapshot.Now), config.For(verdict.Region));
        var span = holds.CheckHostDownInterval * TogetherShare;
        var silent = _silent!.GetValueOrDefault(verdict.Region) ?? [];
        var others = silent.Where(s => s.Host.Verdict.Host != verdict.Host && (s.Since - since).Duration() <= span).ToList();
        return others.Count >= holds.BrakeHostsMin
            || others.Exists(o => o.Host.Verdict.Idc == verdict.Idc)
                && silent.Count(s => s.Host.Verdict.Idc == verdict.Idc) >= _hosts!.GetValueOrDefault((verdict.Region, verdict.Idc));
    }

    /// <summary>Hosts in maintenance are silent because somebody works on them.</summary>
    private void Count()
    {
        if (_silent is not null)
        {
            return;
        }

        (_silent, _hosts) = (new(StringComparer.Ordinal), []);
        foreach (var host in snapshot.Hosts.Where(h => Upkeep.OfHost(h.Verdict, snapshot) is null))
        {
            var (region, idc) = (host.Verdict.Region, host.Verdict.Idc);
            _hosts[(region, idc)] = _hosts.GetValueOrDefault((region, idc)) + 1;
            if (Liveness.IsSuspect(host, config.For(region), snapshot.Pipe.HeardWithin))
            {
                if (!_silent.TryGetValue(region, out var silent))
                {
                    _silent[region] = silent = [];
                }

                silent.Add((host, SilentSince(host, snapshot.Now)));
            }
        }
    }
}
