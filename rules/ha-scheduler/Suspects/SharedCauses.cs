using Holdfast.Rules.HaScheduler.Hosts;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Suspects;

/// <summary>
/// Hosts that fell together did so for a cause that they share: a whole IDC, or as many others as the brake counts. A host that falls
/// is silent, or is back before it could be Down and shows a new start. No component is suspect of such a fall. A component moves only
/// once its host has been silent for a whole interval, so two hosts that one component fells in a row never look like this. Counted
/// for one pass, when first asked. Pure.
/// </summary>
internal sealed class SharedCauses(Snapshot snapshot, EffectiveConfig config)
{
    /// <summary>The part of checkHostDownIntervalSec within which hosts fall together.</summary>
    private const double TogetherShare = 0.5;

    private Dictionary<string, List<FallSeen>>? _fallen;
    private Dictionary<(string Region, string Idc), int>? _hosts;

    /// <param name="At">Time at which it was heard last. For a host that was started anew, the time when that was seen: up to an interval
    /// later.</param>
    private readonly record struct FallSeen(HostVerdict Host, DateTimeOffset At, bool IsStart)
    {
        internal bool IsTogether(FallSeen other, HaConfig config)
        {
            var (after, span) = (other.At - At, config.CheckHostDownInterval * TogetherShare);
            return after >= -(IsStart && !other.IsStart ? config.CheckHostDownInterval : span)
                && after <= (other.IsStart && !IsStart ? config.CheckHostDownInterval : span);
        }
    }

    /// <summary>Time at which the host was heard last, as far as is known.</summary>
    internal static DateTimeOffset SilentSince(HostSnapshot host, DateTimeOffset now) => host.Verdict.State == HostState.Down
        ? host.Verdict.Since - TimeSpan.FromSeconds(host.Verdict.SilenceSeconds)
        : now - host.Unheard;

    internal bool Explain(HostSnapshot fallen) =>
        IsShared(new FallSeen(fallen.Verdict, SilentSince(fallen, snapshot.Now), IsStart: false));

    /// <summary>
    /// Tells whether hosts share a cause with one that was seen then with a new start. Hosts that a cause takes together are back one
    /// after the other. So a no is final only once <see cref="StartsSeenWithin"/> has passed.
    /// </summary>
    internal bool Explain(HostSnapshot started, DateTimeOffset seen) => IsShared(new FallSeen(started.Verdict, seen, IsStart: true));

    /// <summary>Time after a start within which the starts of hosts that fell with it can still be seen.</summary>
    internal static TimeSpan StartsSeenWithin(HaConfig config) => config.CheckHostDownInterval * TogetherShare;

    private bool IsShared(FallSeen fall)
    {
        Count();
        var (host, holds) = (fall.Host, config.For(fall.Host.Region));
        var fallen = (_fallen!.GetValueOrDefault(host.Region) ?? []).FindAll(f => f.Host.Host != host.Host);
        var together = fallen.FindAll(f => fall.IsTogether(f, holds));
        // Supervisors that an upgrade starts one after the other explain no host that stays away.
        if (together.Count(f => fall.IsStart || !f.IsStart) >= holds.BrakeHostsMin)
        {
            return true;
        }

        var itself = MaintenanceScope.OfHost(host, snapshot) is null ? 1 : 0;
        return together.Exists(f => f.Host.Idc == host.Idc)
            && fallen.Count(f => f.Host.Idc == host.Idc && (!f.IsStart || fall.IsTogether(f, holds))) + itself
                >= _hosts!.GetValueOrDefault((host.Region, host.Idc));
    }

    /// <summary>Hosts in maintenance are silent, or start anew, because somebody works on them.</summary>
    private void Count()
    {
        if (_fallen is not null)
        {
            return;
        }

        (_fallen, _hosts) = (new(StringComparer.Ordinal), []);
        foreach (var host in snapshot.Hosts.Where(h => MaintenanceScope.OfHost(h.Verdict, snapshot) is null))
        {
            var (region, idc) = (host.Verdict.Region, host.Verdict.Idc);
            _hosts[(region, idc)] = _hosts.GetValueOrDefault((region, idc)) + 1;
            if (Seen(host) is { } fall)
            {
                if (!_fallen.TryGetValue(region, out var fallen))
                {
                    _fallen[region] = fallen = [];
                }

                fallen.Add(fall);
            }
        }
    }

    /// <summary>One that is back from Down shows a start as well, but its fall was long before.</summary>
    private FallSeen? Seen(HostSnapshot host) =>
        Liveness.IsSuspect(host, config.For(host.Verdict.Region), snapshot.Feed.HeardWithin)
            ? new FallSeen(host.Verdict, SilentSince(host, snapshot.Now), IsStart: false)
            : HostStart.SeenAt(host, snapshot.Now) is { } at ? new FallSeen(host.Verdict, at, IsStart: true) : null;
}
