using Holdfast.Engine.Statements;
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

    /// <summary>The statements by which this engine does to a table what another engine's statement did there.</summary>
    /// <param name="action">The action of the source.</param>
    /// <param name="now">The table as it is here; null: there is none of this name.</param>
    /// <param name="cancel">Gives up.</param>
    Task<DdlText> Text(TableAction action, TableSchema? now, CancellationToken cancel);

    /// <summary>Conditions that do not hold, and must before a task may read from here; each says what helps. Empty: all is well.</summary>
    Task<IReadOnlyList<SourceFault>> Checks(StreamFilter filter, CancellationToken cancel);

    /// <summary>Conditions that do not hold, and must before a task may write to here; each says what helps. Empty: all is well.</summary>
    Task<IReadOnlyList<SourceFault>> SinkChecks(StreamFilter filter, CancellationToken cancel);

    /// <summary>
    /// Further conditions that do not hold, and must where statements that change tables are copied too. Empty: all is well.
    /// </summary>
    /// <param name="isSink">They are to be run here; else they are to be told from here.</param>
    /// <param name="filter">The task's tables.</param>
    /// <param name="cancel">Gives up.</param>
    Task<IReadOnlyList<SourceFault>> DdlChecks(bool isSink, StreamFilter filter, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<SourceFault>>([]);
}
