using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Holdfast.Stores.Postgres;

/// <summary>Loaded by name when the store's address begins with postgres://.</summary>
public sealed class PostgresProvider : IStoreProvider
{
    public string? WhyNot(StoreAddress address) => PostgresAddress.Read(address.Text).WhyNot;

    public IDocumentStore Create(StoreAddress address, TimeProvider time, ILoggerFactory logs) =>
        new PostgresDocumentStore(new PostgresDatabase(
            PostgresAddress.Read(address.Text).Address ?? throw new ArgumentException(WhyNot(address), nameof(address)),
            address.ToString(), time, logs));

    public void Measure(MeterProviderBuilder metrics) => metrics.AddNpgsqlInstrumentation();

    public void Trace(TracerProviderBuilder traces) => traces.AddNpgsql();
}
