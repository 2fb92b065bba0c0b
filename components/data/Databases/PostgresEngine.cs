using Holdfast.Data.Config;
using Holdfast.Engine.Postgres.Capture;
using Holdfast.Engine.Postgres.Catalog;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Sink;
using Holdfast.Engine.Postgres.Source;
using Holdfast.Engine.Transactions;
using Holdfast.Log;

namespace Holdfast.Data.Databases;

/// <summary>Databases of kind <c>postgres</c>.</summary>
internal static class PostgresEngine
{
    internal const string Kind = "postgres";
    private const int PortMax = 65535;
    private const string Off = "disable";
    private const string Verified = "verify-full";

    internal static DatabaseEngine Parts { get; } = new()
    {
        Kind = Kind,
        Source = Source,
        Position = (database, time) => new PostgresSource(Server(database, "verify.source"), "", time),
        Forgets = Forgets,
        Sink = Sink,
        Compared = Compared,
        Catalog = (database, field, _) => new PostgresCatalog(Server(database, field)),
        Columns = DefinedColumn.Of,
    };

    private static PreparedSource Source(DatabaseConfig database, string log, StreamFilter filter, StoreCalls calls)
    {
        var server = Server(database, "store.source");
        return new PreparedSource(new PostgresSource(server, calls.Store, calls.Time), cancel =>
        {
            // A database that is not the log's is refused before anything is written to it.
            var (known, fault) = StoreLog.SourceOf(log);
            return fault is null ? PostgresCapture.Install(server, filter, known?.SystemId, calls.Store, cancel)
                : throw new SourceFaultException(new SourceFault(fault.Code, fault.Message, fault.Workaround, fault.IsPassing));
        });
    }

    private static Forgetting Forgets(DatabaseConfig database)
    {
        var server = Server(database, "store.source");
        return (readers, cancel) => PostgresSlots.Forget(server, readers, cancel);
    }

    private static async Task<(ISink Sink, ICatalog Catalog)> Sink(
        DatabaseConfig database, TimeProvider time, Action<string>? passing, CancellationToken cancel)
    {
        var server = Server(database, "incrSync.sink");
        return (await PostgresSink.Open(server, time, new PostgresSinkOptions { Passing = passing }, cancel), new PostgresCatalog(server));
    }

    private static async Task<ComparedDatabase> Compared(DatabaseConfig database, string field, CancellationToken cancel)
    {
        var server = Server(database, field);
        return new ComparedDatabase(new PostgresCatalog(server), await PostgresChunks.Open(server, cancel));
    }

    /// <summary>The statements that make a source's event triggers.</summary>
    internal static string DdlCapture => Holdfast.Engine.Postgres.Capture.DdlCapture.Script;

    /// <exception cref="ConfigException">A field is missing, or breaks a rule; a password is in no message.</exception>
    internal static PostgresDatabase Server(DatabaseConfig database, string field)
    {
        if (Broken(database) is { } broken)
        {
            throw new ConfigException("DP-502", $"{field}.{broken}");
        }

        return new PostgresDatabase
        {
            Host = database.Host!,
            Port = database.Port ?? PostgresDatabase.UsualPort,
            Database = database.Database!,
            User = database.User!,
            Password = database.Password,
            PasswordFile = database.PasswordFile,
            SslMode = database.SslMode ?? (database.IsThisHost ? Off : Verified),
            RootCertificate = database.RootCertificate,
        };
    }

    private static string? Broken(DatabaseConfig database) => database switch
    {
        { Path: not null } => $"path: is not allowed for {Kind}.",
        { Host: null or "" } => $"host: must be given for {Kind}.",
        { Database: null or "" } => $"database: must be given for {Kind}.",
        { User: null or "" } => $"user: must be given for {Kind}.",
        { Port: < 1 or > PortMax } => $"port: {database.Port} is not from 1 to {PortMax}.",
        { Password: not null, PasswordFile: not null } => "password: is not allowed beside passwordFile.",
        { SslMode: { } mode } when !PostgresDatabase.SslModes.Contains(mode, StringComparer.Ordinal) =>
            $"sslMode: '{mode}' must be one of {string.Join(", ", PostgresDatabase.SslModes)}.",
        { RootCertificate: { } file } when !File.Exists(file) => $"rootCertificate: there is no file {file}.",
        _ => null,
    };
}
