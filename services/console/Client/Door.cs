using System.Security.Cryptography;
using Holdfast.Platform;
using Holdfast.Platform.Http;
using Holdfast.Platform.State;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Hosting;

namespace Holdfast.ConsoleUi.Client;

/// <summary>Where the services' API is: the door that was named, or this process itself.</summary>
internal sealed class Door(Settings settings, IServer server)
{
    /// <summary>Null until this process serves.</summary>
    internal Uri? Address => field ??= settings.Door ?? Own();

    internal bool IsOwn => settings.Door is null;

    private Uri? Own() => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } bound
        ? new Uri(bound.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal))
        : null;
}

/// <summary>
/// The console's own API token, made anew with each start: the installation's token stays with who is given it, and what the
/// console may do can be taken back.
/// </summary>
internal sealed class OwnToken(IDocuments<ApiToken> tokens, Settings settings, TimeProvider time) : IHostedLifecycleService
{
    internal string Secret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the collections are open, before the first page asks for anything.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => tokens.UpsertMany(
        [new ApiToken($"console@{settings.Instance}", ApiTokens.DigestOf(Secret),
            [Scopes.Read, Scopes.Operate, Scopes.Deploy, Scopes.Configure], "console", time.GetUtcNow(), null)], cancellationToken);

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
