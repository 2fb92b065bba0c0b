using System.Net;
using Holdfast.Data.Config;
using Holdfast.Data.Stores;
using Holdfast.Engine.Relay;
using Holdfast.Engine.Statements;
using Holdfast.Engine.Tables;
using Holdfast.Engine.Transactions;
using Holdfast.Log;
using Holdfast.Log.Contract;

namespace Holdfast.Data.Databases;

/// <summary>
/// The engines that this program knows, by a data source's kind, and the log of a Store. A test's own program puts others in their
/// place, that die at a certain step.
/// </summary>
internal class Engines
{
    private const string Relay = "relay";

    /// <summary>All of them; what each can be is in its own file.</summary>
    internal static IReadOnlyList<DatabaseEngine> All { get; } =
        [KafkaEngine.Parts, MySqlEngine.Parts, PostgresEngine.Parts, SqliteEngine.Parts];

    /// <summary>Types that stand in each engine's statements.</summary>
    internal static IReadOnlyDictionary<string, Func<ColumnDefinition, Column?>> Columns { get; } =
        All.Where(e => e.Columns is not null).ToDictionary(e => e.Kind, e => e.Columns!, StringComparer.Ordinal);

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

        var source = Part(config.Source, "store.source", e => e.Source, Relay)(config.Source, log, filter, calls);
        return config.Backfill is null
            ? source
            : new BackfillSource(source, Relayed(config.Backfill, "store.backfill", config.Subtopic, calls, isPassing: true));
    }

    /// <summary>Tells a source that readers do not come back; null: it keeps nothing for anybody.</summary>
    internal static Forgetting? Forgets(DatabaseConfig source) =>
        All.FirstOrDefault(e => e.Kind == source.Kind)?.Forgets?.Invoke(source);

    internal virtual Task<(ISink Sink, ICatalog Catalog)> Sink(DatabaseConfig database, TimeProvider time, CancellationToken cancel) =>
        Part(database, "incrSync.sink", e => e.Sink)(database, time, Passing, cancel);

    /// <summary>Opens the log of a Store.</summary>
    internal virtual Outcome<StoreLog> Log(LogOptions options) => StoreLog.Open(options);

    /// <summary>Told of each step within a sink's transaction by its name; null: nobody is.</summary>
    private protected virtual Action<string>? Passing => null;

    /// <summary>A database whose rows are read and compared.</summary>
    internal static Task<ComparedDatabase> Compared(DatabaseConfig database, string field, CancellationToken cancel) =>
        Part(database, field, e => e.Compared)(database, field, cancel);

    /// <summary>A database whose rights, settings and tables are looked at.</summary>
    internal static ICatalog Catalog(DatabaseConfig database, string field, TimeProvider time) =>
        Part(database, field, e => e.Catalog)(database, field, time);

    /// <summary>A source that is asked where it is, and not read: its log is not kept for it.</summary>
    internal static ISource Position(DatabaseConfig database, TimeProvider time) =>
        Part(database, "verify.source", e => e.Position)(database, time);

    /// <exception cref="ConfigException">Its kind does not have the part; those that do are named.</exception>
    private static T Part<T>(DatabaseConfig database, string field, Func<DatabaseEngine, T?> part, params string[] others) where T : class
    {
        if (All.FirstOrDefault(e => e.Kind == database.Kind) is { } engine && part(engine) is { } found)
        {
            return found;
        }

        var kinds = All.Where(e => part(e) is not null).Select(e => e.Kind).Concat(others).Order(StringComparer.Ordinal);
        throw new ConfigException("DP-502", $"{field}.kind: '{database.Kind}' must be one of {string.Join(", ", kinds)}.");
    }

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
