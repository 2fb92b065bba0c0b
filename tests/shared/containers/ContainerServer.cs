using Testcontainers.MongoDb;
using Testcontainers.RabbitMq;

namespace Holdfast.Tests;

/// <summary>A server in a container, gone with what is given beside its address; images as docker-compose.yml names them.</summary>
internal static class ContainerServer
{
    private const string Socket = "/var/run/docker.sock";

    /// <summary>The reason why there can be none; null: an engine is named or listens, and has the image or finds it.</summary>
    internal static string? Missing =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } || File.Exists(Socket) ? null
            : $"DOCKER_HOST names no Docker engine, {Socket} is not there";

    internal static async Task<(string Address, IAsyncDisposable Server)> RabbitMq()
    {
        var server = new RabbitMqBuilder("rabbitmq:3.13").Build();
        await server.StartAsync().ConfigureAwait(false);
        return (server.GetConnectionString(), server);
    }

    /// <summary>Or the engine's reason why there is none: of this image, unlike that of the broker, tests can do without.</summary>
    internal static async Task<(string? Address, IAsyncDisposable? Server, string? WhyNot)> MongoDb()
    {
        var server = new MongoDbBuilder("mongo:7.0").Build();
        try
        {
            await server.StartAsync().ConfigureAwait(false);
            return (server.GetConnectionString(), server, null);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            return (null, null, $"the engine has no image mongo:7.0 and finds none: {error.Message}");
        }
    }
}
