using System.Net;
using System.Net.Sockets;

namespace Holdfast.Alerting.Channels;

/// <summary>
/// Keeps webhooks away from addresses that only the machine itself should ask: link-local ones, where clouds keep their
/// metadata and credentials. Checked on the address that is connected to, so no name and no second answer of a
/// resolver gets by.
/// </summary>
internal static class TargetGuard
{
    private static readonly IPNetwork[] Forbidden =
    [
        IPNetwork.Parse("0.0.0.0/8"),
        IPNetwork.Parse("169.254.0.0/16"),
        IPNetwork.Parse("100.100.100.200/32"),
        IPNetwork.Parse("224.0.0.0/3"),
        IPNetwork.Parse("::/128"),
        IPNetwork.Parse("fe80::/10"),
        IPNetwork.Parse("fd00:ec2::254/128"),
        IPNetwork.Parse("ff00::/8"),
    ];

    internal static bool Forbids(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(Forbidden, network =>
            network.BaseAddress.AddressFamily == plain.AddressFamily && network.Contains(plain));
    }

    /// <summary>Resolves, refuses, connects: to the first address that answers.</summary>
    /// <param name="target">Its name or address, and port.</param>
    /// <param name="allowsAll">Nothing is refused.</param>
    /// <param name="cancel">Ends it.</param>
    internal static async ValueTask<Stream> Connect(DnsEndPoint target, bool allowsAll, CancellationToken cancel)
    {
        var addresses = IPAddress.TryParse(target.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancel);
        if (!allowsAll && Array.Exists(addresses, Forbids))
        {
            throw new ForbiddenTargetException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, target.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>
/// The target is link-local or otherwise not for webhooks. Crosses HttpClient, which only passes exceptions on.
/// </summary>
internal sealed class ForbiddenTargetException()
    : IOException("The target's address is link-local, multicast or a metadata service");
