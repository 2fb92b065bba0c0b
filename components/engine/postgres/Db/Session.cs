using System.Collections.Concurrent;
using NpgsqlTypes;

namespace Holdfast.Engine.Postgres.Db;

/// <summary>One connection, used by one at a time. Values come and go as the server writes them: text.</summary>
internal sealed class Session : IAsyncDisposable
{
    /// <summary>One for each way to a database; all types that are read and written are text to it.</summary>
    private static readonly ConcurrentDictionary<string, NpgsqlDataSource> Ways = new(StringComparer.Ordinal);

    private readonly NpgsqlConnection _connection;

    private Session(NpgsqlConnection connection) => _connection = connection;

    internal NpgsqlConnection Connection => _connection;

    internal static async Task<Session> Open(
        PostgresDatabase database, string purpose, CancellationToken cancel, bool isWriting = false)
    {
        var connection = Ways.GetOrAdd(database.ConnectionString(purpose, isWriting), Way).CreateConnection();
        try
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            return new Session(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Work on a connection of its own; errors become faults.</summary>
    /// <exception cref="SourceFaultException">The server is away, or refuses.</exception>
    internal static async Task<T> Alone<T>(
        PostgresDatabase database, string purpose, Func<Session, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            await using var session = await Open(database, purpose, cancel).ConfigureAwait(false);
            return await work(session).ConfigureAwait(false);
        }
        catch (Exception error) when (Failure.IsOne(error))
        {
            throw new SourceFaultException(Failure.Of(database, error));
        }
    }

    internal async Task<int> Run(string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>All rows of a query.</summary>
    internal async Task<List<string?[]>> Rows(string sql, CancellationToken cancel, params object?[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
        var rows = new List<string?[]>();
        while (await reader.ReadAsync(cancel).ConfigureAwait(false))
        {
            rows.Add(Row(reader));
        }

        return rows;
    }

    /// <summary>The first value of the first row; null: there is none, or it is NULL.</summary>
    internal async Task<string?> One(string sql, CancellationToken cancel, params object?[] values) =>
        (await Rows(sql, cancel, values).ConfigureAwait(false)) is [[var first, ..], ..] ? first : null;

    internal static string?[] Row(NpgsqlDataReader reader)
    {
        var row = new string?[reader.FieldCount];
        for (var i = 0; i < row.Length; i++)
        {
            row[i] = reader.IsDBNull(i) ? null : reader.GetString(i);
        }

        return row;
    }

    internal NpgsqlCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, _connection) { AllResultTypesAreUnknown = true };
        command.Parameters.AddRange(values.Select(Parameter).ToArray());
        return command;
    }

    internal static NpgsqlParameter Parameter(object? value) => new()
    {
        Value = value ?? DBNull.Value,
        NpgsqlDbType = value switch
        {
            long => NpgsqlDbType.Bigint,
            int => NpgsqlDbType.Integer,
            bool => NpgsqlDbType.Boolean,
            byte[] => NpgsqlDbType.Bytea,
            long[] => NpgsqlDbType.Array | NpgsqlDbType.Bigint,
            string[] => NpgsqlDbType.Array | NpgsqlDbType.Text,
            _ => NpgsqlDbType.Text,
        },
    };

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static NpgsqlDataSource Way(string text)
    {
        var builder = new NpgsqlDataSourceBuilder(text);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }
}
