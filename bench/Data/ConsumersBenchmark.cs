using System.Net;
using Holdfast.Engine.Seams;
using Holdfast.StoreWire.Client;
using Holdfast.StoreWire.Frames;

namespace Holdfast.Bench.Data;

/// <summary>The figures of one consumer.</summary>
internal sealed record Consumed(long Rows, double Seconds, double Cpu);

/// <summary>
/// Four consumers of one Store together, beside one of them alone. Each is a process of its own that reads the whole log over and over, and
/// checks and takes apart every block. It does so once as fast as it goes, and once no faster than a sink that is a database elsewhere
/// takes rows.
/// </summary>
internal static class ConsumersBenchmark
{
    internal const string Command = "consume";

    private const int Consumers = 4;
    private const int Rows = 300_000;
    private const int Seconds = 4;
    private const int Runs = 3;
    private const double GoalTimes = 3;

    /// <summary>Several times what the quickest sink takes; four of them leave the Store half of two cores.</summary>
    private const int SinkRowsPerSecond = 400_000;

    internal static async Task<bool> Run()
    {
        await using var scene = await MovingRows.Start(withSync: false);
        await Fill(scene);
        var paced = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            _ = await Pair(scene, 0, $"run {run + 1}, as fast as it goes");
            paced.Add(await Pair(scene, SinkRowsPerSecond, $"run {run + 1}, {SinkRowsPerSecond:#,0} rows/s at most each"));
        }

        return Print.Goal($"four that wait for their sinks, to one: median of {Runs} runs", paced.Order().ElementAt(Runs / 2), "times",
            GoalTimes, atLeast: true);
    }

    /// <summary>The other process: reads until the time is over, and again from the beginning when it has reached the end.</summary>
    internal static async Task Consume(string endpoint, int last, int rowsPerSecond)
    {
        _ = await Read(endpoint, last, 0, TimeSpan.FromSeconds(1));
        Console.WriteLine("ready");
        _ = await Console.In.ReadLineAsync();
        var cpu = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var rows = await Read(endpoint, last, rowsPerSecond, TimeSpan.FromSeconds(Seconds));
        Console.WriteLine(JsonSerializer.Serialize(
            new Consumed(rows, clock.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalSeconds)));
    }

    private static async Task Fill(MovingRows scene)
    {
        for (var id = 1; id < Rows; id += 1000)
        {
            scene.Source.Write(id, 1000);
        }

        for (var clock = Stopwatch.StartNew(); scene.StoreLast != $"1/{Rows:X}";)
        {
            if (clock.Elapsed > TimeSpan.FromMinutes(2))
            {
                throw new InvalidOperationException($"the Store has {scene.StoreLast} only");
            }

            await Task.Delay(100);
        }

        Print.Line("the Store's log", $"{Rows:#,0} rows, {scene.StoreBytes >> 20:#,0} MiB");
    }

    private static async Task<double> Pair(MovingRows scene, int rowsPerSecond, string title)
    {
        var one = await Together(scene, 1, rowsPerSecond);
        var four = await Together(scene, Consumers, rowsPerSecond);
        Print.Line($"{title}: one", $"{one.Rate:#,0} rows/s; CPU a row {one.StoreCpu:0.00} Store, {one.OwnCpu:0.00} µs consumer");
        Print.Line($"  {Consumers} together", $"{four.Rate:#,0} rows/s, {four.Rate / one.Rate:0.00} times; CPU a row {
            four.StoreCpu:0.00} Store, {four.OwnCpu:0.00} µs consumer; slowest {four.Least:0.00} of its part");
        if (rowsPerSecond == 0)
        {
            var cores = one.Rate * (one.StoreCpu + one.OwnCpu) / 1e6;
            Print.Line("  the most that these cores allow", $"{Environment.ProcessorCount / cores:0.0} times");
        }

        return four.Rate / one.Rate;
    }

    private sealed record Sum(double Rate, double StoreCpu, double OwnCpu, double Least);

    private static async Task<Sum> Together(MovingRows scene, int count, int rowsPerSecond)
    {
        var processes = Enumerable.Range(0, count).Select(_ => Start(scene.Endpoint, rowsPerSecond)).ToList();
        foreach (var process in processes)
        {
            _ = await process.StandardOutput.ReadLineAsync();
        }

        var store = ProcFigures.CpuSeconds(scene.Store.Id);
        processes.ForEach(p => p.StandardInput.WriteLine("go"));
        var all = new List<Consumed>();
        foreach (var process in processes)
        {
            all.Add(JsonSerializer.Deserialize<Consumed>(await process.StandardOutput.ReadToEndAsync())!);
            process.Dispose();
        }

        store = ProcFigures.CpuSeconds(scene.Store.Id) - store;
        var rows = all.Sum(c => c.Rows);
        return new Sum(all.Sum(c => c.Rows / c.Seconds), store * 1e6 / rows, all.Sum(c => c.Cpu) * 1e6 / rows,
            all.Min(c => c.Rows / c.Seconds) / all.Average(c => c.Rows / c.Seconds));
    }

    private static Process Start(string endpoint, int rowsPerSecond) => Process.Start(new ProcessStartInfo("dotnet",
        [
            typeof(ConsumersBenchmark).Assembly.Location, Command, endpoint, Rows.ToString(CultureInfo.InvariantCulture),
            rowsPerSecond.ToString(CultureInfo.InvariantCulture),
        ])
        { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false })!;

    private static async Task<long> Read(string endpoint, int last, int rowsPerSecond, TimeSpan most)
    {
        var (rows, clock) = (0L, Stopwatch.StartNew());
        while (clock.Elapsed < most)
        {
            await using var stream = await StoreClient.Open(new ClientOptions { Store = IPEndPoint.Parse(endpoint) },
                _ => new Open { Task = "bench", Credit = 4 << 20 }, CancellationToken.None);
            await foreach (var happened in stream.Read(CancellationToken.None))
            {
                if (happened is TransactionEvent { Part: var part })
                {
                    rows += part.Read().Count();
                }

                var ahead = rowsPerSecond == 0 ? 0 : (double)rows / rowsPerSecond - clock.Elapsed.TotalSeconds;
                if (ahead > 0.002)
                {
                    await Task.Delay(TimeSpan.FromSeconds(ahead));
                }

                if (clock.Elapsed >= most || stream.Last.Minor >= (ulong)last)
                {
                    break;
                }
            }
        }

        return rows;
    }
}
