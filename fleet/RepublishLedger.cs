namespace Holdfast.Fleet;

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

/// <summary>
/// Remembers the content that was said last of each key: other content is due at once, the same again after a time. A memory of
/// this process only.
/// </summary>
/// <param name="again">The time after which the same is said again.</param>
/// <param name="isSame">Compares what was said with what is so; null: by value.</param>
/// <param name="repeatsMax">The most that one pass says again.</param>
public sealed class ContentLedger<TKey, TContent>(
    TimeSpan again, Func<TContent, TContent, bool>? isSame = null, int repeatsMax = int.MaxValue) where TKey : notnull
{
    private readonly Func<TContent, TContent, bool> _isSame = isSame ?? EqualityComparer<TContent>.Default.Equals;
    private readonly Dictionary<TKey, (TContent Content, TimeSpan At)> _said = [];
    private int _repeats;

    /// <summary>A pass begins: it may say again as much as any.</summary>
    public void BeginPass() => _repeats = 0;

    /// <summary>True: the caller says it now, then calls <see cref="Said"/>.</summary>
    public bool IsDue(TKey key, TContent content, TimeSpan now) => !_said.TryGetValue(key, out var last)
        || !_isSame(last.Content, content) || (now - last.At >= again && _repeats++ < repeatsMax);

    public void Said(TKey key, TContent content, TimeSpan now) => _said[key] = (content, now);
}
