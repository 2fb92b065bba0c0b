using Holdfast.Data.Config;
using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Sqlite.Sink;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engine.Transactions;
using Holdfast.Log;

namespace Holdfast.Data.Databases;

/// <summary>Databases of kind <c>sqlite</c>.</summary>
internal static class SqliteEngine
{
    private const string Kind = "sqlite";

    internal static DatabaseEngine Parts { get; } = new()
    {
        Kind = Kind,
        Source = Source,
        Position = (database, time) => new SqliteSource(File(database, "verify.source"), "", time),
        Forgets = Forgets,
        Sink = Sink,
        Compared = Compared,
        Catalog = (database, field, _) => new SqliteCatalog(File(database, field)),
        Columns = DefinedColumn.Of,
    };

    private static PreparedSource Source(DatabaseConfig database, string log, StreamFilter filter, StoreCalls calls)
    {
        var file = File(database, "store.source");
        return new PreparedSource(new SqliteSource(file, calls.Store, calls.Time), async cancel =>
        {
            // A file that is not the log's is refused before anything is written to it.
            var (known, fault) = StoreLog.SourceOf(log);
            if (fault is not null)
            {
                throw new SourceFaultException(new SourceFault(fault.Code, fault.Message, fault.Workaround, fault.IsPassing));
            }

            await SqliteCapture.Install(file, filter, calls.Time, known?.SystemId, cancel);
        });
    }

    private static async Task<(ISink Sink, ICatalog Catalog)> Sink(
        DatabaseConfig database, TimeProvider time, Action<string>? passing, CancellationToken cancel)
    {
        var file = File(database, "incrSync.sink");
        return (await SqliteSink.Open(file, time, new SqliteSinkOptions { Passing = passing }, cancel), new SqliteCatalog(file));
    }

    private static async Task<ComparedDatabase> Compared(DatabaseConfig database, string field, CancellationToken cancel)
    {
        var file = File(database, field);
        return new ComparedDatabase(new SqliteCatalog(file), await SqliteChunks.Open(file, cancel));
    }

    private static Forgetting Forgets(DatabaseConfig database)
    {
        var file = File(database, "store.source");
        return async (readers, cancel) =>
        {
            foreach (var reader in readers)
            {
                await SqliteCapture.Forget(file, reader, cancel);
            }

            return [.. readers];
        };
    }

    private static string File(DatabaseConfig database, string field) => database.Path is { Length: > 0 } path ? path
        : throw new ConfigException("DP-502", $"{field}.path: must be given for {Kind}.");
}
