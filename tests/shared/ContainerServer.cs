namespace Holdfast.Tests;

/// <summary>A server in a container: only where Testcontainers' packages could be restored, and an engine runs.</summary>
internal static class ContainerServer
{
    private static readonly Type? Servers = Type.GetType("Holdfast.Testcontainers.Servers, Holdfast.Testcontainers", throwOnError: false);

    /// <summary>Why there can be none; null: there can.</summary>
    internal static string? Missing => Servers is not null ? null
        : "Testcontainers is not in this build: its packages could not be restored (./test says so when it builds)";

    internal static Task<(string Address, IAsyncDisposable Server)> RabbitMq() => Start(nameof(RabbitMq));

    internal static Task<(string Address, IAsyncDisposable Server)> MongoDb() => Start(nameof(MongoDb));

    private static Task<(string Address, IAsyncDisposable Server)> Start(string kind) =>
        (Task<(string, IAsyncDisposable)>)Servers!.GetMethod(kind)!.Invoke(null, null)!;
}
