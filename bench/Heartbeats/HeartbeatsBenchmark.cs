using System.Net.Http.Json;

namespace Holdfast.Bench.Heartbeats;

/// <summary>Heartbeats over HTTP into the scheduler's state, against what Kestrel and RabbitMQ do alone.</summary>
internal static class HeartbeatsBenchmark
{
    private const double GoalPerSecond = 20_000;
    private const double GoalKnownMs = 1_000;
    private const int WarmSeconds = 10;
    private const int MeasuredSeconds = 20;
    private const int PeerSeconds = 10;
    private const int SamplesMin = 200;

    private static readonly TimeSpan BrokerDuration = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(6);

    private sealed record Peers(Load Kestrel, double Singles, double Batches);

    internal static async Task<bool> Run()
    {
        await using var services = new RunningServices();
        var broker = await services.StartBroker();
        var peers = await MeasurePeers(services);
        // Beside each other: a service is ready once somebody hears what it says.
        var starts = new[] { services.StartService("heartbeat"), services.StartService("ha-scheduler") };
        var (heartbeat, heartbeatAddress) = await starts[0];
        var (scheduler, schedulerAddress) = await starts[1];
        using var probes = new Probes(heartbeatAddress, schedulerAddress);
        await WarmUp(probes, heartbeatAddress);

        using var wrk = Wrk.Start(heartbeatAddress, MeasuredSeconds);
        var cpu = new CpuShares([("heartbeat", heartbeat.Id), ("ha-scheduler", scheduler.Id), ("RabbitMQ", broker.Id),
            ("wrk", wrk.Id), ("probes", Environment.ProcessId)]);
        var probing = probes.Run(TimeSpan.FromSeconds(MeasuredSeconds - 1));
        await Task.Delay(TimeSpan.FromSeconds(MeasuredSeconds - 1));
        cpu.Print();
        var known = await probing;
        var load = await Wrk.Read(wrk);

        var reached = PrintLoad(load, peers) & PrintKnown(known);
        Print.Line("hosts declared Down meanwhile", $"{await Down(schedulerAddress)}");
        return await CheckDurability(services, probes, heartbeat, heartbeatAddress) & reached;
    }

    private static async Task<Peers> MeasurePeers(RunningServices services)
    {
        var (bare, address) = await services.StartSelf(BareKestrel.Command);
        await Wrk.Run(address, PeerSeconds / 2);
        var kestrel = await Wrk.Run(address, PeerSeconds);
        await RunningServices.Stop(bare);
        await BareBroker.PerSecond(services.Broker, 1, BrokerDuration / 3);
        return new Peers(kestrel, await BareBroker.PerSecond(services.Broker, 1, BrokerDuration),
            await BareBroker.PerSecond(services.Broker, BatchSize, BrokerDuration));
    }

    /// <summary>Reports of a window at the goal's rate.</summary>
    private static int BatchSize => (int)(GoalPerSecond / 4);

    private static async Task WarmUp(Probes probes, Uri heartbeat)
    {
        var load = Wrk.Run(heartbeat, WarmSeconds);
        await probes.Run(TimeSpan.FromSeconds(WarmSeconds), look: false);
        await load;
        var waited = Stopwatch.StartNew();
        await probes.WaitUntilKnown($"bench-0-{Wrk.Hosts - 1:d5}");
        Print.Line("a fleet of 10,000 hosts registered after", $"{waited.Elapsed.TotalSeconds:0.0} s more");
    }

    private static bool PrintLoad(Load load, Peers peers)
    {
        var reached = Print.Goal("heartbeats accepted", load.PerSecond, "/s", GoalPerSecond, atLeast: true);
        Print.Line("refused, unanswered", $"{load.Refused}, {load.Unanswered}");
        Print.Line("POST answered", $"p50 {load.P50:0.0} ms, p99 {load.P99:0.0} ms");
        Print.Line("bare Kestrel, same parsing, alone", $"{peers.Kestrel.PerSecond:#,0} /s, p99 {peers.Kestrel.P99:0.0} ms");
        Print.Line("bare RabbitMQ, a heartbeat a message, alone", $"{peers.Singles:#,0} heartbeats/s");
        Print.Line($"bare RabbitMQ, {BatchSize:#,0} a message, alone", $"{peers.Batches:#,0} heartbeats/s");
        Print.Line("ratio to bare Kestrel", $"{load.PerSecond / peers.Kestrel.PerSecond:0.00}");
        Print.Line("ratio to bare RabbitMQ, single", $"{load.PerSecond / peers.Singles:0.00}");
        Print.Line("ratio to bare RabbitMQ, batches", $"{load.PerSecond / peers.Batches:0.00}");
        return reached;
    }

    private static bool PrintKnown(List<double> known)
    {
        var never = known.Count(double.IsNaN);
        var sorted = known.Where(k => !double.IsNaN(k)).Order().ToList();
        Print.Line("from POST to the scheduler",
            $"p50 {Print.Percentile(sorted, 0.5):0} ms, max {Print.Percentile(sorted, 1):0} ms, {sorted.Count} samples, {never} never");
        return Print.Goal("from POST to the scheduler, p99", Print.Percentile(sorted, 0.99), "ms", GoalKnownMs, atLeast: false)
            && never == 0 && sorted.Count >= SamplesMin;
    }

    private static async Task<int> Down(Uri scheduler)
    {
        using var http = new HttpClient();
        var page = await http.GetFromJsonAsync<Listed>(new Uri(scheduler, "/api/v1/hosts?state=down&limit=100"));
        return page!.Items.Count;
    }

    private sealed record Listed(IReadOnlyList<object> Items);

    /// <summary>Killed in the middle of the load; the file must hold all that was accepted some seconds before.</summary>
    private static async Task<bool> CheckDurability(RunningServices services, Probes probes, Process heartbeat, Uri address)
    {
        using var wrk = Wrk.Start(address, (int)KillAfter.TotalSeconds + 1);
        await probes.Run(KillAfter, look: false);
        var killed = probes.Now;
        heartbeat.Kill();
        await heartbeat.WaitForExitAsync();
        await wrk.WaitForExitAsync();
        var stored = await Durability.Stored(services.Data);
        var lost = Durability.Lost(probes.Accepted, killed, stored);
        Print.Line("after kill -9: hosts in the registry", $"{stored.Count:#,0} of {Wrk.Hosts + Probes.Hosts:#,0}");
        Print.Line("probe hosts behind what was accepted 2 s before", $"{lost.Count} of {Probes.Hosts}");
        return lost.Count == 0 && stored.Count == Wrk.Hosts + Probes.Hosts;
    }
}
