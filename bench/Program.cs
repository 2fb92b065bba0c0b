using Holdfast.Bench;
using Holdfast.Bench.Alerts;
using Holdfast.Bench.Browsers;
using Holdfast.Bench.Compare;
using Holdfast.Bench.Curve;
using Holdfast.Bench.Data;
using Holdfast.Bench.Failover;
using Holdfast.Bench.Heartbeats;
using Holdfast.Bench.Scheduler;
using Holdfast.Bench.Stores;

var benchmarks = new Dictionary<string, Func<Task<bool>>>(StringComparer.Ordinal)
{
    ["alerts"] = AlertsBenchmark.Run,
    ["alert-search"] = SearchBenchmark.Run,
    ["heartbeats"] = HeartbeatsBenchmark.Run,
    ["curve"] = CurveBenchmark.Run,
    ["pass"] = PassBenchmark.Run,
    ["placements"] = PlacementBenchmark.Placements,
    ["idc-loss"] = PlacementBenchmark.IdcLoss,
    ["headroom"] = HeadroomBenchmark.Run,
    ["what-if"] = WhatIfBenchmark.Run,
    ["failover"] = FailoverBenchmark.Run,
    ["why"] = WhyBenchmark.Run,
    ["stores"] = StoresBenchmark.Passes,
    ["resolve"] = StoresBenchmark.Resolve,
    ["memory"] = MemoryBenchmark.Run,
    ["recording"] = RecordingBenchmark.Run,
    ["console"] = ConsoleBenchmark.Run,
    ["append"] = AppendBenchmark.Run,
    ["consumers"] = ConsumersBenchmark.Run,
    ["end-to-end"] = EndToEndBenchmark.Rate,
    ["latency"] = EndToEndBenchmark.Latency,
    ["idle"] = HeldMemoryBenchmark.Idle,
    ["large"] = HeldMemoryBenchmark.Large,
    ["compare-pg"] = PostgresComparison.Run,
    ["compare-mysql"] = MariaComparison.Run,
    ["compare-pairs"] = PairComparison.Run,
};

if (args is [BareKestrel.Command, var port])
{
    await BareKestrel.Serve(int.Parse(port));
    return 0;
}

if (args is [SteadyLoad.Command, var server, var perSecond, .. var paths])
{
    await SteadyLoad.Load(new Uri(server), int.Parse(perSecond), paths);
    return 0;
}

if (args is [CurveLoad.Command, var kind, var hosts, var lines, var everyMs, var seconds, .. var heard])
{
    await CurveLoad.Load(kind, int.Parse(hosts), int.Parse(lines), TimeSpan.FromMilliseconds(int.Parse(everyMs)), int.Parse(seconds),
        [.. heard.Select(s => new Uri(s))]);
    return 0;
}

if (args is [ConsumersBenchmark.Command, var endpoint, var end, var rowsPerSecond])
{
    await ConsumersBenchmark.Consume(endpoint, int.Parse(end), int.Parse(rowsPerSecond));
    return 0;
}

// The data plane beside its peers.
args = [.. args.SelectMany(name =>
    name == "compare" ? benchmarks.Keys.Where(k => k.StartsWith("compare-", StringComparison.Ordinal)) : [name])];
if (args.FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    await Console.Error.WriteLineAsync($"There is no benchmark {unknown}; there are {string.Join(", ", benchmarks.Keys)}.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} cores, {Environment.OSVersion}, .NET {Environment.Version}");
var reached = true;
// A benchmark of a quarter of an hour comes only when it is asked for.
foreach (var name in args.Length == 0
    ? [.. benchmarks.Keys.Where(name => name != "curve" && !name.StartsWith("compare-", StringComparison.Ordinal))] : args)
{
    Print.Title(name);
    reached &= await benchmarks[name]();
}

return reached ? 0 : 1;
