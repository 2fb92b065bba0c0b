namespace Holdfast.Platform.State;

/// <summary>A store of collections: SQLite, PostgreSQL or MongoDB.</summary>
public interface IDocumentStore
{
    IDocuments<T> Open<T>(Collection<T> collection) where T : class;

    /// <summary>Null when the store answers, else why not.</summary>
    Task<string?> CheckHealth(CancellationToken cancel);
}
