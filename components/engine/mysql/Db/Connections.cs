namespace Holdfast.Engine.MySql.Db;

/// <summary>Connections for SQL.</summary>
internal static class Connections
{
    /// <summary>
    /// Modes that every session of ours has: a value is refused rather than bent, zero is a number like others, and a backslash is a
    /// letter. Days that the source has are taken as they are.
    /// </summary>
    private const string Modes = "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES,ALLOW_INVALID_DATES,"
        + "NO_ENGINE_SUBSTITUTION";

    internal const int Deadlock = 1213;
    internal const int LockWait = 1205;

    /// <summary>
    /// Once LOAD DATA LOCAL is allowed, the library gives a server whose certificate it has verified any file of this host that the server
    /// asks for. It gives a server that it has not verified only the stream that was handed over. So a verified server gets no load here.
    /// </summary>
    internal static bool MayLoad(MySqlServer server) => server.Tls is MySqlTls.Off or MySqlTls.Required;

    /// <param name="server">The server.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="isPooled">It may have served others before, and will.</param>
    /// <param name="isLoading">Rows are loaded by it, where <see cref="MayLoad"/> says so.</param>
    internal static async Task<MySqlConnection> Open(
        MySqlServer server, CancellationToken cancel, bool isPooled = true, bool isLoading = false)
    {
        var connection = new MySqlConnection(Text(server, isPooled, isLoading && MayLoad(server)));
        try
        {
            await connection.OpenAsync(cancel);
            await connection.Run($"SET NAMES utf8mb4, SESSION sql_mode = '{Modes}', SESSION time_zone = '+00:00',"
                + " SESSION foreign_key_checks = 0, SESSION group_concat_max_len = 1048576", cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    internal static async Task<int> Run(this MySqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = Command(connection, sql, []);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    internal static async Task<int> Run(
        this MySqlConnection connection, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>All rows; a value that is NULL is null.</summary>
    internal static async Task<List<object?[]>> All(
        this MySqlConnection connection, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await Rows(reader, cancel);
    }

    private static async Task<List<object?[]>> Rows(MySqlDataReader reader, CancellationToken cancel)
    {
        var rows = new List<object?[]>();
        while (await reader.ReadAsync(cancel))
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Statements in one message; the rows of the last one that has any.</summary>
    internal static async Task<List<object?[]>> Last(
        this MySqlConnection connection, string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var rows = await Rows(reader, cancel);
        while (await reader.NextResultAsync(cancel))
        {
            rows = await Rows(reader, cancel);
        }

        return rows;
    }

    internal static async Task<object?[]?> First(
        this MySqlConnection connection, string sql, CancellationToken cancel, params object?[] values) =>
        (await connection.All(sql, cancel, values)).FirstOrDefault();

    /// <summary>A server's variable; null: it has none of this name.</summary>
    internal static async Task<string?> Variable(this MySqlConnection connection, string name, CancellationToken cancel) =>
        await connection.First("SHOW GLOBAL VARIABLES LIKE @p0", cancel, name) is [_, var value]
            ? Convert.ToString(value, CultureInfo.InvariantCulture) : null;

    internal static bool IsMaria(this MySqlConnection connection) =>
        connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);

    private static MySqlCommand Command(MySqlConnection connection, string sql, object?[] values)
    {
        var command = new MySqlCommand(sql, connection) { CommandTimeout = 0 };
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters.AddWithValue($"@p{i.ToString(CultureInfo.InvariantCulture)}", values[i]);
        }

        return command;
    }

    private static string Text(MySqlServer server, bool isPooled, bool isLoading) => new MySqlConnectionStringBuilder
    {
        Server = server.Host,
        Port = (uint)server.Port,
        UserID = server.User,
        Password = server.Secret(),
        Pooling = isPooled,
        // A connection of the pool has its session made new, and settings made again.
        ConnectionReset = true,
        MaximumPoolSize = 20,
        // Rows that an update found count, whether they were changed or not.
        UseAffectedRows = false,
        AllowUserVariables = true,
        IgnoreCommandTransaction = true,
        AllowPublicKeyRetrieval = server.Tls == MySqlTls.Off,
        NoBackslashEscapes = true,
        AllowLoadLocalInfile = isLoading,
        GuidFormat = MySqlGuidFormat.None,
        TreatTinyAsBoolean = false,
        ConnectionTimeout = 10,
        // A statement may take as long as it needs; a server that vanished must not be waited for.
        Keepalive = 10,
        DefaultCommandTimeout = 0,
        SslMode = server.Tls switch
        {
            MySqlTls.Off => MySqlSslMode.None,
            MySqlTls.Required => MySqlSslMode.Required,
            MySqlTls.Issued => MySqlSslMode.VerifyCA,
            MySqlTls.Verified => MySqlSslMode.VerifyFull,
            _ => throw new ArgumentOutOfRangeException(nameof(server), server.Tls, null),
        },
        SslCa = server.Authorities ?? "",
    }.ConnectionString;
}
