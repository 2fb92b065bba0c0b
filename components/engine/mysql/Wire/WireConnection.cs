using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Holdfast.Engine.MySql.Wire;

/// <summary>
/// A connection that may ask for the binary log, which no SQL library offers. It says who comes, sends plain statements, and hands out
/// events as they are.
/// </summary>
internal sealed class WireConnection : IAsyncDisposable
{
    private const byte Ok = 0x00;
    private const byte More = 0x01;
    private const byte Switch = 0xFE;
    private const byte Error = 0xFF;
    private const byte FastOk = 3;
    private const byte FullWanted = 4;
    private const byte KeyWanted = 2;
    private const byte QueryCommand = 0x03;
    private const byte DumpCommand = 0x12;
    private const byte RegisterCommand = 0x15;
    private const byte DumpGtidCommand = 0x1E;
    private const int StepsMax = 10;

    private readonly MySqlServer _server;
    private readonly string _password;
    private readonly PacketStream _packets;
    private bool _isTls;

    private WireConnection(MySqlServer server, string password, PacketStream packets) =>
        (_server, _password, _packets) = (server, password, packets);

    /// <summary>The server's own words.</summary>
    internal string Version { get; private set; } = "";

    /// <exception cref="ServerErrorException">The server refuses who comes.</exception>
    /// <exception cref="AuthenticationException">Neither side can prove what the other asks for.</exception>
    internal static async Task<WireConnection> Open(MySqlServer server, CancellationToken cancel)
    {
        var password = server.Secret();
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server.Host, server.Port, cancel);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        return await Over(new NetworkStream(socket, ownsSocket: true), server, password, cancel);
    }

    /// <summary>Over any stream: of a socket, or of a test.</summary>
    internal static Task<WireConnection> Over(Stream stream, MySqlServer server, CancellationToken cancel) =>
        Over(stream, server, server.Secret(), cancel);

    private static async Task<WireConnection> Over(Stream stream, MySqlServer server, string password, CancellationToken cancel)
    {
        var connection = new WireConnection(server, password, new PacketStream(stream));
        try
        {
            await connection.Enter(cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A statement that answers no rows.</summary>
    internal Task Execute(string sql, CancellationToken cancel) => Command(QueryCommand, Encoding.UTF8.GetBytes(sql), cancel);

    /// <summary>Says which replica this is, for the server's list of replicas.</summary>
    internal Task Register(uint serverId, string name, CancellationToken cancel)
    {
        var host = Encoding.UTF8.GetBytes(name);
        host = host.Length > 60 ? host[..60] : host;
        var body = new byte[4 + 1 + host.Length + 2 + 2 + 4 + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(body, serverId);
        body[4] = (byte)host.Length;
        host.CopyTo(body, 5);
        return Command(RegisterCommand, body, cancel);
    }

    /// <summary>Begins the dump; from then on only <see cref="Event"/> is called.</summary>
    internal Task Dump(uint serverId, string file, uint offset, bool isToEnd, CancellationToken cancel)
    {
        var name = Encoding.UTF8.GetBytes(file);
        var body = new byte[11 + name.Length];
        body[0] = DumpCommand;
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(1), offset);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(5), (ushort)(isToEnd ? 1 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(7), serverId);
        name.CopyTo(body, 11);
        _packets.Restart();
        return _packets.Write(body, cancel);
    }

    /// <summary>Asks for the log by the newer command, whose offset has 64 bits; by file and offset, with no set of GTIDs.</summary>
    internal Task DumpFar(uint serverId, string file, ulong offset, bool isToEnd, CancellationToken cancel)
    {
        var name = Encoding.UTF8.GetBytes(file);
        var body = new byte[31 + name.Length];
        body[0] = DumpGtidCommand;
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(1), (ushort)(isToEnd ? 1 : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(3), serverId);
        BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(7), name.Length);
        name.CopyTo(body, 11);
        BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(11 + name.Length), offset);
        // Behind it: eight bytes of a set that is empty.
        BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(19 + name.Length), 8);
        _packets.Restart();
        return _packets.Write(body, cancel);
    }

    /// <summary>The next packet, or its first part, has come already.</summary>
    internal bool IsAtHand => _packets.IsAtHand;

    /// <summary>The next event, as it is in the log; null: the log ends here, and only that was asked for.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> Event(CancellationToken cancel)
    {
        var payload = await _packets.Read(cancel);
        return payload.Length == 0 ? throw new DamagedException("an empty packet came instead of an event") : payload.Span[0] switch
        {
            Ok => payload[1..],
            Error => throw ServerErrorException.Parse(payload.Span),
            // A plain null would be empty memory.
            Switch when payload.Length < 9 => (ReadOnlyMemory<byte>?)null,
            var other => throw new DamagedException($"a packet that begins with 0x{other:X2} came instead of an event"),
        };
    }

    public ValueTask DisposeAsync() => _packets.DisposeAsync();

    private async Task Command(byte command, byte[] body, CancellationToken cancel)
    {
        _packets.Restart();
        await _packets.Write((byte[])[command, .. body], cancel);
        var answer = await _packets.Read(cancel);
        Check(answer.Span);
        if (answer.Span[0] != Ok)
        {
            throw new DamagedException($"the server answers 0x{answer.Span[0]:X2} to a statement without rows");
        }
    }

    private async Task Enter(CancellationToken cancel)
    {
        var first = await _packets.Read(cancel);
        Check(first.Span);
        var greeting = Greeting.Parse(first.Span);
        Version = greeting.Version;
        var use = Capabilities.Ours;
        if (_server.Tls != MySqlTls.Off)
        {
            if (!greeting.Can.HasFlag(Capabilities.Tls))
            {
                throw new AuthenticationException("the server has no TLS");
            }

            use |= Capabilities.Tls;
            await _packets.Write(Greeting.TlsRequest(use), cancel);
            await Encrypt(cancel);
        }

        var plugin = Passwords.Answer(greeting.Plugin, _password, greeting.Nonce) is null ? Passwords.Native : greeting.Plugin;
        var proof = Passwords.Answer(plugin, _password, greeting.Nonce)!;
        await _packets.Write(Greeting.Answer(use, _server.User, proof, plugin), cancel);
        await Prove(plugin, greeting.Nonce, cancel);
    }

    /// <summary>Answers what the server asks until it says yes or no.</summary>
    private async Task Prove(string plugin, byte[] nonce, CancellationToken cancel)
    {
        for (var step = 0; step < StepsMax; step++)
        {
            var asked = (await _packets.Read(cancel)).ToArray();
            Check(asked);
            switch (asked[0])
            {
                case Ok:
                    return;
                case Switch:
                    (plugin, nonce) = Switched(asked);
                    await _packets.Write(Passwords.Answer(plugin, _password, nonce)
                        ?? throw new NotSupportedException($"the user's plug-in {plugin} is not known here"), cancel);
                    break;
                case More when asked is [_, FastOk]:
                    break;
                case More when asked is [_, FullWanted]:
                    await _packets.Write(_isTls ? Passwords.Plain(_password) : [KeyWanted], cancel);
                    break;
                case More when !_isTls:
                    await _packets.Write(
                        Passwords.Encrypted(_password, nonce, Encoding.ASCII.GetString(asked.AsSpan(1))), cancel);
                    break;
                default:
                    throw new DamagedException($"the server asks 0x{asked[0]:X2} while it looks who comes");
            }
        }

        throw new DamagedException($"the server has asked {StepsMax} times who comes");
    }

    private static (string Plugin, byte[] Nonce) Switched(ReadOnlySpan<byte> asked)
    {
        var reader = new ByteReader(asked);
        reader.Take(1);
        var plugin = Encoding.ASCII.GetString(reader.UpToZero());
        var nonce = reader.Rest;
        return (plugin, (nonce is [.., 0] ? nonce[..^1] : nonce).ToArray());
    }

    private async Task Encrypt(CancellationToken cancel)
    {
        var roots = new X509Certificate2Collection();
        if (_server.Authorities is { } file)
        {
            roots.ImportFromPemFile(file);
        }

        var tls = new SslStream(_packets.Stream);
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (_server.Authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }

        var options = new SslClientAuthenticationOptions { TargetHost = _server.Host, CertificateChainPolicy = policy };
        if (_server.Tls == MySqlTls.Required)
        {
#pragma warning disable CA5359 // A server's self-made certificate names no host: people have said that this is enough.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (_server.Tls == MySqlTls.Issued)
        {
            options.RemoteCertificateValidationCallback = static (_, _, _, errors) =>
                (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;
        }

        await tls.AuthenticateAsClientAsync(options, cancel);
        (_packets.Stream, _isTls) = (tls, true);
    }

    private static void Check(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty)
        {
            throw new DamagedException("the server answers an empty packet");
        }

        if (answer[0] == Error)
        {
            throw ServerErrorException.Parse(answer);
        }
    }
}
