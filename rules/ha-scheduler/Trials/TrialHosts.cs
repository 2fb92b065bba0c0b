using Holdfast.Fleet;
using Holdfast.Rules.HaScheduler.Model;

namespace Holdfast.Rules.HaScheduler.Trials;

/// <summary>
/// Hosts on which a suspect can be watched alone: nothing else came to them, and they did not come back themselves, from Down or
/// with another life, within the window. Otherwise a fall would be another one's, and the suspect would be held for it. Pure.
/// </summary>
internal sealed class TrialHosts(Snapshot snapshot, EffectiveConfig config, ILookup<string, Candidate> candidates)
{
    /// <summary>A suspect that has waited for so many windows goes to a host that is not quiet.</summary>
    private const int WindowsMax = 6;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private Dictionary<string, (Arrival Last, Arrival? Before)>? _latest;
    private Dictionary<string, DateTimeOffset>? _back;

    /// <summary>Number of hosts of a region that take work.</summary>
    internal int Count(string region) => candidates[region].Count();

    /// <summary>This pass gives it work.</summary>
    internal void Takes(string host) => _taken.Add(host);

    /// <summary>Hosts to which the suspect may go; null: none yet.</summary>
    internal Placement? For(Case suspect)
    {
        var region = suspect.Component.Region;
        var free = candidates[region].Where(c => !_taken.Contains(c.Host)).ToList();
        var quiet = free.FindAll(c => Disturbs(suspect.Component, c.Host) is null);
        return quiet.Count > 0 ? new Placement(quiet) : IsLate(suspect) && free.Count > 0 ? new Placement(free) : null;
    }

    /// <summary>Names the reason why it cannot be watched alone on its host; null: it can, or has waited for long enough.</summary>
    internal string? DisturbsInPlace(Case suspect) => IsLate(suspect) ? null
        : _taken.Contains(suspect.Component.Host!) ? $"{suspect.Component.Host} has just got other work"
        : Disturbs(suspect.Component, suspect.Component.Host!);

    private bool IsLate(Case suspect) =>
        snapshot.Now - suspect.Component.Suspicion!.Since > config.For(suspect.Component.Region).SuspectWindow * WindowsMax;

    private string? Disturbs(Registration suspect, string host)
    {
        Count();
        var from = snapshot.Now - config.For(suspect.Region).SuspectWindow;
        return _back!.TryGetValue(host, out var back) && back > from ? $"{host} is back since {back:O}"
            : Other(suspect, host) is { } other && other.At > from ? $"{other.Who} came to {host} at {other.At:O}"
            : null;
    }

    /// <summary>The latest that came to the host beside the suspect itself.</summary>
    private Arrival? Other(Registration suspect, string host) => !_latest!.TryGetValue(host, out var latest) ? null
        : latest.Last.Who == suspect.Id ? latest.Before : latest.Last;

    private void Count()
    {
        if (_latest is not null)
        {
            return;
        }

        (_latest, _back) = (new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        foreach (var component in snapshot.Registrations.Concat(snapshot.Arrivals))
        {
            if (component is { Host: { } host, CameAt: { } came, Told: DesiredState.Running })
            {
                var arrival = new Arrival(came, component.Id);
                _latest[host] = !_latest.TryGetValue(host, out var latest) ? (arrival, null)
                    : came > latest.Last.At ? (arrival, latest.Last)
                    : (latest.Last, latest.Before?.At >= came ? latest.Before : arrival);
            }
        }

        foreach (var host in snapshot.Hosts)
        {
            _back[host.Verdict.Host] = HostStart.BackSince(host, snapshot.Now);
        }
    }

    private sealed record Arrival(DateTimeOffset At, string Who);
}
