using Holdfast.Platform.State.Archive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>All collections of a process in one SQLite file.</summary>
internal sealed class SqliteDocumentStore : IDocumentStore, IStateArchive, IDisposable
{
    private readonly OpenedCollections _opened = new();
    private readonly SqliteDatabase _database;

    internal SqliteDocumentStore(SqliteDatabase database) => _database = database;

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class =>
        _opened.Open(collection, c => new SqliteDocuments<T>(_database, c));

    public Task<string?> CheckHealth(CancellationToken cancel) => _database.CheckHealth(cancel);

    public void ReadAll(Action<ArchivedDocument> each, CancellationToken cancel) => Asked(
        () => SqliteArchive.ReadAll(_database.Path, each, cancel));

    public void WriteAll(IEnumerable<ArchivedDocument> documents, bool replace, CancellationToken cancel) => Asked(
        () => SqliteArchive.WriteAll(_database.Path, documents, replace, cancel));

    private void Asked(Action work)
    {
        try
        {
            work();
        }
        catch (Microsoft.Data.Sqlite.SqliteException e)
        {
            throw SqliteFaults.Unavailable(_database.Path, e);
        }
    }

    public void Dispose() => _database.Dispose();
}

public static class SqliteRegistration
{
    /// <summary>
    /// Keeps the process's documents in <c>holdfast.db</c> in this directory, which is created when it is missing.
    /// </summary>
    public static IServiceCollection AddSqliteState(this IServiceCollection services, string dataDirectory) =>
        services.AddSqliteFile(Path.Combine(dataDirectory, "holdfast.db"));

    internal static IServiceCollection AddSqliteFile(this IServiceCollection services, string path)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton<IDocumentStore>(provider => new SqliteDocumentStore(
            SqliteDatabase.Open(path, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<SqliteIndexing>>())));
    }
}
