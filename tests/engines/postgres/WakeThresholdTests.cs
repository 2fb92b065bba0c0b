using System.Net;
using System.Net.Sockets;
using Holdfast.Engine.Postgres.Db;
using Holdfast.Engine.Postgres.Source;

namespace Holdfast.Engines.Tests.Postgres;

/// <summary>A reader of PostgreSQL's log is woken for many messages at once.</summary>
[Trait("Category", "process")]
public sealed class WakeThresholdTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Less_than_the_threshold_wakes_nobody_and_a_lower_one_does()
    {
        using var pair = await Pair.Open();
        using var threshold = WakeThreshold.Find(pair.Port, pair.ServerPort);
        Assert.NotNull(threshold);
        threshold.Set(1000);
        var buffer = new byte[4096];
        var received = pair.Client.ReceiveAsync(buffer, Cancel).AsTask();
        await pair.Server.SendAsync(new byte[600], Cancel);
        await Task.Delay(Moment, TimeProvider.System, Cancel);
        Assert.False(received.IsCompleted);
        await pair.Server.SendAsync(new byte[600], Cancel);
        Assert.Equal(1200, await received.WaitAsync(Slow, TimeProvider.System, Cancel));

        received = pair.Client.ReceiveAsync(buffer, Cancel).AsTask();
        await pair.Server.SendAsync(new byte[7], Cancel);
        await Task.Delay(Moment, TimeProvider.System, Cancel);
        Assert.False(received.IsCompleted);
        threshold.Set(1);
        Assert.Equal(7, await received.WaitAsync(Slow, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task The_end_of_a_connection_wakes_its_reader_whatever_the_threshold_and_the_connection_stays_its_owner_s()
    {
        using var pair = await Pair.Open();
        using (var threshold = WakeThreshold.Find(pair.Port, pair.ServerPort))
        {
            threshold!.Set(1000);
        }

        Assert.True(pair.Client.Connected);
        var received = pair.Client.ReceiveAsync(new byte[16], Cancel).AsTask();
        pair.Server.Close();
        Assert.Equal(0, await received.WaitAsync(Slow, TimeProvider.System, Cancel));
    }

    [Fact]
    public async Task A_connection_that_has_ended_is_left_alone_and_so_is_one_that_has_its_number_now()
    {
        using var threshold = await Ended();
        using var next = await Pair.Open();
        threshold.Set(1000);
        var received = next.Client.ReceiveAsync(new byte[16], Cancel).AsTask();
        await next.Server.SendAsync(new byte[7], Cancel);
        Assert.Equal(7, await received.WaitAsync(Slow, TimeProvider.System, Cancel));

        static async Task<WakeThreshold> Ended()
        {
            using var pair = await Pair.Open();
            return WakeThreshold.Find(pair.Port, pair.ServerPort)!;
        }
    }

    [Fact]
    public async Task A_connection_that_is_not_there_has_none()
    {
        using var pair = await Pair.Open();
        Assert.Null(WakeThreshold.Find(pair.Port, pair.Port));
        Assert.Null(WakeThreshold.Find(-1, pair.ServerPort));
    }

    [Fact]
    public async Task The_reader_of_a_server_finds_its_own_connection()
    {
        await using var database = new ExaminedPostgres();
        var address = await database.Database;
        await PostgresCapture.Install(address, StreamFilter.None, null, Cancel);
        await using var control = await Session.Open(address, "test", Cancel);
        await control.Run("SELECT pg_create_logical_replication_slot('wakes', 'pgoutput')", Cancel);
        await using (var stream = await ReaderStream.Start(address, control, "wakes", 1, Cancel))
        {
            Assert.True(stream.HasThreshold);
        }

        await control.Run("SELECT pg_drop_replication_slot('wakes')", Cancel);
    }

    /// <summary>Two ends of a connection.</summary>
    private sealed record Pair(Socket Client, Socket Server) : IDisposable
    {
        internal int Port => ((IPEndPoint)Client.LocalEndPoint!).Port;

        internal int ServerPort => ((IPEndPoint)Client.RemoteEndPoint!).Port;

        internal static async Task<Pair> Open()
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(listener.LocalEndPoint!, Cancel);
            return new Pair(client, await listener.AcceptAsync(Cancel));
        }

        public void Dispose()
        {
            Client.Dispose();
            Server.Dispose();
        }
    }
}
