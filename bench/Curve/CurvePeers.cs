using Holdfast.App.Processes;

namespace Holdfast.Bench.Curve;

/// <summary>Debian's etcd and ZooKeeper as peers: one server each, with their defaults, each in a folder of its own.</summary>
internal static class CurvePeers
{
    private const string Etcd = "/usr/bin/etcd";
    private const string Java = "/usr/bin/java";
    private const string ZooKeeper = "/usr/share/java/zookeeper.jar";

    internal static string? EtcdMissing => File.Exists(Etcd) ? null : "etcd-server is not installed: no figures of etcd";

    internal static string? ZooKeeperMissing =>
        File.Exists(Java) && File.Exists(ZooKeeper) ? null : "zookeeper is not installed: no figures of ZooKeeper";

    /// <summary>Its process, and where clients reach it.</summary>
    internal static async Task<(int Pid, Uri Address)> StartEtcd(RunningServices services)
    {
        var ports = Ports.Free(2);
        var (client, peer) = ($"http://127.0.0.1:{ports[0]}", $"http://127.0.0.1:{ports[1]}");
        var process = await services.Start(
            new ChildSpec("etcd",
            [
                Etcd, "--name", "bench", "--data-dir", Path.Combine(services.Data, "etcd"), "--listen-client-urls", client,
                "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", $"bench={peer}", "--logger", "zap", "--log-level", "error",
            ],
            services.Log("etcd")),
            cancel => Ports.Answers(ports[0], cancel));
        return (process.Id, new Uri(client));
    }

    internal static async Task<(int Pid, Uri Address)> StartZooKeeper(RunningServices services)
    {
        var folder = Directory.CreateDirectory(Path.Combine(services.Data, "zookeeper")).FullName;
        var port = Ports.Free(1)[0];
        var config = Path.Combine(folder, "zoo.cfg");
        await File.WriteAllTextAsync(config, string.Create(CultureInfo.InvariantCulture, $"""
            tickTime=2000
            dataDir={folder}
            clientPort={port}
            clientPortAddress=127.0.0.1
            maxClientCnxns=0
            admin.enableServer=false
            """));
        var process = await services.Start(
            new ChildSpec("zookeeper",
                [Java, "-cp", ZooKeeper, "-Xmx2g", "org.apache.zookeeper.server.quorum.QuorumPeerMain", config], services.Log("zookeeper")),
            cancel => GivesSessions(new Uri($"tcp://127.0.0.1:{port}"), cancel));
        return (process.Id, new Uri($"tcp://127.0.0.1:{port}"));
    }

    /// <summary>It listens before it serves.</summary>
    private static async Task<bool> GivesSessions(Uri server, CancellationToken cancel)
    {
        await using var line = new ZooKeeperLine(server, 0);
        try
        {
            await line.Open(cancel);
            return true;
        }
        catch (Exception notYet) when (notYet is IOException or System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
