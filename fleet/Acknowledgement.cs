using Holdfast.Contracts;

namespace Holdfast.Fleet;

/// <summary>Whether a host's own report shows that a placement has arrived there.</summary>
public static class Acknowledgement
{
    /// <summary>The host lists the placement, and it is running or stopped as it should be (or has ended at it by itself).</summary>
    public static bool IsInPlace(FleetHost? host, string component, long epoch, DesiredState desired)
    {
        var reported = Reported(host, component, epoch);
        return desired switch
        {
            DesiredState.Running => reported is { State: not ComponentState.Stopped } or { ExitCode: not null },
            DesiredState.Stopped => HasStopped(reported),
            DesiredState.Absent => IsGone(host, component),
        };
    }

    /// <summary>
    /// No process of it is left, and its host leaves it so. One that says hostile words, or whose disk hangs, is Abnormal and lives
    /// on. One that has ended by itself looks stopped, yet its host has not been told to leave it so: a supervisor that starts anew
    /// would start it. What has completed stays completed.
    /// </summary>
    public static bool HasStopped(ComponentReport? reported) => reported is { Pid: null, State: ComponentState.Completed }
        or { Pid: null, State: ComponentState.Stopped or ComponentState.Abnormal, ExitCode: null };

    /// <summary>The host's last word about this very placement. A plain loop: every pass asks for every component.</summary>
    public static ComponentReport? Reported(FleetHost? host, string? component, long epoch)
    {
        for (var i = 0; i < (host?.Components.Count ?? 0); i++)
        {
            if (host!.Components[i] is var reported && reported.Epoch == epoch && reported.Name == component)
            {
                return reported;
            }
        }

        return null;
    }

    /// <summary>The host holds a desired list and neither runs the component nor knows it any more.</summary>
    public static bool IsGone(FleetHost? host, string component) =>
        host is { Report.DesiredVersion: > 0, ComponentsAreCurrent: true } && host.Components.All(c => c.Name != component);
}

/// <summary>
/// Messages that were not yet acknowledged are said again, no more often than <paramref name="again"/>. A memory of this
/// process only: after a restart everything unacknowledged is said once more.
/// </summary>
public sealed class RepublishLedger<TKey>(TimeSpan again) where TKey : notnull
{
    /// <summary>Older sayings are forgotten, so that the memory stays as large as what is being said.</summary>
    private const int KeptIntervals = 60;

    private readonly Dictionary<TKey, TimeSpan> _said = [];
    private TimeSpan _prunedAt;

    /// <summary>True when it has not been said within the interval; the caller says it now, then calls <see cref="Said"/>.</summary>
    public bool IsDue(TKey key, TimeSpan now) => !_said.TryGetValue(key, out var at) || now - at >= again;

    /// <summary>It was said at least once.</summary>
    public bool WasSaid(TKey key) => _said.ContainsKey(key);

    /// <summary>When it was said last; null: it was not.</summary>
    public TimeSpan? SaidAt(TKey key) => _said.TryGetValue(key, out var at) ? at : null;

    public void Said(TKey key, TimeSpan now)
    {
        _said[key] = now;
        if (now - _prunedAt > again * KeptIntervals)
        {
            _prunedAt = now;
            foreach (var (old, _) in _said.Where(s => now - s.Value > again * KeptIntervals).ToList())
            {
                _said.Remove(old);
            }
        }
    }

    public void Forget(TKey key) => _said.Remove(key);
}
