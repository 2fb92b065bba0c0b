namespace Holdfast.Data.Stores;

/// <summary>
/// Stores that could not be read just now. The service that answers <c>resolve</c> hears of a Store's death from its host seconds later.
/// When the host is gone, it hears only once the host is Down: until then it would name the same Store again.
/// </summary>
internal sealed class AvoidedStores(TimeProvider time)
{
    /// <summary>Time for which a Store is avoided. It is asked again earlier where there is no other.</summary>
    internal static readonly TimeSpan For = TimeSpan.FromSeconds(30);

    private const int NamesMax = 16;

    private readonly List<(string Store, long At)> _failed = [];

    /// <summary>Names of those that failed a moment ago.</summary>
    internal IReadOnlyList<string> Names
    {
        get
        {
            _failed.RemoveAll(f => time.GetElapsedTime(f.At) >= For);
            return [.. _failed.Select(f => f.Store)];
        }
    }

    internal void Note(string store)
    {
        _failed.RemoveAll(f => f.Store == store);
        _failed.Add((store, time.GetTimestamp()));
        _failed.RemoveRange(0, Math.Max(0, _failed.Count - NamesMax));
    }
}
