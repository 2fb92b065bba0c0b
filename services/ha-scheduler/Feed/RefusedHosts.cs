using System.Collections.Frozen;

namespace Holdfast.HaScheduler.Feed;

/// <summary>Hosts whose reports collectors refuse; the latest word of any collector counts. Clockless; one thread at a time.</summary>
internal sealed class RefusedHosts
{
    /// <summary>A refusal that is not said again for so long is over; it is said every ten seconds while it goes on.</summary>
    private static readonly TimeSpan RefusedMax = TimeSpan.FromSeconds(45);

    private readonly Dictionary<string, (TimeSpan At, RefusedHost Refused)> _refused = new(StringComparer.Ordinal);

    internal void Hear(HostRefusal refusal, TimeSpan now) => _refused[refusal.Host] = (now, RefusedHost.Of(refusal));

    /// <summary>A report of the host was taken.</summary>
    internal void Accept(string host) => _refused.Remove(host);

    internal IReadOnlyDictionary<string, RefusedHost> At(TimeSpan now)
    {
        if (_refused.Count == 0)
        {
            return FrozenDictionary<string, RefusedHost>.Empty;
        }

        foreach (var over in _refused.Where(r => now - r.Value.At > RefusedMax).Select(r => r.Key).ToList())
        {
            _refused.Remove(over);
        }

        return _refused.ToDictionary(r => r.Key, r => r.Value.Refused, StringComparer.Ordinal);
    }
}
