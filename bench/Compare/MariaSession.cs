using MySqlConnector;

namespace Holdfast.Bench.Compare;

/// <summary>Statements for the private MariaDB of a port.</summary>
internal sealed class MariaSession(int port, string user)
{
    internal async Task<bool> Answers()
    {
        try
        {
            await using var connection = await Open("");
            return true;
        }
        catch (MySqlException)
        {
            return false;
        }
    }

    internal async Task<MySqlConnection> Open(string database)
    {
        var connection = new MySqlConnection(string.Create(CultureInfo.InvariantCulture,
            $"Server=127.0.0.1;Port={port};User ID={user};Password={user};Database={database};SslMode=None;DefaultCommandTimeout=0"));
        await connection.OpenAsync();
        return connection;
    }

    internal async Task Execute(string database, params string[] statements)
    {
        await using var connection = await Open(database);
        foreach (var statement in statements)
        {
            await Execute(connection, statement);
        }
    }

    internal static async Task Execute(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    internal async Task<string> One(string sql) => (await Row(sql))[0];

    internal async Task<IReadOnlyList<string>> Row(string sql)
    {
        await using var connection = await Open("");
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)];
    }

    internal static async Task<IReadOnlyList<string>> Column(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture)!);
        }

        return values;
    }
}
