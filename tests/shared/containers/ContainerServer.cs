using Testcontainers.MongoDb;
using Testcontainers.RabbitMq;

namespace Holdfast.Tests;

/// <summary>A server in a container, gone with what is given beside its address; images as docker-compose.yml names them.</summary>
internal static class ContainerServer
{
    private const string Socket = "/var/run/docker.sock";

    /// <summary>Why there can be none; null: an engine is named or listens, and has the image or finds it.</summary>
    internal static string? Missing =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } || File.Exists(Socket) ? null
            : $"DOCKER_HOST names no Docker engine, {Socket} is not there";

    internal static async Task<(string Address, IAsyncDisposable Server)> RabbitMq()
    {
        var server = new RabbitMqBuilder("rabbitmq:3.13").Build();
        await server.StartAsync().ConfigureAwait(false);
        return (server.GetConnectionString(), server);
    }

    internal static async Task<(string Address, IAsyncDisposable Server)> MongoDb()
    {
        var server = new MongoDbBuilder("mongo:7").Build();
        await server.StartAsync().ConfigureAwait(false);
        return (server.GetConnectionString(), server);
    }
}
