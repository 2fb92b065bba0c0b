using Holdfast.Engine.Seams;
using Holdfast.Log.Format;
using Holdfast.StoreWire.Client;

namespace Holdfast.Wire.Tests;

/// <summary>Bytes that change between a Store and its consumer cost the connection, never a row.</summary>
[Trait("Category", "slow")]
public sealed class TamperedTests
{
    private const int Servers = 5;
    private const int RoundsOfServer = 6;

    /// <summary>A position that is one bit off would pass over rows for good.</summary>
    [Fact]
    public async Task Every_bit_of_a_small_frame_is_guarded()
    {
        using var written = new MemoryStream();
        using (var writer = new FrameWriter(written))
        {
            await writer.Alive(new Position(1, 42), 1_700_000_000_000_000, CancellationToken.None);
            await writer.Credit(1 << 20, CancellationToken.None);
            await writer.Write(FrameType.Opened, "{\"after\":\"1/2A\"}"u8.ToArray(), CancellationToken.None);
        }

        var whole = written.ToArray();
        Assert.Equal(3, await Read(whole));
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var changed = whole.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            await Assert.ThrowsAsync<ProtocolException>(() => Read(changed));
        }

        static async Task<int> Read(byte[] bytes)
        {
            using var reader = new FrameReader(new MemoryStream(bytes), 0);
            var frames = 0;
            while (await reader.Next(CancellationToken.None) is not null)
            {
                frames++;
            }

            return frames;
        }
    }

    /// <summary>Bits, bytes and whole pieces change, go, or come twice, at random; the seed is printed.</summary>
    [Fact]
    public async Task A_consumer_reads_each_transaction_once_whatever_happens_to_the_bytes_on_their_way()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var server = 0; server < Servers; server++)
        {
            await using var served = new Served(random.Next());
            served.Append(300);
            var truth = Served.Texts(served.Made.Select(p => new TransactionEvent(p))).ToList();
            for (var round = 0; round < RoundsOfServer; round++)
            {
                await using var between = new Tampering(served.Server.Endpoint, random.Next());
                var read = new List<SourceEvent>();
                var last = await Through(between, read, served);
                Assert.True(last <= served.Made[^1].Position, $"seed {seed}, {server}, {round}: at {last}, which is nowhere");
                if (last < served.Made[^1].Position)
                {
                    // Where a consumer goes on is where it was: by the last sign of life, or the last whole transaction.
                    await using var rest = await served.Open(Served.From(last));
                    read.AddRange(await served.Read(rest, served.Made[^1].Position));
                }

                Assert.True(truth.SequenceEqual(Served.Texts(read)), $"seed {seed}, {server}, {round}: {Served.Texts(read).Count()} read");
            }
        }
    }

    /// <returns>The position up to which it has read, whole transactions only.</returns>
    private static async Task<Position> Through(Tampering between, List<SourceEvent> read, Served served)
    {
        var last = Position.Zero;
        try
        {
            var options = new ClientOptions
            {
                Store = between.Endpoint,
                SilenceMax = TimeSpan.FromMilliseconds(700),
                OpenMax = TimeSpan.FromSeconds(1),
                BlockBytesMax = 16 << 20,
            };
            await using var stream = await StoreClient.Open(options, _ => Served.From(Position.Zero), served.Cancel);
            await foreach (var each in stream.Read(served.Cancel))
            {
                read.Add(each);
                last = each switch
                {
                    TransactionEvent { Part: { IsLast: true, Position: var at } } => at,
                    AliveEvent { Position: var at } => Position.Later(last, at),
                    _ => last,
                };
                if (last >= served.Made[^1].Position)
                {
                    break;
                }
            }
        }
        catch (Exception error) when (error is ProtocolException or DamagedException or RefusedException or IOException or TimeoutException)
        {
            // Its reader resolves again and goes on at its position.
        }

        // Of a transaction that was cut off the parts are read again.
        while (read is [.., var newest] && newest is not (AliveEvent or TransactionEvent { Part.IsLast: true }))
        {
            read.RemoveAt(read.Count - 1);
        }

        return last;
    }

    /// <summary>Passes bytes on both ways, those of the Store changed somewhere.</summary>
    private sealed class Tampering : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _end = new();
        private readonly Task _passing;

        internal Tampering(IPEndPoint store, int seed)
        {
            _listener.Start();
            _passing = Pass(store, new Random(seed));
        }

        internal IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

        private async Task Pass(IPEndPoint store, Random random)
        {
            using var consumer = await _listener.AcceptTcpClientAsync(_end.Token);
            using var other = new TcpClient();
            await other.ConnectAsync(store, _end.Token);
            await Task.WhenAny(consumer.GetStream().CopyToAsync(other.GetStream(), _end.Token), Change());

            async Task Change()
            {
                var (piece, done, at) = (new byte[1 << 14], 0, random.Next(1 << random.Next(6, 17)));
                while (await other.GetStream().ReadAsync(piece, _end.Token) is var read and > 0)
                {
                    var bytes = piece.AsSpan(0, read).ToArray();
                    if (at >= done && at < done + read)
                    {
                        bytes = Changed(bytes, at - done, random);
                    }

                    done += read;
                    await consumer.GetStream().WriteAsync(bytes, _end.Token);
                }
            }
        }

        private static byte[] Changed(byte[] bytes, int at, Random random)
        {
            var length = Math.Min(random.Next(1, 64), bytes.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    return bytes;
                case 1:
                    random.NextBytes(bytes.AsSpan(at, length));
                    return bytes;
                case 2:
                    return [.. bytes[..at], .. bytes[(at + length)..]];
                case 3:
                    return [.. bytes[..(at + length)], .. bytes[at..]];
                default:
                    return bytes[..at];
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            _listener.Stop();
            await Task.WhenAny(_passing);
            _end.Dispose();
        }
    }
}
