using Holdfast.Log.Format;

namespace Holdfast.Wire.Tests;

/// <summary>A hostile client harms its own connection alone; others go on reading.</summary>
[Trait("Category", "slow")]
public sealed class HostileTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Thousands_of_connections_of_one_address_take_no_place_from_another_one()
    {
        await using var served = new Served(21, o => o with { GreetingMaxOfOne = 20, GreetingMax = 40 });
        served.Append(5);
        await using var witness = await served.Open();
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 2000; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(served.Server.Endpoint, served.Cancel);
            }

            await Until(() => served.Server.TurnedAway >= 1900);
            Assert.InRange(served.Server.Connections, 1, 21);
            using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            other.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
            await other.ConnectAsync(served.Server.Endpoint, served.Cancel);
            await Greeted(other, served);
            Assert.Equal(5, Served.Texts(await served.Read(witness, served.Made[^1].Position)).Count());
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }

        await Until(() => served.Server.Connections == 1);
        await using var again = await served.Open();
    }

    [Fact]
    public async Task Whoever_sends_a_byte_now_and_then_is_given_up()
    {
        await using var served = new Served(22, o => o with { HandshakeMax = Short });
        await using var witness = await served.Open();
        await using var raw = await RawConsumer.Connect(served.Server.Endpoint, served.Cancel);
        byte[] hello = [200, 0, 0, 0, (byte)FrameType.Hello, .. new byte[199]];
        var sending = Task.Run(async () =>
        {
            foreach (var one in hello)
            {
                await raw.Bytes([one], served.Cancel);
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, served.Cancel);
            }
        }, served.Cancel);
        await Until(() => served.Server.Connections == 1);
        await Task.WhenAny(sending);
        served.Append(3);
        Assert.Equal(3, Served.Texts(await served.Read(witness, served.Made[^1].Position)).Count());
    }

    [Theory]
    [InlineData(long.MaxValue, true)]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(long.MinValue, false)]
    public async Task Credit_that_lies_ends_the_stream_or_counts_as_the_most(long credit, bool isServed)
    {
        await using var served = new Served(23);
        served.Append(20);
        await using var witness = await served.Open();
        await using var raw = await RawConsumer.Open(served.Server.Endpoint, Served.From(credit: 1), served.Cancel);
        for (var i = 0; i < 100 && isServed || i == 0; i++)
        {
            await raw.Credit(credit, served.Cancel);
        }

        if (isServed)
        {
            await raw.Until(FrameType.Alive, served.Cancel);
        }
        else
        {
            await Until(() => served.Server.Connections == 1);
        }

        Assert.Equal(20, Served.Texts(await served.Read(witness, served.Made[^1].Position)).Count());
    }

    [Fact]
    public async Task A_flood_of_reports_costs_few_writes_and_a_report_that_cannot_be_true_ends_its_stream()
    {
        await using var served = new Served(24);
        served.Append(20);
        await using var witness = await served.Open();
        await using (var raw = await RawConsumer.Open(served.Server.Endpoint, Served.From() with { Task = "flood" }, served.Cancel))
        {
            for (var i = 0; i < 5000; i++)
            {
                await raw.Say(FrameType.Report, new Report(served.Made[19 - i % 20].Position.ToString(), 1), served.Cancel);
            }

            await raw.Until(FrameType.Alive, served.Cancel);
        }

        foreach (var seconds in new[] { -1, 4_102_444_801, long.MaxValue })
        {
            await using var liar = await RawConsumer.Open(served.Server.Endpoint, Served.From() with { Task = "liar" }, served.Cancel);
            await liar.Say(FrameType.Report, new Report(served.Made[0].Position.ToString(), seconds), served.Cancel);
            await Until(() => served.Server.Connections == 1);
        }

        Assert.Equal(20, Served.Texts(await served.Read(witness, served.Made[^1].Position)).Count());
    }

    [Fact]
    public async Task What_is_asked_for_must_make_sense_field_by_field()
    {
        await using var served = new Served(25);
        served.Append(1);
        var position = served.Made[0].Position;
        foreach (var (asks, field) in new (Open, string)[]
        {
            (Served.From() with { Task = "a\nb" }, "task"),
            (Served.From() with { Task = new string('x', 257) }, "task"),
            (Served.From() with { FromTime = -1 }, "fromTime"),
            (Served.From() with { FromTime = long.MaxValue }, "fromTime"),
            (Served.From() with { FromMicroseconds = long.MaxValue }, "fromMicroseconds"),
            (Served.From(position) with { FromMicroseconds = 1 }, "fromMicroseconds"),
            (Served.From() with { Tables = [null!] }, "tables"),
            (Served.From() with { OriginsLeftOut = [.. Enumerable.Repeat("x", 1001)] }, "originsLeftOut"),
        })
        {
            var refusal = await served.Refused(asks);
            Assert.Equal("DP-306", refusal.Code);
            Assert.Contains(field + ":", refusal.Message.Replace(", ", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_version_of_the_past_is_refused_and_one_of_the_future_gets_the_newest_there_is()
    {
        await using var served = new Served(26);
        await using var past = await RawConsumer.Connect(served.Server.Endpoint, served.Cancel);
        await past.Say(FrameType.Hello, new Hello { Version = 0 }, served.Cancel);
        Assert.Equal("DP-301", (await past.Until<RefusedFrame>(FrameType.Refused, served.Cancel)).Code);
        await using var future = await RawConsumer.Connect(served.Server.Endpoint, served.Cancel);
        await future.Say(FrameType.Hello, new Hello { Version = 99 }, served.Cancel);
        Assert.Equal(1, (await future.Until<Welcome>(FrameType.Welcome, served.Cancel)).Version);
    }

    [Fact]
    public async Task More_than_a_thousand_names_of_consumers_are_not_kept()
    {
        await using var served = new Served(27);
        served.Append(1);
        for (var i = 0; i < 1000; i++)
        {
            served.Log.Consumers.Set($"t{i}", served.Made[0].Position);
        }

        Assert.Equal("DP-305", (await served.Refused(Served.From() with { Task = "one more" })).Code);
        await using var known = await served.Open(Served.From() with { Task = "t1" });
        await using var passing = await served.Open(Served.From() with { Task = "one more", IsPassing = true });
    }

    /// <summary>Frames of a consumer, right ones changed at random and frames of nobody; the seed is printed.</summary>
    [Fact]
    public async Task Frames_changed_at_random_end_their_own_connection_and_nothing_else()
    {
        var seed = System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var served = new Served(28, o => o with { HandshakeMax = Short });
        served.Append(20);
        await using var witness = await served.Open();
        for (var round = 0; round < 200; round++)
        {
            await using var raw = await RawConsumer.Connect(served.Server.Endpoint, served.Cancel);
            var bytes = Conversation(random).SelectMany(f => f).ToArray();
            for (var i = random.Next(4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            await Task.WhenAny(raw.Bytes(random.Next(3) == 0 ? bytes[..random.Next(bytes.Length)] : bytes, served.Cancel));
        }

        await Until(() => served.Server.Connections == 1, $"seed {seed}");
        served.Append(20);
        Assert.Equal(40, Served.Texts(await served.Read(witness, served.Made[^1].Position)).Count());
    }

    private static IEnumerable<byte[]> Conversation(Random random)
    {
        yield return Framed(FrameType.Hello, JsonSerializer.SerializeToUtf8Bytes(new { version = random.Next(3), ticket = "x" }));
        yield return Framed(FrameType.Open, JsonSerializer.SerializeToUtf8Bytes(new
        {
            task = "fuzz", credit = random.NextInt64(), after = random.Next(2) == 0 ? null : "1/" + random.Next(50).ToString("X"),
        }));
        for (var i = random.Next(5); i > 0; i--)
        {
            var payload = new byte[random.Next(40)];
            random.NextBytes(payload);
            yield return random.Next(3) switch
            {
                0 => Framed(FrameType.Credit, BitConverter.GetBytes(random.NextInt64(long.MinValue, long.MaxValue))),
                1 => Framed(FrameType.Report,
                    JsonSerializer.SerializeToUtf8Bytes(new { checkpoint = "1/1", seconds = random.NextInt64() })),
                _ => Framed((FrameType)random.Next(256), payload),
            };
        }
    }

    private static byte[] Framed(FrameType type, byte[] payload) =>
        [.. BitConverter.GetBytes(payload.Length + 5), (byte)type, .. payload, .. BitConverter.GetBytes(Sealed(type, payload))];

    private static uint Sealed(FrameType type, byte[] payload) =>
        Crc32C.End(Crc32C.Add(Crc32C.Begin((uint)payload.Length + 5), [(byte)type, .. payload]));

    private static async Task Greeted(Socket socket, Served served)
    {
        await socket.SendAsync(Framed(FrameType.Hello, "{\"version\":1}"u8.ToArray()), served.Cancel);
        var head = new byte[5];
        Assert.Equal(5, await socket.ReceiveAsync(head, served.Cancel));
        Assert.Equal(FrameType.Welcome, (FrameType)head[4]);
    }

    private static async Task Until(Func<bool> holds, string what = "")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, what);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
