using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Engine.Seams;

/// <summary>The tables of a database.</summary>
public interface ICatalog : IAsyncDisposable
{
    /// <summary>All tables that a filter wants, with their schemas as they are now; ids are 0.</summary>
    Task<IReadOnlyList<TableSchema>> Tables(StreamFilter filter, CancellationToken cancel);

    /// <summary>One table as it is now; null: there is none of this name.</summary>
    Task<TableSchema?> Table(string schema, string name, CancellationToken cancel);

    /// <summary>Makes a table like one of another database; types that this engine lacks are refused by name.</summary>
    /// <returns>Faults; empty: it is made.</returns>
    Task<IReadOnlyList<SourceFault>> Create(TableSchema schema, CancellationToken cancel);

    /// <summary>What must be so before a task may read from here, each with what helps; empty: all is well.</summary>
    Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel);

    /// <summary>What must be so before a task may write to here, each with what helps; empty: all is well.</summary>
    Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel);
}
