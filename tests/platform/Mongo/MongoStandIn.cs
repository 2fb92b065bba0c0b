using System.Buffers.Binary;
using MongoDB.Bson.IO;
using MongoDB.Bson.Serialization;

namespace Holdfast.Platform.Tests.Mongo;

/// <summary>
/// Speaks MongoDB's wire protocol (OP_MSG) as the primary of a replica set and answers what a test tells it to. It knows no rule of a
/// server and proves none: it shows what the provider sends, and loses answers where a test wants that.
/// </summary>
internal sealed class MongoStandIn : IAsyncDisposable
{
    private const int OpMsg = 2013;
    private const int OpQuery = 2004;
    private const int OpReply = 1;
    private const int HeaderBytes = 16;
    private static readonly string[] Handshake = ["hello", "isMaster", "ismaster", "ping", "endSessions"];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<BsonDocument, BsonDocument?> _answer;
    private readonly Lock _gate = new();
    private readonly List<BsonDocument> _commands = [];
    private readonly Task _accepting;

    /// <param name="answer">To a command; null: the connection breaks off instead.</param>
    internal MongoStandIn(Func<BsonDocument, BsonDocument?> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = Accept();
    }

    internal string Address => $"mongodb://{Endpoint}/holdfast?directConnection=true";

    /// <summary>All but those of the driver's own handshake.</summary>
    internal IReadOnlyList<BsonDocument> Commands
    {
        get
        {
            lock (_gate)
            {
                return [.. _commands];
            }
        }
    }

    private string Endpoint => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task Accept()
    {
        while (!_stop.IsCancellationRequested)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = Serve(client).ContinueWith(_ => client.Dispose(), TaskScheduler.Default);
        }
    }

    private async Task Serve(TcpClient client)
    {
        var stream = client.GetStream();
        var header = new byte[HeaderBytes];
        while (true)
        {
            await stream.ReadExactlyAsync(header, _stop.Token);
            var body = new byte[BinaryPrimitives.ReadInt32LittleEndian(header) - HeaderBytes];
            await stream.ReadExactlyAsync(body, _stop.Token);
            var request = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(4));
            var kind = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12));
            var command = kind == OpQuery ? Query(body) : Message(body);
            if (Answer(command) is not { } answer)
            {
                return;
            }

            await stream.WriteAsync(Packet(request, kind == OpQuery, answer), _stop.Token);
        }
    }

    private BsonDocument? Answer(BsonDocument command)
    {
        var name = command.GetElement(0).Name;
        if (Handshake.Contains(name, StringComparer.Ordinal))
        {
            return new BsonDocument
            {
                { "ok", 1 }, { "isWritablePrimary", true }, { "ismaster", true }, { "setName", "rs" },
                { "hosts", new BsonArray { Endpoint } },
                { "me", Endpoint }, { "setVersion", 1 }, { "primary", Endpoint }, { "minWireVersion", 0 }, { "maxWireVersion", 21 },
                { "maxBsonObjectSize", 16 << 20 }, { "maxMessageSizeBytes", 48_000_000 }, { "maxWriteBatchSize", 100_000 },
                { "logicalSessionTimeoutMinutes", 30 }, { "localTime", DateTime.UnixEpoch }, { "readOnly", false }, { "helloOk", true },
                { "connectionId", 1 },
            };
        }

        lock (_gate)
        {
            _commands.Add(command);
            return _answer(command);
        }
    }

    /// <summary>Flags, name, two numbers, then the document.</summary>
    private static BsonDocument Query(byte[] body) => Document(body, Array.IndexOf(body, (byte)0, 4) + 9);

    /// <summary>Flags, then sections: 0 is the command, 1 a list of it that is sent beside it.</summary>
    private static BsonDocument Message(byte[] body)
    {
        var command = new BsonDocument();
        for (var at = 4; at < body.Length;)
        {
            var kind = body[at++];
            var size = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at));
            if (kind == 0)
            {
                command.Merge(Document(body, at), overwriteExistingElements: false);
            }
            else
            {
                var name = Array.IndexOf(body, (byte)0, at + 4);
                var list = new BsonArray();
                for (var next = name + 1; next < at + size; next += BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(next)))
                {
                    list.Add(Document(body, next));
                }

                command.Add(System.Text.Encoding.UTF8.GetString(body, at + 4, name - at - 4), list);
            }

            at += size;
        }

        return command;
    }

    private static BsonDocument Document(byte[] bytes, int at)
    {
        using var memory = new MemoryStream(bytes, at, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at)));
        using var reader = new BsonBinaryReader(memory);
        return BsonSerializer.Deserialize<BsonDocument>(reader);
    }

    private static byte[] Packet(int request, bool old, BsonDocument answer)
    {
        var document = answer.ToBson();
        // An old reply: flags, cursor, first, count. A message: flags, kind of section.
        byte[] front = old ? [.. new byte[16], 1, 0, 0, 0] : new byte[5];
        var packet = new byte[HeaderBytes + front.Length + document.Length];
        BinaryPrimitives.WriteInt32LittleEndian(packet, packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(8), request);
        BinaryPrimitives.WriteInt32LittleEndian(packet.AsSpan(12), old ? OpReply : OpMsg);
        front.CopyTo(packet, HeaderBytes);
        document.CopyTo(packet, HeaderBytes + front.Length);
        return packet;
    }
}
