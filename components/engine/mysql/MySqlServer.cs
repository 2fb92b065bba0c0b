namespace Holdfast.Engine.MySql;

/// <summary>The ways in which a connection to a server is kept from others.</summary>
public enum MySqlTls
{
    /// <summary>It is not: for a server on the same host, or on a network of its own.</summary>
    Off,

    /// <summary>Nobody reads along; who the server is, is not proved.</summary>
    Required,

    /// <summary>Nobody reads along, and the server shows a certificate of an authority, for whatever name.</summary>
    Issued,

    /// <summary>Encrypted, with a trusted certificate that is for the host's name.</summary>
    Verified,
}

/// <summary>A server's address, and the account that comes to it.</summary>
public sealed class MySqlServer
{
    /// <summary>The port that servers listen at.</summary>
    public const int DefaultPort = 3306;

    /// <summary>Name or address.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>The account.</summary>
    public required string User { get; init; }

    /// <summary>Never in a message, a log or an argument.</summary>
    public string Password { get; init; } = "";

    /// <summary>Holds the password in its first line; read for each connection, so it may change. Null: <see cref="Password"/>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The way in which the connection is kept.</summary>
    public MySqlTls Tls { get; init; } = MySqlTls.Verified;

    /// <summary>PEM file of those who may have issued the server's certificate; null: those that the system trusts.</summary>
    public string? Authorities { get; init; }

    /// <summary>Text for messages.</summary>
    public override string ToString() => $"{Host}:{Port}";

    /// <exception cref="Seams.SourceFaultException">The password's file cannot be read.</exception>
    internal string Secret() => PasswordFile is null ? Password : Seams.PasswordFile.Read(PasswordFile, ToString());
}
