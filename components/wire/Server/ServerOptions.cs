using System.Net.Security;

namespace Holdfast.StoreWire.Server;

/// <summary>Options of a Store's server.</summary>
public sealed record ServerOptions
{
    /// <summary>Address at which it listens; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The key with which tickets are signed; null: none are asked for, which is allowed on loopback only.</summary>
    public byte[]? TicketKey { get; init; }

    /// <summary>TLS, asked for each connection, so that certificates may change; null: none, which is allowed on loopback only.</summary>
    public Func<SslServerAuthenticationOptions>? Tls { get; init; }

    /// <summary>More consumers than this are refused.</summary>
    public int ConnectionsMax { get; init; } = 200;

    /// <summary>More connections than this, that have not said yet what they want, are closed at once.</summary>
    public int GreetingMax { get; init; } = 400;

    /// <summary>The most such connections of one address.</summary>
    public int GreetingMaxOfOne { get; init; } = 200;

    /// <summary>Time that a connection may take to say who it is and what it wants, TLS included.</summary>
    public TimeSpan HandshakeMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A consumer that takes nothing of what it has given credit for is given up after this.</summary>
    public TimeSpan WriteMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>More credit than this is not taken.</summary>
    public long CreditMax { get; init; } = 1L << 30;

    /// <summary>All waiting goes by it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The first rule that these break; null: none.</summary>
    public string? Fault() =>
        !OwnHost.Is(Listen.Address) && Tls is null ? $"listen: {Listen} can be reached from other hosts, so tls is needed"
        : !OwnHost.Is(Listen.Address) && TicketKey is null ? $"listen: {Listen} can be reached from other hosts, so a ticketKey is needed"
        : TicketKey is { Length: < StoreTicket.KeyBytesMin }
            ? $"ticketKey: has {TicketKey.Length} bytes, the least is {StoreTicket.KeyBytesMin}"
        : null;
}
