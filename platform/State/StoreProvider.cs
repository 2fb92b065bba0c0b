using Holdfast.Platform.Http;
using Holdfast.Platform.State.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Holdfast.Platform.State;

/// <summary>
/// A kind of store in an assembly of its own, which is loaded when its address is given: who does not choose it neither
/// references nor loads its driver. It has a constructor without arguments.
/// </summary>
public interface IStoreProvider
{
    /// <summary>Which rule the address breaks; null: none. Asks nobody.</summary>
    string? WhyNot(StoreAddress address);

    /// <summary>The store; it is asked nothing yet.</summary>
    IDocumentStore Create(StoreAddress address, TimeProvider time, ILoggerFactory logs);
}

public static class StoreRegistration
{
    /// <summary>Keeps the process's documents where the settings say.</summary>
    public static IServiceCollection AddState(this IServiceCollection services, Settings settings)
    {
        if (settings.Store is not { SqliteFile: null } address)
        {
            return services.AddSqliteFile(settings.Store?.SqliteFile ?? Path.Combine(settings.DataDirectory, "holdfast.db"));
        }

        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton(provider => ProviderOf(address)!.Create(
            address, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
    }

    /// <summary>Null, or why this address cannot be used by this program.</summary>
    public static Fault? Check(StoreAddress? address)
    {
        if (address is not { SqliteFile: null })
        {
            return null;
        }

        return ProviderOf(address) is not { } provider
            ? new Fault("PF-210", 503, "This build has no such store",
                $"There is no store for {address.Scheme}:// in this build: its packages could not be restored when it was built.",
                "Build where they can be restored (scripts/setup.sh says which), or choose sqlite: or postgres://.")
            : provider.WhyNot(address) is { } rule
                ? Fault.Invalid("PF-201", "Correct the named settings and start again; nothing was started or changed.",
                    new FieldFault("store", address.ToString(), rule))
                : null;
    }

    /// <summary>Null when its assembly is not in this build.</summary>
    private static IStoreProvider? ProviderOf(StoreAddress address) =>
        Type.GetType(StoreAddress.Providers[address.Scheme], throwOnError: false) is { } type
            ? (IStoreProvider)Activator.CreateInstance(type)!
            : null;
}
