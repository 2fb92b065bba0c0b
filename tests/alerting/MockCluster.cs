using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;

namespace Holdfast.Alerting.Tests;

/// <summary>librdkafka's own cluster: the real protocol on real ports.</summary>
internal sealed class MockCluster : IDisposable
{
    private readonly IProducer<Null, Null> _host;

    private MockCluster(IProducer<Null, Null> host, string servers)
    {
        _host = host;
        Servers = servers;
    }

    internal string Servers { get; }

    internal int Port => int.Parse(Servers.Split(':')[1]);

    internal static MockCluster Start()
    {
        if (!File.Exists("/usr/bin/kcat"))
        {
            Assert.Skip("kcat is not installed: apt install kcat");
        }

        var host = new ProducerBuilder<Null, Null>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = "127.0.0.1:1",
            ["test.mock.num.brokers"] = "1",
        }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(host.Handle).Build();
        var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Single();
        return new MockCluster(host, $"{broker.Host}:{broker.Port}");
    }

    /// <summary>The first record: key, headers, value. Read by a client that is not ours.</summary>
    internal async Task<(string Key, string Headers, string Value)> Read(string topic)
    {
        var start =
            new ProcessStartInfo("kcat",
            ["-C", "-q", "-b", Servers, "-t", topic, "-o", "beginning", "-c", "1", "-f", "%k\n%h\n%s\n"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var kcat = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        try
        {
            var lines = (await kcat.StandardOutput.ReadToEndAsync(limit.Token)).Split('\n');
            return (lines[0], lines[1], lines[2]);
        }
        finally
        {
            kcat.Kill();
        }
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Number of records that the topic holds.</summary>
    internal int Records(string topic)
    {
        var config = new ConsumerConfig { BootstrapServers = Servers, GroupId = "count" };
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(config).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        return admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions
            .Sum(p => (int)consumer.QueryWatermarkOffsets(new TopicPartition(topic, p.PartitionId), TimeSpan.FromSeconds(10)).High.Value);
    }
}

/// <summary>Takes connections and never answers, or answers what no protocol knows.</summary>
internal sealed class WrongServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Kept, for a connection that nobody refers to is closed by the garbage collector: that server would not hang.</summary>
    private readonly ConcurrentQueue<TcpClient> _taken = [];

    internal WrongServer(bool talks)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = Task.Run(async () =>
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                _taken.Enqueue(client);
                if (talks)
                {
                    await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 418 I am a teapot\r\n\r\n"));
                }
            }
        });
    }

    internal int Port { get; }

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var client in _taken)
        {
            client.Dispose();
        }
    }
}
