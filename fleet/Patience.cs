namespace Holdfast.Fleet;

/// <summary>
/// Measures for how long conditions have held while somebody looked. Time in which nobody looked counts for little: a process that was
/// stopped has seen nothing meanwhile, and what it sees first may be over a moment later. One thread; no clock.
/// </summary>
public sealed class Patience<TKey> where TKey : notnull
{
    private Dictionary<TKey, TimeSpan> _held = [];
    private TimeSpan? _lookedAt;

    /// <summary>Called by every pass.</summary>
    /// <param name="hold">All that holds now.</param>
    /// <param name="now">Monotonic.</param>
    /// <param name="lookMax">No look counts for more than this, however late it comes.</param>
    public void Look(IEnumerable<TKey> hold, TimeSpan now, TimeSpan lookMax)
    {
        var passed = now - (_lookedAt ?? now);
        var counts = passed < lookMax ? passed : lookMax;
        var held = new Dictionary<TKey, TimeSpan>();
        foreach (var key in hold)
        {
            held[key] = _held.TryGetValue(key, out var before) ? before + counts : TimeSpan.Zero;
        }

        (_held, _lookedAt) = (held, now);
    }

    /// <summary>It holds now, and has for so long without an end that anybody saw.</summary>
    public bool HasHeld(TKey key, TimeSpan least) => _held.TryGetValue(key, out var held) && held >= least;
}
