using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.Samples.Kafka;

/// <summary>Faults of a broker: each is something that it does and should not.</summary>
[Flags]
internal enum Vice
{
    None = 0,

    /// <summary>Answers that a transaction is committed, and takes it back.</summary>
    Forgets = 1,

    /// <summary>Gives readers of committed messages all of them.</summary>
    ShowsAll = 2,

    /// <summary>Does not know the call by which a producer begins to have transactions.</summary>
    KnowsNoTransactions = 4,

    /// <summary>Does what EndTxn asks and loses the answer.</summary>
    LosesAnswerOfEnd = 8,

    /// <summary>Loses EndTxn itself.</summary>
    LosesEnd = 16,

    /// <summary>Keeps EndTxn waiting (see <see cref="Broker.HeldTopic"/>) for as long as it has the vice, and then loses it.</summary>
    HoldsEnd = 32,
}

/// <summary>
/// A broker of Kafka's own protocol for tests and demonstrations, with transactions as KIP-98 describes them. A transactional id has one
/// producer, a newer one fences it off, and markers end a transaction in each partition. Readers of committed messages see neither open
/// transactions nor aborted ones. All is in memory, and in a file where one is named. Independent clients read it: librdkafka, kcat,
/// kafkajs.
/// </summary>
internal sealed class Broker : IAsyncDisposable
{
    private const int RequestBytesMax = 100 << 20;

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _connections = [];
    private readonly Handlers _handlers;
    private readonly Task _accepting;

    internal Broker(int partitions = 1, TimeProvider? time = null)
        : this(0, null, long.MaxValue, partitions, time ?? TimeProvider.System)
    {
    }

    /// <param name="port">The port at which it listens; 0: a free one.</param>
    /// <param name="file">Keeps what comes for the next broker on it; null: memory alone does.</param>
    /// <param name="bytesMax">Of a partition: beyond it messages that newer ones replace go, then the oldest.</param>
    /// <param name="partitions">Of a topic that does not say it.</param>
    /// <param name="time">The clock.</param>
    internal Broker(int port, string? file, long bytesMax, int partitions, TimeProvider time)
    {
        Vice = Vice.None;
        _handlers = new Handlers(this, partitions, bytesMax, file, time);
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Accept();
    }

    internal int Port { get; }

    internal string Servers => $"127.0.0.1:{Port}";

    /// <summary>May be changed while it runs.</summary>
    internal volatile Vice Vice;

    /// <summary>Only the end of a transaction with messages of this topic is held; null: of any.</summary>
    internal string? HeldTopic { get; init; }

    /// <summary>The largest batch that it takes.</summary>
    internal int BatchBytesMax { get; set; } = 1_048_588;

    internal string? CleanupPolicy { get; set; }

    internal Topics Topics => _handlers.Topics;

    /// <summary>A transaction with messages of a topic is open.</summary>
    internal bool IsOpen(string topic) => _handlers.IsOpen(topic);

    /// <summary>Calls so far, by their number in the protocol.</summary>
    internal int Calls(int api) => _handlers.Calls(api);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await Task.WhenAny(_accepting);
        List<Task> open;
        lock (_gate)
        {
            open = [.. _connections];
        }

        await Task.WhenAny(Task.WhenAll(open), Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, CancellationToken.None));
        _handlers.Dispose();
        _end.Dispose();
    }

    private async Task Accept()
    {
        while (!_end.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_gate)
            {
                _connections.RemoveAll(c => c.IsCompleted);
                _connections.Add(Task.Run(() => Serve(client), CancellationToken.None));
            }
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var owned = client;
        client.NoDelay = true;
        var stream = client.GetStream();
        try
        {
            while (true)
            {
                var size = new byte[4];
                await stream.ReadExactlyAsync(size, _end.Token);
                if (BinaryPrimitives.ReadInt32BigEndian(size) is < 0 or > RequestBytesMax)
                {
                    // No request of Kafka's: the first bytes of TLS.
                    return;
                }

                var request = new byte[BinaryPrimitives.ReadInt32BigEndian(size)];
                await stream.ReadExactlyAsync(request, _end.Token);
                var (answer, isLost) = await _handlers.Handle(new WireReader(request), _end.Token);
                if (isLost)
                {
                    return;
                }

                if (answer is not null)
                {
                    await stream.WriteAsync(new WireWriter().Bytes(answer).ToArray(), _end.Token);
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException)
        {
            return;
        }
    }
}
