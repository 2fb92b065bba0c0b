namespace Holdfast.Stores.Postgres;

/// <summary>The contents of a postgres:// address; pure.</summary>
internal sealed record PostgresAddress(string ConnectionString, string Schema, bool ManyHosts)
{
    private const string SchemaDefault = "holdfast";
    private const int SchemaMax = 40;
    private const int ConnectionsDefault = 16;
    private const int ConnectionsMax = 500;

    internal const string Options = "sslmode, sslrootcert, sslcert, sslkey, passfile, schema and connections";

    /// <summary>
    /// postgres://user:password@host:port,host:port/database?option=value, each part but host and database may be left out
    /// and is percent-encoded. Otherwise the rule that it breaks; no part of the address is in it.
    /// </summary>
    internal static (PostgresAddress? Address, string? WhyNot) Read(string text)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (place, options) = Cut(rest, '?', last: false);
        var (user, hosts) = place.Contains('@', StringComparison.Ordinal) ? Cut(place, '@', last: true) : ("", place);
        var (host, database) = Cut(hosts, '/', last: false);
        if (host.Length == 0 || database.Length == 0 || database.Contains('/', StringComparison.Ordinal))
        {
            return (null, "must name a host and one database: postgres://user:password@host:5432/database");
        }

        var (name, password) = Cut(user, ':', last: false);
        var built = new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Database = Uri.UnescapeDataString(database),
            Username = name.Length > 0 ? Uri.UnescapeDataString(name) : null,
            Password = password.Length > 0 ? Uri.UnescapeDataString(password) : null,
            MaxPoolSize = ConnectionsDefault,
            // A call waits for a connection or an answer no longer than this; PostgresDatabase tries again.
            Timeout = 4,
            CommandTimeout = 20,
            CancellationTimeout = 2000,
            KeepAlive = 10,
            TcpKeepAlive = true,
            HostRecheckSeconds = 1,
            MaxAutoPrepare = 64,
            // The writes of a call must be on disk whatever the server's default says.
            Options = "-c synchronous_commit=on -c idle_in_transaction_session_timeout=60s",
        };
        var schema = SchemaDefault;
        foreach (var option in options.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, raw) = Cut(option, '=', last: false);
            if (Take(built, key, Uri.UnescapeDataString(raw), ref schema) is { } whyNot)
            {
                return (null, whyNot);
            }
        }

        built.ApplicationName = "holdfast " + schema;
        return (new PostgresAddress(built.ToString(), schema, host.Contains(',', StringComparison.Ordinal)), null);
    }

    private static string? Take(NpgsqlConnectionStringBuilder built, string key, string value, ref string schema)
    {
        switch (key)
        {
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), true, out var mode)
                && Enum.IsDefined(mode):
                built.SslMode = mode;
                return null;
            case "sslmode":
                return "sslmode must be disable, allow, prefer, require, verify-ca or verify-full";
            case "sslrootcert":
                built.RootCertificate = value;
                return null;
            case "sslcert":
                built.SslCertificate = value;
                return null;
            case "sslkey":
                built.SslKey = value;
                return null;
            case "passfile":
                built.Passfile = value;
                return null;
            case "schema" when value.Length is > 0 and <= SchemaMax && char.IsAsciiLetterLower(value[0])
                && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'):
                schema = value;
                return null;
            case "schema":
                return $"schema must be 1 to {SchemaMax} of a to z, 0 to 9 and _, a letter first";
            case "connections" when int.TryParse(value, out var connections) && connections is >= 2 and <= ConnectionsMax:
                built.MaxPoolSize = connections;
                return null;
            case "connections":
                return $"connections must be 2 to {ConnectionsMax}";
            default:
                return $"has an option that is not known; there are {Options}";
        }
    }

    private static (string Before, string After) Cut(string text, char at, bool last)
    {
        var index = last ? text.LastIndexOf(at) : text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }
}
