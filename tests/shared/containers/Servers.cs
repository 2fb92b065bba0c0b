using Testcontainers.MongoDb;
using Testcontainers.RabbitMq;

namespace Holdfast.Testcontainers;

/// <summary>Servers in containers of their own, gone with what is given beside their address.</summary>
public static class Servers
{
    public static async Task<(string Address, IAsyncDisposable Server)> RabbitMq()
    {
        var server = new RabbitMqBuilder().WithImage("rabbitmq:3.13").Build();
        await server.StartAsync().ConfigureAwait(false);
        return (server.GetConnectionString(), server);
    }

    public static async Task<(string Address, IAsyncDisposable Server)> MongoDb()
    {
        var server = new MongoDbBuilder().WithImage("mongo:7").Build();
        await server.StartAsync().ConfigureAwait(false);
        return (server.GetConnectionString(), server);
    }
}
