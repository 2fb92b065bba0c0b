using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Platform.State.Sqlite;

public static class SqliteRegistration
{
    public static IServiceCollection AddSqliteState(this IServiceCollection services, string dataDirectory) => services;

    public static IServiceCollection AddDocuments<T>(this IServiceCollection services, Collection<T> collection) where T : class =>
        services.AddSingleton(provider => provider.GetRequiredService<IDocumentStore>().Open(collection));
}
