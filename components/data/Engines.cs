using Holdfast.Engine.Seams;
using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Sink;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Transactions;
using Holdfast.Log;

namespace Holdfast.Data;

/// <summary>
/// The engines that this program knows, by a data source's kind, and the log of a Store. A test's own program puts others in their
/// place, that die at a certain step.
/// </summary>
internal class Engines
{
    private const string Kinds = "sqlite";

    /// <summary>Prepared to be read by this reader, whose log is in a folder.</summary>
    internal virtual ISource Source(DatabaseConfig database, string reader, string log, StreamFilter filter, TimeProvider time)
    {
        var file = File(database, "store.source");
        return new PreparedSource(new SqliteSource(file, reader, time), async cancel =>
        {
            // A file that is not the log's is refused before anything is written to it.
            var (known, fault) = StoreLog.SourceOf(log);
            if (fault is not null)
            {
                throw new SourceFaultException(new SourceFault(fault.Code, fault.Message, fault.Workaround, fault.IsPassing));
            }

            await SqliteCapture.Install(file, filter, time, known, cancel);
        });
    }

    internal virtual async Task<(ISink Sink, ICatalog Catalog)> Sink(
        DatabaseConfig database, TimeProvider time, CancellationToken cancel)
    {
        var file = File(database, "incrSync.sink");
        return (await SqliteSink.Open(file, time, OfSqlite, cancel), new SqliteCatalog(file));
    }

    /// <summary>Of a Store.</summary>
    internal virtual Outcome<StoreLog> Log(LogOptions options) => StoreLog.Open(options);

    private protected virtual SqliteSinkOptions OfSqlite { get; } = new();

    private static string File(DatabaseConfig database, string field) => database.Kind != "sqlite"
        ? throw new ConfigException("DP-502", $"{field}.kind: '{database.Kind}' must be one of {Kinds}.")
        : database.Path is { Length: > 0 } path ? path
        : throw new ConfigException("DP-502", $"{field}.path: must be given for sqlite.");
}
