using System.Net;
using System.Net.Security;

namespace Holdfast.StoreWire.Server;

/// <summary>How a Store serves.</summary>
public sealed record ServerOptions
{
    /// <summary>Where it listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>With which tickets are signed; null: none are asked for, which is allowed on loopback only.</summary>
    public byte[]? TicketKey { get; init; }

    /// <summary>TLS; null: none, which is allowed on loopback only.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>More consumers than this are refused.</summary>
    public int ConnectionsMax { get; init; } = 200;

    /// <summary>For how long a connection may take to say who it is and what it wants, TLS included.</summary>
    public TimeSpan HandshakeMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A consumer that takes nothing of what it has given credit for is given up after this.</summary>
    public TimeSpan WriteMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>More credit than this is not taken.</summary>
    public long CreditMax { get; init; } = 1L << 30;

    /// <summary>All waiting goes by it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The first rule that these break; null: none.</summary>
    public string? Fault() =>
        !IPAddress.IsLoopback(Listen.Address) && Tls is null ? $"listen: {Listen} is not loopback, so tls is needed"
        : !IPAddress.IsLoopback(Listen.Address) && TicketKey is null ? $"listen: {Listen} is not loopback, so a ticketKey is needed"
        : TicketKey is { Length: < StoreTicket.KeyBytesMin }
            ? $"ticketKey: has {TicketKey.Length} bytes, the least is {StoreTicket.KeyBytesMin}"
        : null;
}
