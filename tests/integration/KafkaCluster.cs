using Confluent.Kafka;

namespace Holdfast.Integration.Tests;

/// <summary>librdkafka's own cluster: the real protocol on real ports.</summary>
internal sealed class KafkaCluster : IDisposable
{
    private readonly IProducer<Null, Null> _host;

    private KafkaCluster(IProducer<Null, Null> host, string servers) => (_host, Servers) = (host, servers);

    internal string Servers { get; }

    /// <summary>The reason why there can be none on this machine; null: there can.</summary>
    internal static string? Missing() =>
        File.Exists("/usr/bin/kcat") ? null : "kcat is not installed: apt install kafkacat";

    internal static KafkaCluster Start()
    {
        var host = new ProducerBuilder<Null, Null>(new Dictionary<string, string>
        {
            ["bootstrap.servers"] = "127.0.0.1:1",
            ["test.mock.num.brokers"] = "1",
        }).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(host.Handle).Build();
        var broker = admin.GetMetadata(TimeSpan.FromSeconds(10)).Brokers.Single();
        return new KafkaCluster(host, $"{broker.Host}:{broker.Port}");
    }

    /// <summary>All records so far, key and value. Read by a client that is not ours.</summary>
    internal async Task<IReadOnlyList<(string Key, string Value)>> Read(string topic)
    {
        using var kcat = Process.Start(new ProcessStartInfo("kcat",
            ["-C", "-q", "-e", "-b", Servers, "-t", topic, "-o", "beginning", "-f", "%k\t%s\n"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        try
        {
            var lines = await kcat.StandardOutput.ReadToEndAsync(limit.Token);
            return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t', 2)).Select(l => (l[0], l[1]))];
        }
        finally
        {
            kcat.Kill();
        }
    }

    public void Dispose() => _host.Dispose();
}
