using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Holdfast.ConsoleUi.Gateway;

/// <summary>Address of the services' API: the gateway that was named, or this process itself.</summary>
internal sealed class ApiAddress(Settings settings, IServer server)
{
    /// <summary>Null until this process serves.</summary>
    internal Uri? Address => field ??= settings.Gateway ?? Own();

    internal bool IsOwn => settings.Gateway is null;

    private Uri? Own() => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } bound
        ? new Uri(bound.Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("[::]", "[::1]", StringComparison.Ordinal))
        : null;
}
