using Holdfast.Engine.Tables;
using Holdfast.Engine.Values;

namespace Holdfast.Engine.Seams;

/// <summary>
/// A table's rows in pieces, in the order of a key. Boundaries come from the server alone: its collation, not ours, decides what
/// lies between two keys.
/// </summary>
public interface IChunks : IAsyncDisposable
{
    /// <summary>The key of the last row of the next chunk; null: there is no row after.</summary>
    /// <param name="table">With a key.</param>
    /// <param name="after">The key of the last row before; null: from the first row on.</param>
    /// <param name="rows">Count of the rows that the chunk is to have.</param>
    /// <param name="cancel">Gives up.</param>
    Task<Row?> Next(TableSchema table, Row? after, int rows, CancellationToken cancel);

    /// <summary>All rows after one key up to and with another one, in key order; null: without a bound.</summary>
    IAsyncEnumerable<Row> Rows(TableSchema table, Row? after, Row? upTo, CancellationToken cancel);

    /// <summary>All rows of one committed state, in no order; of a table without a key too.</summary>
    IAsyncEnumerable<Row> All(TableSchema table, CancellationToken cancel);

    /// <summary>The rows with these keys, those that are there, in no order.</summary>
    IAsyncEnumerable<Row> Rows(TableSchema table, IReadOnlyList<Row> keys, CancellationToken cancel);
}
