using System.Runtime.CompilerServices;

namespace Holdfast.Platform.State;

/// <summary>Reads a query to its end, a page at a time. Not of one moment.</summary>
public static class DocumentPages
{
    /// <param name="query">Its limit is the size of a page.</param>
    public static async IAsyncEnumerable<Versioned<T>> Pages<T>(
        this IDocuments<T> documents, DocumentQuery<T> query, [EnumeratorCancellation] CancellationToken cancel) where T : class
    {
        do
        {
            var page = await documents.Query(query, cancel);
            foreach (var item in page.Items)
            {
                yield return item;
            }

            query = query.After(page.Next);
        }
        while (query.Cursor is not null);
    }
}
