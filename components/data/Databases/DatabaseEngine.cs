using Holdfast.Data.Config;
using Holdfast.Data.Stores;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;

namespace Holdfast.Data.Databases;

/// <summary>
/// A kind of database with the parts that it can take. A part that is null it cannot: whoever asks for it is told the kinds that can.
/// </summary>
internal sealed record DatabaseEngine
{
    /// <summary>Its name in a configuration.</summary>
    internal required string Kind { get; init; }

    /// <summary>Its rights, settings and tables are looked at: for a field of a configuration.</summary>
    internal required Func<DatabaseConfig, string, TimeProvider, ICatalog> Catalog { get; init; }

    /// <summary>A task writes to it; the action is told of each step within its transactions by the step's name.</summary>
    internal Func<DatabaseConfig, TimeProvider, Action<string>?, CancellationToken, Task<(ISink Sink, ICatalog Catalog)>>? Sink
    {
        get; init;
    }

    /// <summary>Its rows are read and compared: for a field of a configuration.</summary>
    internal Func<DatabaseConfig, string, CancellationToken, Task<ComparedDatabase>>? Compared { get; init; }

    /// <summary>A Store reads it, whose log is in a folder.</summary>
    internal Func<DatabaseConfig, string, StreamFilter, StoreCalls, ISource>? Source { get; init; }

    /// <summary>It is asked where it is, and not read: its log is not kept for that.</summary>
    internal Func<DatabaseConfig, TimeProvider, ISource>? Position { get; init; }

    /// <summary>It is told that readers do not come back.</summary>
    internal Func<DatabaseConfig, Forgetting>? Forgets { get; init; }

    /// <summary>Types that stand in its statements, for sinks of other engines.</summary>
    internal Func<ColumnDefinition, Column?>? Columns { get; init; }
}

/// <summary>A database's tables and rows.</summary>
internal sealed record ComparedDatabase(ICatalog Catalog, IChunks Chunks) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Chunks.DisposeAsync();
        await Catalog.DisposeAsync();
    }
}

/// <summary>The means by which a Store calls others.</summary>
/// <param name="Store">Its name.</param>
/// <param name="End">Reads where its log ends, unix seconds.</param>
/// <param name="Names">Reads the source's own names behind a position (null: from the beginning); null: the log begins later.</param>
/// <param name="Out">The way to others.</param>
internal sealed record StoreCalls(
    string Store, Func<long> End, Func<Position?, IEnumerable<(Position Position, string? Name)>?> Names, Calls Out)
{
    internal TimeProvider Time => Out.Time;
}

/// <summary>Has a source forget readers that do not come back; what was dropped there.</summary>
internal delegate Task<IReadOnlyList<string>> Forgetting(IReadOnlyCollection<string> readers, CancellationToken cancel);
