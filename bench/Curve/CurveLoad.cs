using System.Collections.Concurrent;

namespace Holdfast.Bench.Curve;

/// <summary>Figures of the load in the time that was measured: beats answered, refused ones, milliseconds and bytes.</summary>
internal sealed record Beats(long Answered, long Refused, double Seconds, double P50, double P99, long Sent, long Received);

/// <summary>
/// Hosts that each report once in an interval, evenly spread over it, in a process of its own. A connection belongs to several
/// hosts when there are more hosts than connections; one that is answered late sends its next beat late.
/// </summary>
internal static class CurveLoad
{
    internal const string Command = "curve-load";
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const string Measuring = "measuring";
    private const int OpenedAtOnce = 50;
    private static readonly TimeSpan BeatMax = TimeSpan.FromSeconds(60);

    /// <param name="kind">heartbeats, etcd or zookeeper.</param>
    /// <param name="hosts">Count of the hosts that report.</param>
    /// <param name="lines">Connections, at most one for each.</param>
    /// <param name="every">The interval in which each reports once.</param>
    /// <param name="seconds">Time for which it is measured, after a round to warm up.</param>
    /// <param name="servers">Connections are shared out among them.</param>
    /// <param name="meter">Called when it begins to be measured, and when that ends.</param>
    internal static async Task<Beats> Run(
        string kind, int hosts, int lines, TimeSpan every, int seconds, IEnumerable<Uri> servers, Action meter)
    {
        var start = new ProcessStartInfo("dotnet",
            [
                typeof(CurveLoad).Assembly.Location, Command, kind, Text(hosts), Text(lines), Text((int)every.TotalMilliseconds),
                Text(seconds),
                .. servers.Select(s => s.AbsoluteUri),
            ])
            { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var first = await process.StandardOutput.ReadLineAsync();
        if (first != Measuring)
        {
            throw new InvalidOperationException($"the load of {kind} said: {first}");
        }

        meter();
        var said = await process.StandardOutput.ReadLineAsync();
        meter();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 && said is not null ? JsonSerializer.Deserialize<Beats>(said)! : throw new InvalidOperationException(
            $"the load of {kind} failed");
    }

    /// <summary>The other process.</summary>
    internal static async Task Load(string kind, int hosts, int count, TimeSpan every, int seconds, Uri[] servers)
    {
        using var stop = new CancellationTokenSource();
        var lines = Enumerable.Range(0, Math.Min(hosts, count)).Select(n => New(kind, servers[n % servers.Length], n)).ToList();
        var round = new Round(hosts, lines.Count, every);
        var beating = new ConcurrentQueue<Task>();
        // Each beats from when it is open: what waits for the last one to be opened may have been given up by the server.
        await Parallel.ForEachAsync(lines.Index(), new ParallelOptions { MaxDegreeOfParallelism = OpenedAtOnce }, async (line, cancel) =>
        {
            await line.Item.Open(cancel);
            beating.Enqueue(Task.Run(() => Beat(line.Item, line.Index, round, stop.Token), cancel));
        });
        await Task.WhenAny(Task.Delay(every * 1.5), Ended(beating));

        var before = (Sent: lines.Sum(l => l.Sent), Received: lines.Sum(l => l.Received));
        round.Measure();
        Console.WriteLine(Measuring);
        var clock = Stopwatch.StartNew();
        await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(seconds)), Ended(beating));
        var (answered, refused, late) = round.Stop();
        var took = clock.Elapsed.TotalSeconds;
        if (beating.FirstOrDefault(b => b.IsFaulted) is { } failed)
        {
            await Console.Error.WriteLineAsync($"{kind}: {failed.Exception!.InnerException!.Message}");
            Environment.Exit(1);
        }

        var result = new Beats(answered, refused, took, Print.Percentile(late, 0.5), Print.Percentile(late, 0.99),
            lines.Sum(l => l.Sent) - before.Sent, lines.Sum(l => l.Received) - before.Received);
        Console.WriteLine(JsonSerializer.Serialize(result));
        Environment.Exit(0); // Thousands of connections need not be closed one by one.
    }

    private static Line New(string kind, Uri server, int number) => kind switch
    {
        "heartbeats" => new HeartbeatLine(server, number),
        "etcd" => new EtcdLine(server, number),
        "zookeeper" => new ZooKeeperLine(server, number),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };

    /// <summary>One that fails ends all: what is measured is of a fleet that is whole.</summary>
    private static async Task Ended(IEnumerable<Task> beating) => await await Task.WhenAny(beating);

    private static async Task Beat(Line line, int number, Round round, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var due = round.Every(number) * number / round.Lines;
        for (var n = 0; !stop.IsCancellationRequested; n++, due += round.Every(number))
        {
            var wait = due - clock.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            else if (-wait > round.Every(number))
            {
                due = clock.Elapsed; // It does not catch up: what is late stays undone, and the rate shows it.
            }

            using var limit = new CancellationTokenSource(BeatMax);
            var from = clock.Elapsed;
            var host = number + (n % round.HostsOf(number) * round.Lines);
            var answered = await line.Beat(host, limit.Token);
            round.Count(answered, (clock.Elapsed - from).TotalMilliseconds);
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The hosts of each line, and what was counted.</summary>
    private sealed class Round(int hosts, int lines, TimeSpan every)
    {
        private readonly Lock _lock = new();
        private readonly List<double> _took = [];
        private long _refused;
        private bool _measuring;

        internal int Lines => lines;

        internal int HostsOf(int line) => (hosts / lines) + (line < hosts % lines ? 1 : 0);

        internal TimeSpan Every(int line) => every / HostsOf(line);

        internal void Measure()
        {
            lock (_lock)
            {
                _measuring = true;
            }
        }

        internal void Count(bool answered, double milliseconds)
        {
            lock (_lock)
            {
                if (_measuring)
                {
                    _took.Add(milliseconds);
                    _refused += answered ? 0 : 1;
                }
            }
        }

        internal (long Answered, long Refused, List<double> Took) Stop()
        {
            lock (_lock)
            {
                _measuring = false;
                return (_took.Count, _refused, [.. _took.Order()]);
            }
        }
    }
}
