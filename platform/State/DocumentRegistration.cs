using Holdfast.Platform.State.Sealing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Holdfast.Platform.State;

public static class DocumentRegistration
{
    /// <summary>
    /// Gives services an <see cref="IDocuments{T}"/> over the process's store. The collection is opened when it is
    /// first asked for and at the latest when the host starts, so that a store that must not be used shows at start.
    /// </summary>
    public static IServiceCollection AddDocuments<T>(this IServiceCollection services, Collection<T> collection)
        where T : class
    {
        var others = services.Where(s => !s.IsKeyedService).Select(s => s.ImplementationInstance)
            .OfType<DeclaredCollection>();
        if (others.FirstOrDefault(o => o.Name == collection.Name || o.Document == typeof(T)) is { } taken)
        {
            if (ReferenceEquals(taken.Collection, collection))
            {
                return services; // One service writes it, another one reads it, and this process hosts both.
            }

            throw new InvalidOperationException(
                $"Collection '{collection.Name}' of {typeof(T)}: '{taken.Name}' of {taken.Document} is declared; "
                + "one name, one type.");
        }

        services.AddSingleton(new DeclaredCollection(collection.Name, typeof(T), collection, store => store.Open(collection)));
        if (collection.Secrets is { } secrets)
        {
            services.AddSingleton(new SecretCollection(
                collection.Name, json => SecretsOf(json, secrets), json => WithoutSecrets(json, secrets)));
            services.AddSingleton(provider => new SealedCollection(collection.Name, cancel => new SealedDocuments<T>(
                provider.GetRequiredService<IDocumentStore>().Open(collection), collection,
                provider.GetRequiredService<SecretKeys>()).Reseal(cancel)));
        }

        services.TryAddSingleton(provider => new StoreWork(provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IDocuments<T>>(provider => Measured(provider, collection));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, OpenCollections>());
        return services;
    }

    private static MeasuredDocuments<T> Measured<T>(IServiceProvider provider, Collection<T> collection) where T : class
    {
        var work = provider.GetRequiredService<StoreWork>();
        var stored = provider.GetRequiredService<IDocumentStore>().Open(collection);
        return new MeasuredDocuments<T>(collection.Secrets is null ? stored
                : new SealedDocuments<T>(stored, collection, provider.GetService<SecretKeys>() ?? SecretKeys.None),
            work.Line(collection.Name, writes: false), work.Line(collection.Name, writes: true),
            provider.GetService<TimeProvider>() ?? TimeProvider.System);
    }

    private static List<string> SecretsOf<T>(byte[] json, SecretFields<T> secrets) where T : class
    {
        var found = new List<string>();
        secrets.Each(JsonSerializer.Deserialize<T>(json, StateJson.Options)!, secret =>
        {
            found.Add(secret);
            return secret;
        });
        return found;
    }

    private static byte[]? WithoutSecrets<T>(byte[] json, SecretFields<T> secrets) where T : class =>
        secrets.Without(JsonSerializer.Deserialize<T>(json, StateJson.Options)!) is { } without
            ? JsonSerializer.SerializeToUtf8Bytes(without, StateJson.Options) : null;

    private sealed record DeclaredCollection(string Name, Type Document, object Collection, Action<IDocumentStore> Open);

    /// <summary>Opens every declared collection before anything else of the host starts.</summary>
    private sealed class OpenCollections(IDocumentStore store, IEnumerable<DeclaredCollection> collections)
        : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            foreach (var collection in collections)
            {
                cancellationToken.ThrowIfCancellationRequested();
                collection.Open(store);
            }

            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
