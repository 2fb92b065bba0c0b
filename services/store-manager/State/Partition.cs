namespace Holdfast.StoreManager.State;

/// <summary>Assigns each subtopic to one of several replicas: the one whose hash with it is highest. Pure.</summary>
internal static class Rendezvous
{
    internal static string Owner(IReadOnlyList<string> replicas, string subtopic)
    {
        var (owner, highest) = (replicas[0], 0UL);
        foreach (var replica in replicas)
        {
            var hash = Hash(replica, subtopic);
            if (hash > highest || hash == highest && string.CompareOrdinal(replica, owner) < 0)
            {
                (owner, highest) = (replica, hash);
            }
        }

        return owner;
    }

    /// <summary>FNV-1a with a last mix: the same in every process, which string.GetHashCode is not.</summary>
    private static ulong Hash(string replica, string subtopic)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in replica)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ '\n') * 1099511628211UL;
        foreach (var c in subtopic)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash ^= hash >> 33;
        hash *= 0xff51afd7ed558ccdUL;
        return hash ^ (hash >> 33);
    }
}

/// <summary>
/// The replicas that live, as this one sees it. Two that see it differently for a moment may both look after a subtopic:
/// each change is a compare-and-set, so that costs a pass and makes nothing twice.
/// </summary>
internal sealed class Partition
{
    private volatile IReadOnlyList<string> _live = [];

    internal string Me { get; init; } = $"store-manager-{Guid.NewGuid():n}";

    internal IReadOnlyList<string> Live => _live;

    internal bool IsAlone => _live.Count < 2;

    internal bool Owns(string subtopic) => IsAlone || Rendezvous.Owner(_live, subtopic) == Me;

    /// <summary>True when the set has changed.</summary>
    internal bool Become(IReadOnlyList<string> live)
    {
        var same = _live.SequenceEqual(live, StringComparer.Ordinal);
        _live = live;
        return !same;
    }
}
