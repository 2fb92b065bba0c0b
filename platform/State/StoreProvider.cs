using Holdfast.Platform.State.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Holdfast.Platform.State;

/// <summary>
/// A kind of store in an assembly of its own, which is loaded when its address is given: who does not choose it neither
/// references nor loads its driver. It has a constructor without arguments.
/// </summary>
public interface IStoreProvider
{
    /// <summary>Names the rule that the address breaks; null: none. Asks no server.</summary>
    string? WhyNot(StoreAddress address);

    /// <summary>The store; it is asked nothing yet.</summary>
    IDocumentStore Create(StoreAddress address, TimeProvider time, ILoggerFactory logs);

    /// <summary>Adds what its driver measures.</summary>
    void Measure(MeterProviderBuilder metrics)
    {
    }

    /// <summary>Adds the spans of its driver.</summary>
    void Trace(TracerProviderBuilder traces)
    {
    }
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

    internal static void Measure(StoreAddress? address, MeterProviderBuilder metrics) => OfServer(address)?.Measure(metrics);

    internal static void Trace(StoreAddress? address, TracerProviderBuilder traces) => OfServer(address)?.Trace(traces);

    private static IStoreProvider? OfServer(StoreAddress? address) => address is { SqliteFile: null } ? ProviderOf(address) : null;

    /// <summary>Null when its assembly is not in this build.</summary>
    private static IStoreProvider? ProviderOf(StoreAddress address) =>
        Type.GetType(StoreAddress.Providers[address.Scheme], throwOnError: false) is { } type
            ? (IStoreProvider)Activator.CreateInstance(type)!
            : null;
}
