using System.Security.Cryptography;

namespace Holdfast.Engine.Postgres.Db;

/// <summary>A database of a PostgreSQL server, and how to come to it.</summary>
public sealed record PostgresDatabase
{
    /// <summary>The port of a server that was not told another one.</summary>
    public const int UsualPort = 5432;

    /// <summary>The values of <see cref="SslMode"/>.</summary>
    public static readonly IReadOnlyList<string> SslModes = ["disable", "require", "verify-ca", "verify-full"];

    /// <summary>Each session writes and reads values in one form, whatever the server, the role or the database prefer.</summary>
    private const string Settings = "-c datestyle=ISO,YMD -c intervalstyle=postgres -c extra_float_digits=3 -c bytea_output=hex"
        + " -c timezone=UTC -c standard_conforming_strings=on"
        + " -c client_min_messages=error -c default_transaction_isolation=read\\ committed";

    /// <summary>Names of types are read with their schemas. A writer leaves it out: functions of people count on their own.</summary>
    private const string NoSchema = " -c search_path=pg_catalog";

    /// <summary>Name or address of the server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; } = UsualPort;

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The role.</summary>
    public required string User { get; init; }

    /// <summary>Its password; null: <see cref="PasswordFile"/> has it, or none is needed.</summary>
    public string? Password { get; init; }

    /// <summary>Holds the password in its first line; read for each connection, so it may change.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>One of <see cref="SslModes"/>.</summary>
    public string SslMode { get; init; } = "verify-full";

    /// <summary>PEM file of those that may have issued the server's certificate; null: the system's.</summary>
    public string? RootCertificate { get; init; }

    /// <summary>Text for messages, without the password.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{User}@{Host}:{Port}/{Database}");

    /// <summary>Text for the driver, never for a message.</summary>
    /// <param name="purpose">Seen by the server's administrator.</param>
    /// <param name="isWriting">It writes rows of people.</param>
    /// <exception cref="SourceFaultException">The password's file cannot be read.</exception>
    internal string ConnectionString(string purpose, bool isWriting = false) => new NpgsqlConnectionStringBuilder
    {
        Host = Host,
        Port = Port,
        Database = Database,
        Username = User,
        Password = Secret(),
        SslMode = SslMode switch
        {
            "disable" => Npgsql.SslMode.Disable,
            "require" => Npgsql.SslMode.Require,
            "verify-ca" => Npgsql.SslMode.VerifyCA,
            _ => Npgsql.SslMode.VerifyFull,
        },
        RootCertificate = RootCertificate,
        ApplicationName = NameOf(purpose),
        Options = isWriting ? Settings : Settings + NoSchema,
        Pooling = false,
        Timeout = 10,
        CommandTimeout = 0,
        KeepAlive = 15,
        TcpKeepAlive = true,
        // While a statement runs, only these show that a server has vanished; the system's own probes begin after two hours.
        TcpKeepAliveTime = 10,
        TcpKeepAliveInterval = 2,
        MaxAutoPrepare = 200,
        AutoPrepareMinUsages = 3,
        IncludeErrorDetail = false,
        IncludeFailedBatchedCommand = true,
    }.ConnectionString;

    /// <summary>
    /// The name of a session as the server has it. The server cuts names at 63 bytes, and the lanes of two tasks whose names begin alike
    /// must not be confused.
    /// </summary>
    internal static string NameOf(string purpose)
    {
        const int BytesMax = 63;
        const int Digits = 8;
        var bytes = Encoding.UTF8.GetBytes($"holdfast {purpose}");
        // The server puts a question mark for what is not ASCII, byte by byte.
        var name = string.Concat(bytes.Select(b => b is >= 0x20 and < 0x7f ? (char)b : '?'));
        return name.Length <= BytesMax && !name.Contains('?', StringComparison.Ordinal) ? name
            : name[..Math.Min(name.Length, BytesMax - Digits - 1)] + "-" + Convert.ToHexStringLower(SHA256.HashData(bytes))[..Digits];
    }

    private string? Secret() =>
        Password is not null || PasswordFile is null ? Password : Seams.PasswordFile.Read(PasswordFile, ToString());
}
