namespace Holdfast.Bench.Compare;

/// <summary>
/// A database server of a benchmark's own. The table that is moved is <c>bench.sb</c> at sources; a row has about 160 bytes. Sinks of one
/// server have a database each.
/// </summary>
internal abstract class BenchServer : IAsyncDisposable
{
    /// <summary>Rows that follow each other are alike; no two columns of a row are.</summary>
    protected const int SeedPrime = 7919;

    /// <summary>The database that a source is read from.</summary>
    internal abstract string Origin { get; }

    /// <summary>Name for figures.</summary>
    internal abstract string Name { get; }

    /// <summary>The first process of the server.</summary>
    internal abstract int Pid { get; }

    /// <summary>The configuration as <c>config.json</c> names its databases.</summary>
    internal abstract JsonObject Config(string database);

    /// <summary>Makes a database with the empty table.</summary>
    internal abstract Task Create(string database);

    /// <summary>Writes transactions of many rows each, one after the other, at the origin.</summary>
    internal abstract Task Write(int transactions, int rows);

    /// <summary>Writes transactions of one row, by several connections at a time.</summary>
    internal abstract Task WriteSingle(int transactions);

    /// <summary>Readers of the log have to connect again.</summary>
    internal abstract Task CutReaders();

    /// <summary>The highest id.</summary>
    internal abstract Task<long> Last(string database);

    /// <summary>Counts the rows.</summary>
    internal abstract Task<long> Count(string database);

    /// <summary>Figures over all values of all rows, the same for equal tables of any engine.</summary>
    internal abstract Task<string> Summary(string database);

    /// <summary>The peer of cross pairs: one prepared insert a row, each waited for; transactions of so many rows.</summary>
    internal abstract Task WriteRowByRow(string database, int transactions, int rows);

    public abstract ValueTask DisposeAsync();
}
