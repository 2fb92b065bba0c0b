using Microsoft.Data.Sqlite;

namespace Holdfast.Platform.Tests.State;

/// <summary>A directory of one test alone, deleted with it, and the database file in it.</summary>
internal sealed class StateDirectory : IDisposable
{
    internal StateDirectory() => Location = Directory.CreateTempSubdirectory("holdfast-").FullName;

    internal string Location { get; }

    internal string File => Path.Combine(Location, "holdfast.db");

    internal SqliteDocumentStore OpenStore() => new(SqliteDatabase.Open(File, TimeProvider.System));

    /// <summary>A connection beside the store's own.</summary>
    internal SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    internal void Execute(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
