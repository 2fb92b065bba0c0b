using System.Net.Http.Json;

namespace Holdfast.Bench.Curve;

/// <summary>
/// CPU and bytes of a heartbeat by the size of the fleet, over SQLite and over PostgreSQL with 1, 2 and 4 replicas. In the same run the
/// same of a keep-alive of etcd and a ping of ZooKeeper, from as many clients.
/// </summary>
internal static class CurveBenchmark
{
    private const int LinesMax = 1_000;

    /// <summary>A session is a connection: as many as a process may have files open, with some to spare.</summary>
    private const int SessionsMax = 15_000;

    /// <summary>Every host's row is written once in this time.</summary>
    private const int MeasuredSeconds = 30;

    private const int PeerSeconds = 15;
    private const int WarmHosts = 100;

    /// <summary>Below it the load was not what it should have been.</summary>
    private const double RateMin = 0.9;

    private static readonly int[] Sizes = [.. (Environment.GetEnvironmentVariable("HOLDFAST_BENCH_CURVE") ?? "100,1000,10000,100000")
        .Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];

    private sealed record Point(string Of, int Hosts, double Micros, double Bytes);

    internal static async Task<bool> Run()
    {
        var points = new List<Point>();
        await Measure("SQLite, 1 replica", 1, null, points);
        if (PrivatePostgres.Missing is { } missing)
        {
            Print.Line("PostgreSQL", $"{missing}: no figures of it");
        }
        else
        {
            foreach (var replicas in new[] { 1, 2, 4 })
            {
                await using var postgres = await PrivatePostgres.Start("max_connections=200");
                await Measure($"PostgreSQL, {replicas} replica{(replicas == 1 ? "" : "s")}", replicas, postgres, points);
            }
        }

        await MeasurePeers(points);
        PrintRatios(points);
        return points.Count > 0;
    }

    private static async Task Measure(string of, int replicas, PrivatePostgres? postgres, List<Point> points)
    {
        await using var services = new RunningServices();
        var store = postgres?.Address("bench");
        var broker = await services.StartBroker();
        var servers = new List<(string, int)> { ("RabbitMQ", broker.Id) };
        var addresses = new List<Uri>();
        // Beside each other: a service is ready once somebody hears what it says.
        var starting = services.StartService("ha-scheduler", "bench", store);
        var replicasStarting = Enumerable.Range(1, replicas).Select(n => services.StartService("heartbeat", $"bench-{n}", store)).ToList();
        foreach (var (replica, address) in await Task.WhenAll(replicasStarting))
        {
            servers.Add(("heartbeat", replica.Id));
            addresses.Add(address);
        }

        var (scheduler, schedulerAddress) = await starting;
        servers.Add(("ha-scheduler", scheduler.Id));
        servers.AddRange(postgres is null ? [] : new[] { ("PostgreSQL", postgres.Pid) });
        var meter = new CpuMeter(servers);
        await CurveLoad.Run("heartbeats", WarmHosts, WarmHosts, TimeSpan.FromMilliseconds(100), 15, addresses, () => { });
        await AtRest(of, meter);
        foreach (var hosts in Sizes)
        {
            points.Add(await Beat(of, "heartbeats", hosts, LinesMax, MeasuredSeconds, addresses, meter));
        }

        Print.Line($"{of}: hosts declared Down meanwhile", $"{await Down(schedulerAddress)}");
    }

    private static async Task MeasurePeers(List<Point> points)
    {
        await using var services = new RunningServices();
        if (CurvePeers.EtcdMissing is { } noEtcd)
        {
            Print.Line("etcd", $"{noEtcd}");
        }
        else
        {
            var (pid, address) = await CurvePeers.StartEtcd(services);
            var meter = new CpuMeter([("etcd", pid)]);
            foreach (var hosts in Sizes)
            {
                await EtcdLine.Grant(address, hosts);
                await BeatPeer("etcd", hosts, hosts, LinesMax, address, meter, points);
            }
        }

        if (CurvePeers.ZooKeeperMissing is { } noZooKeeper)
        {
            Print.Line("ZooKeeper", $"{noZooKeeper}");
            return;
        }

        var (keeper, keeperAddress) = await CurvePeers.StartZooKeeper(services);
        var keeperMeter = new CpuMeter([("ZooKeeper", keeper)]);
        foreach (var hosts in Sizes)
        {
            var sessions = Math.Min(hosts, SessionsMax);
            await BeatPeer("ZooKeeper", hosts, sessions, sessions, keeperAddress, keeperMeter, points);
        }
    }

