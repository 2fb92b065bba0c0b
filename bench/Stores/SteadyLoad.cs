using Holdfast.Bench.Scheduler;

namespace Holdfast.Bench.Stores;

/// <summary>
/// Milliseconds from when a request was due to its answer: of the windows' medians and p99 the middle one, and the worst p99.
/// </summary>
internal sealed record Answers(double P50, double P99, double WorstP99, int Failed);

/// <summary>
/// Requests by the clock, whether earlier ones were answered or not: a server that stalls is seen to stall. In a process of its
/// own: what it allocates does not stop the server.
/// </summary>
internal static class SteadyLoad
{
    internal const string Command = "steady-load";

    private const int WarmUpSeconds = 3;
    private const int Windows = 9;
    private const int WindowSeconds = 2;

    /// <summary>Between two looks at the clock.</summary>
    private const int TickMs = 1;

    /// <summary>
    /// Each path's answers, asked for in turns: what other guests of the machine take in a few seconds falls on all of them, and
    /// on few windows.
    /// </summary>
    /// <param name="paths">Of the n-th request, counted from 0; {n} stands for where it goes.</param>
    internal static async Task<Answers[]> Run(Uri server, int perSecond, params string[] paths)
    {
        var start = new ProcessStartInfo("dotnet",
            [
                typeof(SteadyLoad).Assembly.Location, Command, server.ToString(), perSecond.ToString(CultureInfo.InvariantCulture),
                .. paths,
            ])
            { RedirectStandardOutput = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return JsonSerializer.Deserialize<Answers[]>(said)!;
    }

    /// <summary>The other process.</summary>
    internal static async Task Load(Uri server, int perSecond, string[] paths)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = server };
        foreach (var path in paths)
        {
            await Send(http, path, perSecond, WarmUpSeconds);
        }

        var windows = new List<(string Path, Window Of)>();
        for (var n = 0; n < Windows; n++)
        {
            foreach (var path in paths)
            {
                windows.Add((path, await Send(http, path, perSecond, WindowSeconds)));
            }
        }

        Console.WriteLine(JsonSerializer.Serialize(paths.Select(p => Sum([.. windows.Where(w => w.Path == p).Select(w => w.Of)]))));
    }

    private static Answers Sum(List<Window> of) =>
        new(Timing.Middle(of.Select(w => w.P50)), Timing.Middle(of.Select(w => w.P99)), of.Max(w => w.P99), of.Sum(w => w.Failed));

    private static async Task<Window> Send(HttpClient http, string path, int perSecond, int seconds)
    {
        var times = new double[perSecond * seconds];
        var failed = 0;
        var sent = new Task[times.Length];
        using var tick = new AutoResetEvent(false);
        var started = Stopwatch.GetTimestamp();
        for (var n = 0; n < sent.Length; n++)
        {
            var due = started + (long)((double)n / perSecond * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < due)
            {
                // A timer's callback would wait its turn behind answers.
                tick.WaitOne(TickMs);
            }

            sent[n] = One(n, due);
        }

        await Task.WhenAll(sent);
        Array.Sort(times);
        return new Window(Print.Percentile(times, 0.5), Print.Percentile(times, 0.99), failed);

        async Task One(int n, long due)
        {
            using var answer = await http.GetAsync(path.Replace("{n}", StoreScene.ResolvePath(n), StringComparison.Ordinal))
                .ConfigureAwait(false);
            times[n] = Stopwatch.GetElapsedTime(due).TotalMilliseconds;
            if (!answer.IsSuccessStatusCode)
            {
                Interlocked.Increment(ref failed);
            }
        }
    }

    private sealed record Window(double P50, double P99, int Failed);
}
