using System.Net;
using Holdfast.Data.Config;
using Holdfast.Data.Stores;
using Holdfast.Engine.Relay;
using Holdfast.Engine.Sqlite.Capture;
using Holdfast.Engine.Sqlite.Catalog;
using Holdfast.Engine.Sqlite.Sink;
using Holdfast.Engine.Sqlite.Source;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Contract;

namespace Holdfast.Data.Databases;

/// <summary>A database's tables and rows.</summary>
internal sealed record ComparedDatabase(ICatalog Catalog, IChunks Chunks) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Chunks.DisposeAsync();
        await Catalog.DisposeAsync();
    }
}

/// <summary>
/// The engines that this program knows, by a data source's kind, and the log of a Store. A test's own program puts others in their
/// place, that die at a certain step.
/// </summary>
internal class Engines
{
    private const string Sqlite = "sqlite";
    private const string Relay = "relay";
    private const string Databases = $"{MySqlEngine.Kind}, {PostgresEngine.Kind}, {Sqlite}";

    /// <summary>
    /// Opens the source of a Store whose log is in a folder, with the past of another one behind it where the configuration names one.
    /// </summary>
    internal virtual ISource Source(StoreConfig config, string log, StreamFilter filter, StoreCalls calls)
    {
        if (config.Source.Kind == Relay)
        {
            return config.Backfill is null
                ? Relayed(config.Source, "store.source", config.Subtopic, calls)
                : throw new ConfigException("DP-502", "store.backfill: is not allowed beside a source of kind relay.");
        }

        var source = config.Source.Kind switch
        {
            MySqlEngine.Kind => MySqlEngine.Source(config.Source, log, calls),
            PostgresEngine.Kind => PostgresEngine.Source(config.Source, log, filter, calls),
            _ => Captured(File(config.Source, "store.source", $"{MySqlEngine.Kind}, {PostgresEngine.Kind}, {Relay}, {Sqlite}"), log,
                filter, calls),
        };
        return config.Backfill is null
            ? source
            : new BackfillSource(source, Relayed(config.Backfill, "store.backfill", config.Subtopic, calls, isPassing: true));
    }

    /// <summary>Tells a source that readers do not come back; null: it keeps nothing for anybody.</summary>
    internal static Forgetting? Forgets(DatabaseConfig source) => source.Kind switch
    {
        PostgresEngine.Kind => PostgresEngine.Forgets(source),
        Sqlite => ForgetsIn(File(source, "store.source", Databases)),
        _ => null,
    };

    internal virtual async Task<(ISink Sink, ICatalog Catalog)> Sink(
        DatabaseConfig database, TimeProvider time, CancellationToken cancel)
    {
        switch (database.Kind)
        {
            case MySqlEngine.Kind: return await MySqlEngine.Sink(database, time, Passing, cancel);
            case PostgresEngine.Kind: return await PostgresEngine.Sink(database, time, Passing, cancel);
            case KafkaEngine.Kind: return await KafkaEngine.Sink(database, time, cancel);
        }

        var file = File(database, "incrSync.sink", $"{KafkaEngine.Kind}, {Databases}");
        return (await SqliteSink.Open(file, time, new SqliteSinkOptions { Passing = Passing }, cancel), new SqliteCatalog(file));
    }

    /// <summary>Types that stand in each engine's statements.</summary>
    internal static IReadOnlyDictionary<string, Func<ColumnDefinition, Column?>> Columns { get; } =
        new Dictionary<string, Func<ColumnDefinition, Column?>>(StringComparer.Ordinal)
        {
            [MySqlEngine.Kind] = Engine.MySql.Catalog.DefinedColumn.Of,
            [PostgresEngine.Kind] = Engine.Postgres.Catalog.DefinedColumn.Of,
            [Sqlite] = DefinedColumn.Of,
        };

    /// <summary>Opens the log of a Store.</summary>
    internal virtual Outcome<StoreLog> Log(LogOptions options) => StoreLog.Open(options);

