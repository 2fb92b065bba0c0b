using System.Buffers;
using System.Buffers.Binary;

namespace Holdfast.Engine.MySql.Wire;

/// <summary>The capabilities that client and server agree on.</summary>
[Flags]
internal enum Capabilities : uint
{
    None = 0,
    LongPassword = 1,
    LongFlag = 4,
    Protocol41 = 0x200,
    Tls = 0x800,
    Transactions = 0x2000,
    SecureConnection = 0x8000,
    PluginAuth = 0x80000,
    Ours = LongPassword | LongFlag | Protocol41 | Transactions | SecureConnection | PluginAuth,
}

/// <summary>A server's first packet (protocol 10).</summary>
/// <param name="Version">Its own words, without what old MariaDB puts before it.</param>
/// <param name="Nonce">20 bytes, different each time.</param>
/// <param name="Can">Abilities of the server.</param>
/// <param name="Plugin">The login method that it prefers.</param>
internal sealed record Greeting(string Version, byte[] Nonce, Capabilities Can, string Plugin)
{
    private const string Disguise = "5.5.5-";
    private const int NonceBytes = 20;
    private const byte Utf8Mb4 = 45;
    private const uint PacketMax = 1 << 30;

    /// <exception cref="DamagedException">It is no greeting.</exception>
    internal static Greeting Parse(ReadOnlySpan<byte> payload)
    {
        var reader = new ByteReader(payload);
        if (reader.Byte() is var protocol and not 10)
        {
            throw new DamagedException($"the server speaks protocol {protocol}, and 10 is known");
        }

        var version = Encoding.UTF8.GetString(reader.UpToZero());
        reader.Take(4);
        var nonce = reader.Take(8).ToArray();
        reader.Take(1);
        var can = (uint)reader.UInt16();
        reader.Take(3);
        can |= (uint)reader.UInt16() << 16;
        reader.Take(11);
        var more = reader.Take(NonceBytes - 8).ToArray();
        reader.Take(Math.Min(1, reader.Left));
        var plugin = reader.IsEmpty ? Passwords.Native : Encoding.ASCII.GetString(reader.Rest.TrimEnd((byte)0));
        return new Greeting(version.StartsWith(Disguise, StringComparison.Ordinal) ? version[Disguise.Length..] : version,
            [.. nonce, .. more], (Capabilities)can, plugin);
    }

    /// <summary>Asks for TLS: the beginning of the answer, and nothing of who comes.</summary>
    internal static byte[] TlsRequest(Capabilities use)
    {
        var bytes = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)use);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), PacketMax);
        bytes[8] = Utf8Mb4;
        return bytes;
    }

    /// <summary>Says who comes.</summary>
    internal static byte[] Answer(Capabilities use, string user, ReadOnlySpan<byte> proof, string plugin)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write<byte>(TlsRequest(use));
        bytes.Write<byte>(Encoding.UTF8.GetBytes(user));
        bytes.Write<byte>([0, (byte)proof.Length]);
        bytes.Write(proof);
        bytes.Write<byte>(Encoding.ASCII.GetBytes(plugin));
        bytes.Write<byte>([0]);
        return bytes.WrittenSpan.ToArray();
    }
}