    /// <summary>A peer that cannot hold so many has no figure.</summary>
    private static async Task BeatPeer(
        string peer, int hosts, int clients, int lines, Uri address, CpuMeter meter, List<Point> points)
    {
        try
        {
            var point = await Beat(peer, peer.ToLowerInvariant(), clients, lines, PeerSeconds, [address], meter);
            points.Add(point with { Hosts = hosts });
        }
        catch (InvalidOperationException failed)
        {
            Print.Line($"{peer}, {clients.ToString("#,0", CultureInfo.InvariantCulture)} hosts", $"no figure: {failed.Message}");
        }
    }

    private static async Task<Point> Beat(
        string of, string kind, int hosts, int lines, int seconds, IReadOnlyList<Uri> servers, CpuMeter meter)
    {
        var machine = new MachineBusy();
        var beats = await CurveLoad.Run(kind, hosts, lines, CurveLoad.Interval, seconds, servers, () =>
        {
            meter.Read();
            machine.Read();
        });
        var planned = hosts / CurveLoad.Interval.TotalSeconds;
        var rate = beats.Answered / beats.Seconds;
        var point = new Point(of, hosts, meter.Total * 1e6 / beats.Answered, (double)(beats.Sent + beats.Received) / beats.Answered);
        var (up, down) = ((double)beats.Sent / beats.Answered, (double)beats.Received / beats.Answered);
        var shortfall = rate < planned * RateMin ? ": SATURATED" : "";
        Print.Line($"{of}, {hosts.ToString("#,0", CultureInfo.InvariantCulture)} hosts",
            $"{point.Micros:#,0} µs CPU ({meter.Shares(beats.Answered)}), {point.Bytes:0} bytes ({up:0} + {down:0})");
        Print.Line("",
            $"{rate:#,0.0}/s of {planned:#,0}{shortfall}, p50 {beats.P50:0.0} ms, p99 {beats.P99:0} ms, {beats.Refused} refused");
        Print.Line("", $"{meter.Total / beats.Seconds:0.00} cores; machine {machine.Share:0%} busy");
        return point;
    }

    /// <summary>Measures what the servers take when no host reports: it is in every point of the curve.</summary>
    private static async Task AtRest(string of, CpuMeter meter)
    {
        const int seconds = 10;
        await Task.Delay(TimeSpan.FromSeconds(seconds)); // Until what ran hot has been compiled.
        meter.Read();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        meter.Read();
        Print.Line($"{of}, at rest", $"{meter.Total / seconds:0.000} cores");
    }

    private static void PrintRatios(List<Point> points)
    {
        foreach (var peer in new[] { "etcd", "ZooKeeper" })
        {
            foreach (var point in points.Where(p => p.Of is not "etcd" and not "ZooKeeper"))
            {
                if (points.Find(p => p.Of == peer && p.Hosts == point.Hosts) is { } other)
                {
                    Print.Line($"{point.Of}, {point.Hosts.ToString("#,0", CultureInfo.InvariantCulture)} hosts to {peer}",
                        $"CPU {point.Micros / other.Micros:0.0}, bytes {point.Bytes / other.Bytes:0.0}");
                }
            }
        }
    }

    private static async Task<int> Down(Uri scheduler)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", RunningServices.Token);
        var page = await http.GetFromJsonAsync<Listed>(new Uri(scheduler, "/api/v1/hosts?state=down&limit=100"));
        return page!.Items.Count;
    }

    private sealed record Listed(IReadOnlyList<object> Items);

    /// <summary>The share of the machine's time that was not idle, whoever used it.</summary>
    private sealed class MachineBusy
    {
        private readonly List<(double Idle, double All)> _readings = [];

        internal double Share => 1 - ((_readings[^1].Idle - _readings[^2].Idle) / (_readings[^1].All - _readings[^2].All));

        internal void Read()
        {
            var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
                .Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToList();
            _readings.Add((fields[3] + fields[4], fields.Sum()));
        }
    }
}
