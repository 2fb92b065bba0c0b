namespace Holdfast.Stores.Mongo;

/// <summary>Fates of a write whose answer was lost.</summary>
internal enum WriteOutcome
{
    /// <summary>It took effect.</summary>
    Done,

    /// <summary>It did not, and never will: another came first.</summary>
    Lost,

    /// <summary>It has not; sent again, it takes effect at most once.</summary>
    Again,

    /// <summary>Nobody can tell.</summary>
    Unknown,
}

/// <summary>
/// Decides by what is stored now; pure. A document names its last writes: a server without transactions can keep no better record. What it
/// does not tell counts as unknown, and the caller reads again.
/// </summary>
internal static class LostAnswer
{
    /// <summary>Count of the last writes that a document names.</summary>
    internal const int WritesKept = 8;

    /// <param name="write">The write's id.</param>
    /// <param name="expected">The version that it replaces or deletes; 0: it inserts.</param>
    /// <param name="deletes">It leaves no document to look at.</param>
    /// <param name="found">The stored document; null: there is none.</param>
    internal static WriteOutcome Decide(Guid write, long expected, bool deletes, (long Version, IReadOnlyList<Guid> Writes)? found)
    {
        if (found is not { } now)
        {
            return WriteOutcome.Unknown; // Never there, deleted by it, or deleted after it.
        }

        if (now.Writes.Contains(write))
        {
            return WriteOutcome.Done;
        }

        if (now.Version == expected)
        {
            return WriteOutcome.Again;
        }

        // Each write since then is named, and this one is not among them. A deletion could have made way for another document.
        return !deletes && expected > 0 && now.Version > expected && now.Version - expected <= now.Writes.Count
            ? WriteOutcome.Lost
            : WriteOutcome.Unknown;
    }
}
