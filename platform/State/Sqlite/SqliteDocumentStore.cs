using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.State.Sqlite;

/// <summary>All collections of a process in one SQLite file.</summary>
internal sealed class SqliteDocumentStore : IDocumentStore, IDisposable
{
    private readonly Lock _opening = new();
    private readonly Dictionary<string, object> _opened = new(StringComparer.Ordinal);
    private readonly SqliteDatabase _database;

    internal SqliteDocumentStore(SqliteDatabase database) => _database = database;

    public IDocuments<T> Open<T>(Collection<T> collection) where T : class
    {
        lock (_opening)
        {
            if (_opened.TryGetValue(collection.Name, out var opened))
            {
                return opened as IDocuments<T> ?? throw new InvalidOperationException(
                    $"Collection '{collection.Name}' is open with {opened.GetType().GenericTypeArguments[0]}, "
                    + $"not {typeof(T)}.");
            }

            var documents = new SqliteDocuments<T>(_database, collection);
            _opened.Add(collection.Name, documents);
            return documents;
        }
    }

    public Task<string?> CheckHealth(CancellationToken cancel) => _database.CheckHealth(cancel);

    public void Dispose() => _database.Dispose();
}

public static class SqliteRegistration
{
    /// <summary>
    /// Keeps the process's documents in <c>holdfast.db</c> in this directory, which is created when it is missing.
    /// </summary>
    public static IServiceCollection AddSqliteState(this IServiceCollection services, string dataDirectory)
    {
        services.TryAddSingleton(TimeProvider.System);
        var path = Path.Combine(dataDirectory, "holdfast.db");
        return services.AddSingleton<IDocumentStore>(provider => new SqliteDocumentStore(
            SqliteDatabase.Open(path, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<SqliteIndexing>>())));
    }
}
