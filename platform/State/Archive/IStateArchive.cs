namespace Holdfast.Platform.State.Archive;

/// <summary>A document as it is stored, whatever it is.</summary>
/// <param name="Collection">Name of its collection.</param>
/// <param name="Schema">Version of the collection's schema.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Version that a compare-and-set must name.</param>
/// <param name="Json">The document, UTF-8.</param>
public sealed record ArchivedDocument(string Collection, int Schema, string Id, long Version, byte[] Json);

/// <summary>All documents of a store at once: for backups, and for moving from one store to another.</summary>
public interface IStateArchive
{
    /// <summary>
    /// Every document, by collection and id. SQLite and PostgreSQL give one state, also while services run; MongoDB does
    /// when nothing writes.
    /// </summary>
    void ReadAll(Action<ArchivedDocument> each, CancellationToken cancel);

    /// <summary>The version of each collection's schema, as it is stored.</summary>
    IReadOnlyDictionary<string, int> Schemas(CancellationToken cancel);

    /// <summary>
    /// Stores all, with their versions, into a store that has no documents; with <paramref name="replace"/> what it has goes in
    /// the same step. Throws <see cref="StateRefusedException"/> with PF-308 (it has documents) or PF-309 (in use).
    /// </summary>
    void WriteAll(IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel);
}

public static class ArchiveFaults
{
    public static StateRefusedException NotEmpty(string shown) => new(new Fault(
        "PF-308", 409, "The store has documents", $"{shown} has documents already; nothing was changed.",
        "Name an empty store, or back this one up and give --replace: what it has is then replaced."));

    public static StateRefusedException InUse(string shown, long others) => new(new Fault(
        "PF-309", 409, "The store is in use", $"{shown}: {others} connection(s) of running services; nothing was changed.",
        "Stop all services on this store first."));
}
