using Holdfast.Data.Config;
using Holdfast.Engine.MySql;
using Holdfast.Engine.MySql.Capture;
using Holdfast.Engine.MySql.Catalog;
using Holdfast.Engine.MySql.Sink;
using Holdfast.Engine.MySql.Source;
using Holdfast.Engine.MySql.Takeovers;
using Holdfast.Log;

namespace Holdfast.Data.Databases;

/// <summary>Databases of kind <c>mysql</c>: MySQL, MariaDB, OceanBase.</summary>
internal static class MySqlEngine
{
    private const string Kind = "mysql";
    private const int PortMax = 65535;

    /// <summary>TLS modes as configurations name them.</summary>
    private static readonly Dictionary<string, MySqlTls> Modes = new(StringComparer.Ordinal)
    {
        ["disable"] = MySqlTls.Off,
        ["require"] = MySqlTls.Required,
        ["verify-ca"] = MySqlTls.Issued,
        ["verify-full"] = MySqlTls.Verified,
    };

    internal static DatabaseEngine Parts { get; } = new()
    {
        Kind = Kind,
        Source = (database, log, _, calls) => Source(database, log, calls),
        Position = (database, time) => new MySqlSource(Server(database, "verify.source"), "", time),
        Sink = Sink,
        Compared = Compared,
        Catalog = (database, field, _) => new MySqlCatalog(Server(database, field)),
        Columns = DefinedColumn.Of,
    };

    private static PreparedSource Source(DatabaseConfig database, string log, StoreCalls calls)
    {
        var server = Server(database, "store.source");
        var history = new StoredHistory(
            Path.Combine(Path.GetDirectoryName(log)!, "gtid.json"), () => StoreLog.SourceOf(log).Source?.SystemId, calls.Names);
        return new PreparedSource(new MySqlSource(server, calls.Store, calls.Time, new MySqlSourceOptions { History = history }), cancel =>
        {
            // A server that is not the log's is refused before anything is written to it.
            var (known, fault) = StoreLog.SourceOf(log);
            return fault is null ? MySqlCapture.Install(server, known?.SystemId, cancel)
                : throw new SourceFaultException(new SourceFault(fault.Code, fault.Message, fault.Workaround, fault.IsPassing));
        });
    }

    private static async Task<(ISink Sink, ICatalog Catalog)> Sink(
        DatabaseConfig database, TimeProvider time, Action<string>? passing, CancellationToken cancel)
    {
        var server = Server(database, "incrSync.sink");
        return (await MySqlSink.Open(server, time, new MySqlSinkOptions { Database = database.Database, Passing = passing }, cancel),
            new MySqlCatalog(server, database.Database));
    }

    private static async Task<ComparedDatabase> Compared(DatabaseConfig database, string field, CancellationToken cancel)
    {
        var server = Server(database, field);
        return new ComparedDatabase(new MySqlCatalog(server, database.Database), await MySqlChunks.Open(server, cancel));
    }

    /// <exception cref="ConfigException">A field is missing, or breaks a rule.</exception>
    internal static MySqlServer Server(DatabaseConfig database, string field)
    {
        if (Broken(database) is { } broken)
        {
            throw new ConfigException("DP-502", $"{field}.{broken}");
        }

        return new MySqlServer
        {
            Host = database.Host!,
            Port = database.Port ?? MySqlServer.DefaultPort,
            User = database.User!,
            Password = database.Password ?? "",
            PasswordFile = database.PasswordFile,
            Tls = database.SslMode is { } mode ? Modes[mode] : database.IsThisHost ? MySqlTls.Off : MySqlTls.Verified,
            Authorities = database.RootCertificate,
        };
    }

    private static string? Broken(DatabaseConfig database) => database switch
    {
        { Path: not null } => $"path: is not allowed for {Kind}.",
        { Host: null or "" } => $"host: must be given for {Kind}.",
        { User: null or "" } => $"user: must be given for {Kind}.",
        { Port: < 1 or > PortMax } => $"port: {database.Port} is not from 1 to {PortMax}.",
        { Password: not null, PasswordFile: not null } => "password: is not allowed beside passwordFile.",
        { Database: "" } => "database: is empty; leave it out, or name one.",
        { SslMode: { } mode } when !Modes.ContainsKey(mode) => $"sslMode: '{mode}' must be one of {string.Join(", ", Modes.Keys)}.",
        { RootCertificate: { } file } when !File.Exists(file) => $"rootCertificate: there is no file {file}.",
        _ => null,
    };
}
