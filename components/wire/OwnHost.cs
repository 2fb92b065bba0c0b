namespace Holdfast.StoreWire;

/// <summary>
/// The addresses at which a Store may be read without TLS and tickets: 127.0.0.1 and ::1, which nobody reaches from elsewhere. Every other
/// address counts as the network, the rest of 127.0.0.0/8 too, so that one machine can stand for two.
/// </summary>
public static class OwnHost
{
    /// <summary>Is one of the two.</summary>
    public static bool Is(IPAddress address) => address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback);
}
