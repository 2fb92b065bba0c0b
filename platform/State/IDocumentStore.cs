namespace Holdfast.Platform.State;

/// <summary>
/// The store of all collections: one per process, chosen at start. Services ask for <see cref="IDocuments{T}"/>, not for this;
/// registration and the health endpoint use it.
/// </summary>
public interface IDocumentStore
{
    /// <summary>
    /// The collection, made ready: created when it is new, its indexes as declared. Opening one twice gives the same
    /// documents. Throws <see cref="StateRefusedException"/> when what is stored has a newer schema, and
    /// <see cref="InvalidOperationException"/> when another type has taken the name.
    /// </summary>
    IDocuments<T> Open<T>(Collection<T> collection) where T : class;

    /// <summary>
    /// Waits, within the store's limit, until it can be used; called once before anything is opened. Throws
    /// <see cref="StateRefusedException"/> when it cannot be used, or not in time.
    /// </summary>
    Task Ready(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Asks the store to write and to read. Null when it did; otherwise why not, in a sentence.</summary>
    Task<string?> CheckHealth(CancellationToken cancel);
}
