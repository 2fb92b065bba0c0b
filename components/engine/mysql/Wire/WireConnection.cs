using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Holdfast.Engine.MySql.Wire;

/// <summary>
/// A connection that may ask for the binary log, which no SQL library offers. It says who comes, sends plain statements, and hands out
/// events as they are.
/// </summary>
internal sealed class WireConnection : IAsyncDisposable
{
    private const byte QueryCommand = 0x03;
    private const byte DumpCommand = 0x12;
    private const byte RegisterCommand = 0x15;
    private const byte DumpGtidCommand = 0x1E;

    private readonly PacketStream _packets;

    private WireConnection(PacketStream packets, string version) => (_packets, Version) = (packets, version);

    /// <summary>The server's own words.</summary>
    internal string Version { get; }

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
        var packets = new PacketStream(stream);
        try
        {
            return new WireConnection(packets, await new Handshake(packets, server, password).Enter(cancel));
        }
        catch
        {
            await packets.DisposeAsync();
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
            Answer.Ok => payload[1..],
            Answer.Error => throw ServerErrorException.Parse(payload.Span),
            // A plain null would be empty memory.
            Answer.Switch when payload.Length < 9 => (ReadOnlyMemory<byte>?)null,
            var other => throw new DamagedException($"a packet that begins with 0x{other:X2} came instead of an event"),
        };
    }

    public ValueTask DisposeAsync() => _packets.DisposeAsync();

    private async Task Command(byte command, byte[] body, CancellationToken cancel)
    {
        _packets.Restart();
        await _packets.Write((byte[])[command, .. body], cancel);
        var answer = await _packets.Read(cancel);
        Answer.Check(answer.Span);
        if (answer.Span[0] != Answer.Ok)
        {
            throw new DamagedException($"the server answers 0x{answer.Span[0]:X2} to a statement without rows");
        }
    }
}