    /// <summary>Told of each step within a sink's transaction by its name; null: nobody is.</summary>
    private protected virtual Action<string>? Passing => null;

    /// <summary>A database whose rows are read and compared.</summary>
    internal static async Task<ComparedDatabase> Compared(DatabaseConfig database, string field, CancellationToken cancel)
    {
        switch (database.Kind)
        {
            case MySqlEngine.Kind: return await MySqlEngine.Compared(database, field, cancel);
            case PostgresEngine.Kind: return await PostgresEngine.Compared(database, field, cancel);
        }

        var file = File(database, field, Databases);
        return new ComparedDatabase(new SqliteCatalog(file), await SqliteChunks.Open(file, cancel));
    }

    /// <summary>A database whose rights, settings and tables are looked at.</summary>
    internal static ICatalog Catalog(DatabaseConfig database, string field, TimeProvider time) => database.Kind switch
    {
        KafkaEngine.Kind => KafkaEngine.Catalog(database, field, time),
        MySqlEngine.Kind => MySqlEngine.Catalog(database, field),
        PostgresEngine.Kind => PostgresEngine.Catalog(database, field),
        _ => new SqliteCatalog(File(database, field, $"{KafkaEngine.Kind}, {Databases}")),
    };

    /// <summary>A source that is asked where it is, and not read: its log is not kept for it.</summary>
    internal static ISource Position(DatabaseConfig database, TimeProvider time) => database.Kind switch
    {
        MySqlEngine.Kind => MySqlEngine.Position(database, time),
        PostgresEngine.Kind => PostgresEngine.Position(database, time),
        _ => new SqliteSource(File(database, "verify.source", Databases), "", time),
    };

    private static PreparedSource Captured(string file, string log, StreamFilter filter, StoreCalls calls) =>
        new(new SqliteSource(file, calls.Store, calls.Time), async cancel =>
        {
            // A file that is not the log's is refused before anything is written to it.
            var (known, fault) = StoreLog.SourceOf(log);
            if (fault is not null)
            {
                throw new SourceFaultException(new SourceFault(fault.Code, fault.Message, fault.Workaround, fault.IsPassing));
            }

            await SqliteCapture.Install(file, filter, calls.Time, known?.SystemId, cancel);
        });

    private static Forgetting ForgetsIn(string file) => async (readers, cancel) =>
    {
        foreach (var reader in readers)
        {
            await SqliteCapture.Forget(file, reader, cancel);
        }

        return [.. readers];
    };

    private static string File(DatabaseConfig database, string field, string kinds) => database.Kind != Sqlite
        ? throw new ConfigException("DP-502", $"{field}.kind: '{database.Kind}' must be one of {kinds}.")
        : database.Path is { Length: > 0 } path ? path
        : throw new ConfigException("DP-502", $"{field}.path: must be given for {Sqlite}.");

    private static RelaySource Relayed(
        DatabaseConfig config, string field, string subtopic, StoreCalls calls, bool isPassing = false) => config switch
    {
        { Kind: not Relay } => throw new ConfigException("DP-502", $"{field}.kind: '{config.Kind}' must be {Relay}."),
        { Api: null, Endpoint: null } or { Api: not null, Endpoint: not null } =>
            throw new ConfigException("DP-502", $"{field}: api or endpoint must be given for {Relay}, and not both."),
        { Api: { } api } => new RelaySource(new ResolvedUpstream(
            new StoreFinder(new StoreWanted(api, subtopic, calls.Store, Except: calls.Store), calls.Out), calls.End),
            calls.Store, calls.Time, isPassing),
        { Endpoint: var text } => IPEndPoint.TryParse(text!, out var endpoint) && endpoint.Port > 0
            ? new RelaySource(new FixedUpstream(endpoint, calls.Out), calls.Store, calls.Time, isPassing)
            : throw new ConfigException("DP-502", $"{field}.endpoint: '{text}' must be address:port."),
    };
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
