using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Holdfast.Bench.Alerts;

/// <summary>
/// Alerts accepted durably, the way to a webhook, and what a million open ones take; beside Debian's Alertmanager with the
/// same receiver, in the same run.
/// </summary>
internal static class AlertsBenchmark
{
    private const int Flooded = 40_000;

    /// <summary>A little more than the goal of 5,000/s, so that who keeps up has reached it.</summary>
    private const int OfferedRate = 5200;

    private const int Offered = 10 * OfferedRate;

    /// <summary>Count of the alerts before anything is measured: compiled code is not at its best at once.</summary>
    private const int Warmed = 60_000;

    private const int Batch = 50;
    private const int Connections = 4;
    private const int Rate = 1000;
    private const int SteadyAlerts = 10_000;
    private const int OpenBatch = 1000;

    private static readonly TimeSpan ArrivalMax = TimeSpan.FromSeconds(30);

    private sealed record Figures(Accepted Accepted, double RaiseToHook50, double RaiseToHook99, long Requests);

    internal static async Task<bool> Run()
    {
        await using var services = new RunningServices();
        await services.StartBroker();
        var (process, address) = await services.StartService("alerting");
        using var http = Client(address);
        await using var receiver = await HookReceiver.Start();
        await MakeChannel(http, receiver);
        var load = new AlertLoad(http, "/api/v1/alerts", target =>
            new { @event = "oms_host_down", target, region = "bench", summary = $"{target} is down", host = target });
        await load.Flood("warm", Warmed, Batch, Connections);
        await Drained(receiver, Warmed);
        var (cpu, delivered) = (ProcFigures.CpuSeconds(process.Id), receiver.Targets);
        var ours = await Measure(load, receiver);
        Print.Line("CPU for an alert accepted and delivered",
            $"{(ProcFigures.CpuSeconds(process.Id) - cpu) * 1e6 / (receiver.Targets - delivered):#,0} µs of one core");
        Print.Line("accepted as fast as it goes", $"{ours.Accepted.PerSecond:#,0} alerts/s");
        Print.Line($"a request of {Batch} then, p99", $"{Print.Percentile(ours.Accepted.Milliseconds, 0.99):0.#} ms");
        delivered = receiver.Targets;
        var reached = await Evenly(load, "delivered");
        Print.Line("delivered by then", $"{receiver.Targets - delivered:#,0} of {Offered:#,0}");
        await Drained(receiver, delivered + Offered);
        reached &= Print.Goal($"raise → webhook at {Rate}/s, p99", ours.RaiseToHook99, "ms", 1000, atLeast: false);
        Print.Line("raise → webhook, median", $"{ours.RaiseToHook50:0.#} ms");
        await Compare(ours, services.Data);
        return await Open(load, http, process) && reached;
    }

    private static HttpClient Client(Uri address)
    {
        var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", RunningServices.Token);
        return http;
    }

    private static async Task MakeChannel(HttpClient http, HookReceiver receiver)
    {
        using var made = await http.PostAsJsonAsync(
            "/api/v1/channels", new { name = "bench", kind = "webhook", concurrency = 64, webhook = new { url = receiver.Url } });
        made.EnsureSuccessStatusCode();
    }

    private static async Task Drained(HookReceiver receiver, int targets)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (receiver.Targets < targets && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromMinutes(3))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    /// <summary>Offered at one rate, whatever becomes of them: how long a request takes when they come as they come.</summary>
    private static async Task<bool> Evenly(AlertLoad load, string run)
    {
        var even = await load.Steady(run, Offered, OfferedRate, Batch);
        var reached = Print.Goal(
            $"accepted durably, {OfferedRate:#,0}/s come, {run}", even.PerSecond, "alerts/s", 5000, atLeast: true);
        Print.Line($"a request of {Batch}, median", $"{Print.Percentile(even.Milliseconds, 0.5):0.#} ms");
        return reached & Print.Goal(
            $"a request of {Batch}, p99", Print.Percentile(even.Milliseconds, 0.99), "ms", 50, atLeast: false);
    }

    private static async Task<Figures> Measure(AlertLoad load, HookReceiver receiver)
    {
        var before = receiver.Targets;
        var flooded = await load.Flood("flood", Flooded, Batch, Connections);
        await Drained(receiver, before + Flooded);
        Print.Line("of the flood the receiver heard", $"{receiver.Targets - before:#,0} of {Flooded:#,0}");
        var requests = receiver.Requests;
        var steady = await load.Steady("steady", SteadyAlerts, Rate, 10);
        var arrivals = await AlertLoad.Arrivals(steady, receiver, ArrivalMax);
        return new Figures(
            flooded, Print.Percentile(arrivals, 0.5), Print.Percentile(arrivals, 0.99), receiver.Requests - requests);
    }

    private static async Task Compare(Figures ours, string data)
    {
        await using var peer = await Alertmanager.Start(data);
        if (peer is null)
        {
            Print.Line("peer", $"prometheus-alertmanager is not installed: apt-get install prometheus-alertmanager");
            return;
        }

        await using var receiver = await HookReceiver.Start();
        await peer.Configure(receiver.Url);
        using var http = new HttpClient { BaseAddress = peer.Address, Timeout = TimeSpan.FromSeconds(60) };
        var load = new AlertLoad(http, "/api/v2/alerts", target => new
        {
            labels = new { alertname = "oms_host_down", target, region = "bench" },
            annotations = new { summary = $"{target} is down" },
        });
        await load.Flood("warm", Warmed, Batch, Connections);
        await Drained(receiver, Warmed);
        var theirs = await Measure(load, receiver);
        Print.Line("Alertmanager: accepted, in memory", $"{theirs.Accepted.PerSecond:#,0} alerts/s");
        Print.Line("Alertmanager: p99 of a request", $"{Print.Percentile(theirs.Accepted.Milliseconds, 0.99):0.#} ms");
        Print.Line("Alertmanager: raise → webhook, median and p99", $"{theirs.RaiseToHook50:0.#} ms, {theirs.RaiseToHook99:0.#} ms");
        Print.Line("ratio accepted, ours durable to theirs", $"{ours.Accepted.PerSecond / theirs.Accepted.PerSecond:0.00}");
        Print.Line("ratio raise → webhook p99, ours to theirs", $"{ours.RaiseToHook99 / theirs.RaiseToHook99:0.00}");
    }

    private static async Task<bool> Open(AlertLoad load, HttpClient http, Process process)
    {
        var open = int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_BENCH_OPEN") ?? "1000000", CultureInfo.InvariantCulture);
        using var off = await http.PostAsync("/api/v1/channels/bench/disable", null);
        var reached = await Evenly(load, "no-channel");
        var loaded = await load.Flood("open", open, OpenBatch, Connections);
        Print.Line($"{open:#,0} more, no channel", $"{loaded.PerSecond:#,0} alerts/s");
        var started = TimeProvider.System.GetTimestamp();
        using var page = await http.GetAsync("/api/v1/alerts?status=Pending&limit=50");
        Print.Line("a page of them", $"{TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms");
        started = TimeProvider.System.GetTimestamp();
        var counts = await http.GetStringAsync("/api/v1/alerts/counts");
        Print.Line("counts per status", $"{TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms, {counts}");
        return reached & Print.Goal(
            $"RSS with {open:#,0} open alerts", ProcFigures.Mebibytes(process.Id, "VmRSS"), "MiB", 1536, atLeast: false);
    }
}
