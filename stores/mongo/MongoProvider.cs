using Microsoft.Extensions.Logging;

namespace Holdfast.Stores.Mongo;

/// <summary>Loaded by name when the store's address begins with mongodb:// or mongodb+srv://.</summary>
public sealed class MongoProvider : IStoreProvider
{
    public string? WhyNot(StoreAddress address)
    {
        try
        {
            return MongoUrl.Create(address.Text).DatabaseName is { Length: > 0 }
                ? MongoTls.Read(address.Text, TimeProvider.System).WhyNot
                : "must name a database: mongodb://user:password@host:27017/database";
        }
        catch (MongoConfigurationException)
        {
            // Its message may hold the address, and so the password.
            return "must be an address as MongoDB has it: mongodb://user:password@host:27017/database?option=value";
        }
    }

    public IDocumentStore Create(StoreAddress address, TimeProvider time, ILoggerFactory logs) =>
        new MongoDocumentStore(new MongoServer(
            MongoUrl.Create(address.Text), MongoTls.Read(address.Text, time).Tls, address.ToString(), time, logs));
}
