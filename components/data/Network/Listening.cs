using System.Net;
using Holdfast.Data.Config;
using Holdfast.StoreWire.Server;

namespace Holdfast.Data.Network;

/// <summary>A Store's address, by its configuration. Pure.</summary>
internal static class Listening
{
    /// <exception cref="ConfigException">It would be read by anybody, or the address is none.</exception>
    internal static ServerOptions Of(StoreConfig config, HoldfastPart? own, WireTls tls)
    {
        var serve = new ServerOptions
        {
            Listen = Address(config.Listen), Tls = tls.Offer, TicketKey = Key(own?.TicketKey),
        };
        return serve.Fault() is { } fault
            ? throw new ConfigException("DP-340", $"store.{fault}. Give tls.certificate and tls.key; the control plane gives the key of "
                + "tickets. Without them a Store listens at 127.0.0.1 only.")
            : serve;
    }

    private static IPEndPoint Address(string? listen) => listen is null ? new IPEndPoint(IPAddress.Loopback, 0)
        : IPEndPoint.TryParse(listen, out var endpoint) ? endpoint
        : throw new ConfigException("DP-502", $"store.listen: '{listen}' must be an IP address, or address:port.");

    private static byte[]? Key(string? hex)
    {
        try
        {
            return hex is null ? null : Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            // Not a word of what it is: it is a secret.
            throw new ConfigException("DP-502", "holdfast.ticketKey: must be hexadecimal digits.");
        }
    }
}
